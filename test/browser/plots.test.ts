/** The plots of the overview, for those who do not see colours, or no plots. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from './support/browser.ts'
import { type FilledHub, startFilledHub } from './support/filled-hub.ts'
import { open, signedInProfile } from './support/pages.ts'

let browser: Browser
let hub: FilledHub
let page: Page

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startFilledHub()])
  const profile = await signedInProfile(browser, { hub, language: 'en' })
  page = await profile.newPage()
  await open(page, `${hub.url}/overview`)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

const plot = (name: string) => page.locator('main section').filter({ hasText: name }).last()

/** Of each sign in the legend of a plot: which pixels are drawn, whatever their colour. */
function signsOf(name: string): Promise<string[]> {
  return plot(name)
    .locator('li canvas')
    .evaluateAll((signs) =>
      signs.map((sign) => {
        const { width, height } = sign as HTMLCanvasElement
        const drawn = (sign as HTMLCanvasElement).getContext('2d')
        const pixels = [...(drawn?.getImageData(0, 0, width, height).data ?? [])]
        const grey = Array.from({ length: width * height }, (_, at) =>
          pixels.slice(at * 4, at * 4 + 4).reduce((sum, value) => sum + value, 0),
        )
        const middle = (Math.min(...grey) + Math.max(...grey)) / 2
        return grey.map((value) => (value > middle ? '#' : '.')).join('')
      }),
    )
}

test.for(['light', 'dark'] as const)(
  'M3: what a plot shows is told apart by more than its colours, %s',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    const outcomes = await signsOf('Mail per hour, by outcome')
    expect(outcomes).toHaveLength(6)
    expect(new Set(outcomes).size).toBe(6)
    expect(new Set(await signsOf('Share of mail')).size).toBe(2)
    expect(new Set(await signsOf('Certificates that expire')).size).toBe(3)
  },
)

test('M3: the age of what is in the queue is a plot, with its table one click away', async () => {
  const ages = plot('Age of mail in the queue')
  await ages.getByRole('img', { name: /^Age of mail in the queue/ }).waitFor()
  await ages.getByRole('button', { name: 'Show as table' }).click()
  const table = ages.getByRole('table', { name: 'Age of mail in the queue' })
  await table.waitFor()
  const rows = await table
    .locator('tr')
    .evaluateAll((all) => all.map((row) => (row as HTMLTableRowElement).innerText.split('\t')))
  expect(rows[0]).toEqual(['Age', 'Waiting', 'Held'])
  expect(rows.slice(3)).toEqual([
    ['< 1 hr', '2', '0'],
    ['< 6 hrs', '1', '1'],
    ['< 24 hrs', '0', '1'],
    ['≥ 24 hrs', '1', '0'],
  ])
})

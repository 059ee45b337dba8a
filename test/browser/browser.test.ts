import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { overlaps } from './support/overlaps.ts'

let browser: Browser

beforeAll(async () => {
  browser = await startBrowser()
})

afterAll(() => browser.close())

test('axe finds what is wrong with a page', async () => {
  const page = await openPage(browser)
  await page.setContent(
    '<!doctype html><html lang="en"><title>T</title><main><h1>H</h1><img src="data:,"></main>',
  )
  expect(await axeViolations(page)).toEqual(['image-alt: Images must have alternative text: img'])
})

test('text that runs over its box, and a page that is too wide, are found', async () => {
  const page = await openPage(browser, { width: 360 })
  await page.setContent(
    '<!doctype html><main><p style="width: 60px">incomprehensibilities</p><p>short</p><div style="width: 400px; height: 1px"></div></main>',
  )
  expect(await overflows(page)).toEqual([
    'the page is 408 px wide in 360',
    'p “incomprehensibilities”',
  ])
})

test('a table that is wider than its frame is found', async () => {
  const page = await openPage(browser)
  await page.setContent(
    '<!doctype html><main><div style="width: 200px; overflow: auto"><table aria-label="T" style="min-width: 240px"><tr><td>a</table></div></main>',
  )
  expect(await overflows(page)).toEqual(['the table “T” is 240 px wide in 200'])
})

test.for([
  {
    name: 'a label pulled over its neighbour',
    main: '<p>above</p><p style="margin-top: -32px">below</p>',
    found: ['p “above” lies upon p “below”'],
  },
  {
    name: 'a line that runs out of its box into the next',
    main: '<div style="display: flex"><b style="width: 30px; white-space: nowrap">much too long</b><i>beside</i></div>',
    found: ['b “much too long” lies upon i “beside”'],
  },
  {
    name: 'lines close together',
    main: '<p style="line-height: 1">one<br><b>two</b></p>',
    found: [],
  },
  { name: 'a word within its sentence', main: '<p>one <b>two</b> three</p>', found: [] },
  {
    name: 'what only screen readers read',
    main: '<p>seen</p><p style="position: absolute; top: 16px; width: 1px; height: 1px; overflow: hidden">hidden</p>',
    found: [],
  },
  {
    name: 'a page below an open dialog',
    main: '<p>page</p><div role="dialog" aria-modal="true" style="position: fixed; top: 16px">dialog</div>',
    found: [],
  },
])('text upon other text is found, and nothing else: $name', async ({ main, found }) => {
  const page = await openPage(browser)
  await page.setContent(`<!doctype html><main>${main}</main>`)
  expect(await overlaps(page)).toEqual(found)
})

/** How much somebody loads who opens the hub for the first time; how long it takes: `npm run bench -- pages`. */

import type { Browser } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { openPage, startBrowser } from './support/browser.ts'
import { setUp, startInterfaceHub } from './support/hub.ts'

/** Page, scripts, styles, texts and answers, compressed as gzip. */
const MAX_FIRST_PAGE_BYTES = 250_000

test('the first page is under 250 KB', async () => {
  const hub = await startInterfaceHub()
  onTestFinished(() => hub.close())
  await setUp(hub)
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const sizes = await openFirst(browser, `${hub.url}/sign-in`)
  const bytes = sizes.reduce((sum, reply) => sum + reply.bytes, 0)
  expect(sizes.length).toBeGreaterThan(5)
  expect(bytes, JSON.stringify(sizes, null, 1)).toBeLessThan(MAX_FIRST_PAGE_BYTES)
})

/** Opens the page in a browser that has never seen it, and uses it; says what was loaded. */
async function openFirst(browser: Browser, url: string) {
  const page = await openPage(browser)
  const replies: Promise<{ url: string; bytes: number }>[] = []
  await page.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' })
  page.on('requestfinished', (request) => {
    const size = async () => {
      const { responseBodySize: bytes } = await request.sizes()
      return { url: request.url(), bytes }
    }
    replies.push(size())
  })
  await page.goto(url, { waitUntil: 'commit' })
  const address = page.getByLabel('E-mail address')
  await address.fill('ada@example.org')
  expect(await address.inputValue()).toBe('ada@example.org')
  await page.waitForLoadState('networkidle')
  return Promise.all(replies)
}

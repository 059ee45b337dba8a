/**
 * How much somebody loads who opens a page of the hub for the first time: page, scripts, styles, texts
 * and answers, compressed as gzip. How long it takes: `npm run bench -- pages`.
 */

import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from './support/browser.ts'
import { type FilledHub, startFilledHub } from './support/filled-hub.ts'
import { profileFor, settled, SHOWN } from './support/pages.ts'

/** Of the pages that everybody meets first, before they are signed in: the goal. */
const MAX_FIRST_BYTES = 250_000

/** Of a page behind the sign-in, for a browser that knows nothing of the hub yet. */
const MAX_BYTES = 310_000

let browser: Browser
let hub: FilledHub

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startFilledHub()])
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

test.for(SHOWN.map((shown) => [shown.name, shown] as const))(
  '%s, opened for the first time, is light',
  async ([, shown]) => {
    const profile = await profileFor(shown, { browser, hub, language: 'fr' })
    const replies = await loadedBy(profile, `${hub.url}${shown.address(hub)}`)
    await profile.close()
    const bytes = replies.reduce((sum, reply) => sum + reply.bytes, 0)
    expect(replies.length).toBeGreaterThan(5)
    expect(bytes, JSON.stringify(replies, null, 1)).toBeLessThan(
      shown.isPublic ? MAX_FIRST_BYTES : MAX_BYTES,
    )
  },
)

/** Opens a page and waits until nothing is on its way any more; says what was loaded. */
async function loadedBy(profile: BrowserContext, url: string) {
  const page = await profile.newPage()
  const replies: Promise<{ path: string; bytes: number }>[] = []
  await page.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' })
  page.on('requestfinished', (request) => {
    const size = async () => {
      const { responseBodySize: bytes } = await request.sizes()
      return { path: new URL(request.url()).pathname, bytes }
    }
    replies.push(size())
  })
  await page.goto(url)
  await settled(page)
  await page.waitForLoadState('networkidle')
  const sizes = await Promise.all(replies)
  return sizes.sort((a, b) => b.bytes - a.bytes)
}

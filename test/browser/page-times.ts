/**
 * The group `pages` of `npm run bench`: how long somebody waits who opens a page, and how much they load.
 * Cold is a browser that keeps nothing of the hub yet; warm is the same address once more. A page is
 * there when its title stands and no placeholder waits for data, the sign-in page when it takes what
 * is typed. Times of the browser, from the beginning of the navigation.
 */

import type { Browser, Page } from 'playwright-core'
import { type Figure, median, type Row } from '../../bench/measure.ts'
import { launchChromium } from '../support/chromium.ts'
import { type FilledHub, startFilledHub } from './support/filled-hub.ts'
import { ADMIN } from './support/hub.ts'
import { profileFor, SHOWN, type Shown } from './support/pages.ts'

const LOADS = 5
const GOAL_MS = 1500
const GOAL_BYTES = 250_000

export const rows: readonly Row[] = [{ work: 'a page, opened', measure: measurePages }]

interface Opened {
  readonly coldMs: number
  readonly warmMs: number
  /** Loaded by the first of the two. */
  readonly bytes: number
}

async function measurePages(): Promise<readonly Figure[]> {
  const hub = await startFilledHub()
  const browser = await launchChromium()
  try {
    const figures: Figure[] = []
    // The first of all starts parts of the browser and of the hub.
    for (const shown of SHOWN.slice(0, 1)) await openTwice(shown, browser, hub)
    for (const shown of SHOWN) figures.push(...(await measurePage(shown, browser, hub)))
    return figures
  } finally {
    await browser.close()
    await hub.close()
  }
}

async function measurePage(shown: Shown, browser: Browser, hub: FilledHub): Promise<Figure[]> {
  const opened: Opened[] = []
  for (let load = 0; load < LOADS; load += 1) opened.push(await openTwice(shown, browser, hub))
  const middle = (name: keyof Opened) => median(opened.map((each) => each[name]))
  const bytes = middle('bytes')
  return [
    time(`${shown.name}, cold`, middle('coldMs')),
    time(`${shown.name}, warm`, middle('warmMs')),
    {
      against: `${shown.name}, loaded`,
      ratio: bytes / GOAL_BYTES,
      goal: { atMost: 1 },
      ours: `${Math.round(bytes / 1000)} KB`,
      theirs: `${GOAL_BYTES / 1000} KB`,
    },
  ]
}

function time(against: string, ms: number): Figure {
  return {
    against,
    ratio: ms / GOAL_MS,
    goal: { atMost: 1 },
    ours: `${Math.round(ms)} ms`,
    theirs: `${GOAL_MS} ms`,
  }
}

/** Opens a page in a profile of its own, and again. */
async function openTwice(shown: Shown, browser: Browser, hub: FilledHub): Promise<Opened> {
  const profile = await profileFor(shown, { browser, hub, language: 'en' })
  const page = await profile.newPage()
  const url = `${hub.url}${shown.address(hub)}`
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
  })
  const coldMs = await openTill(page, url)
  const bytes = (await Promise.all(sizes)).reduce((sum, each) => sum + each, 0)
  // Another document, also when only what is behind the # differs.
  await page.goto('about:blank')
  const warmMs = await openTill(page, url)
  await profile.close()
  return { coldMs, warmMs, bytes }
}

/** Opens an address; says after how many milliseconds the page could be used. */
async function openTill(page: Page, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' })
  if (new URL(url).pathname === '/sign-in') {
    await page.locator('input[name=address]').fill(ADMIN.address)
    return page.evaluate(() => performance.now())
  }
  const there = await page.waitForFunction(
    () =>
      document.querySelector('h1') !== null &&
      document.querySelector('.mantine-Skeleton-root') === null &&
      performance.now(),
    undefined,
    { polling: 'raf' },
  )
  return Number(await there.jsonValue())
}

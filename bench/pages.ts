/**
 * The group `pages`: what somebody waits for who opens the hub for the first time, in a browser that
 * keeps nothing of it: until the first words are painted, and until the sign-in form takes what is
 * typed. Times of the browser, from the beginning of the navigation.
 */

import { ADMIN, setUp, startInterfaceHub } from '../test/browser/support/hub.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { type Figure, median, type Row } from './measure.ts'

const LOADS = 9
const GOAL_MS = 1500

export const rows: readonly Row[] = [{ work: 'the sign-in page, cold', measure: measureFirstPage }]

async function measureFirstPage(): Promise<readonly Figure[]> {
  const hub = await startInterfaceHub()
  const browser = await launchChromium()
  const painted: number[] = []
  const interactive: number[] = []
  try {
    await setUp(hub)
    for (let load = 0; load < LOADS; load += 1) {
      const profile = await browser.newContext()
      const page = await profile.newPage()
      await page.goto(`${hub.url}/sign-in`, { waitUntil: 'commit' })
      const address = page.locator('input[name=address]')
      await address.fill(ADMIN.address)
      interactive.push(await page.evaluate<number>('performance.now()'))
      if ((await address.inputValue()) !== ADMIN.address) throw new Error('nothing was entered')
      painted.push(await page.evaluate<number>(FIRST_CONTENTFUL_PAINT))
      await profile.close()
    }
  } finally {
    await browser.close()
    await hub.close()
  }
  return [figure('first words', painted), figure('takes input', interactive)]
}

/** Runs in the page. */
const FIRST_CONTENTFUL_PAINT =
  "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"

function figure(against: string, times: readonly number[]): Figure {
  const middle = median(times)
  return {
    against: `${against}, median of ${LOADS}`,
    ratio: middle / GOAL_MS,
    goal: { atMost: 1 },
    ours: `${Math.round(middle)} ms`,
    theirs: `${GOAL_MS} ms`,
  }
}

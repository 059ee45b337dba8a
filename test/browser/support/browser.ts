/** A real Chromium, as people use it: one browser a test file, a fresh profile for every page. */

import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'

export type Language = 'en' | 'fr' | 'ko'

/** How a page is looked at. */
export interface Look {
  readonly language?: Language
  readonly theme?: 'light' | 'dark'
  /** Pixels: 1,440, 768 and 360 are the widths a page must bear. */
  readonly width?: number
  readonly height?: number
}

/** Starts Chromium; it ends with the test that is running, or with `close` outside of one. */
export function startBrowser(): Promise<Browser> {
  return launchChromium()
}

/**
 * Opens a page in a profile of its own, with nothing remembered. It must not say an error on its
 * console, break a rule of its content security policy or throw: the test fails at its end if it does.
 */
export async function openPage(browser: Browser, look: Look = {}): Promise<Page> {
  const context = await newProfile(browser, look)
  onTestFinished(() => context.close())
  return watched(await context.newPage())
}

/** A profile with nothing remembered. */
export function newProfile(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const { language = 'en', theme = 'light', width = 1440, height = 900 } = look
  return browser.newContext({
    locale: { en: 'en-GB', fr: 'fr-FR', ko: 'ko-KR' }[language],
    timezoneId: 'Europe/Paris',
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height },
  })
}

/** Replies that a page asks for and handles are no errors of the page. */
const NETWORK = /^Failed to load resource: the server responded with a status of 4\d\d/

function watched(page: Page): Page {
  const wrong: string[] = []
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !NETWORK.test(message.text())) wrong.push(message.text())
  })
  onTestFinished(() => {
    if (wrong.length > 0) throw new Error(`the page said: ${wrong.join('\n')}`)
  })
  return page
}

/** What axe finds wrong with a page as it stands, one line each; WCAG 2.2 A and AA and best practices. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
  )
}

/** Elements whose text is cut off or runs over their box, tables and pages wider than there is room. */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) {
      found.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`)
    }
    for (const table of document.querySelectorAll<HTMLElement>('main table')) {
      const room = table.parentElement?.clientWidth ?? 0
      // A table that has to be moved to be read is told of, too: as cards it would not have to be.
      if (table.offsetWidth > room + 1) {
        const name = table.getAttribute('aria-label') ?? ''
        found.push(`the table “${name}” is ${table.offsetWidth} px wide in ${room}`)
      }
    }
    for (const element of document.querySelectorAll<HTMLElement>('main *, header *, nav *')) {
      const style = getComputedStyle(element)
      const isHidden = style.overflowX !== 'visible' && style.overflowX !== 'auto'
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
      )
      // One pixel is what only screen readers read.
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1
      if (!hasText || !isCut || (isHidden && style.textOverflow === 'ellipsis')) continue
      if (style.display === 'inline' || style.overflowX === 'auto') continue
      found.push(`${element.tagName.toLowerCase()} “${element.textContent?.slice(0, 60) ?? ''}”`)
    }
    return found
  })
}

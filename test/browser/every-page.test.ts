/** What holds for every page: found in the list of pages, so a new one is tested when it is listed. */

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  axeViolations,
  type Language,
  newProfile,
  overflows,
  startBrowser,
} from './support/browser.ts'
import { type FilledHub, startFilledHub } from './support/filled-hub.ts'
import { overlaps } from './support/overlaps.ts'
import { open, settled, SHOWN, type Shown, signedInProfile } from './support/pages.ts'

const WIDTHS = [1440, 768, 360] as const
const THEMES = ['light', 'dark'] as const
const LANGUAGES: readonly Language[] = ['en', 'fr', 'ko']

let browser: Browser
let hub: FilledHub

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startFilledHub()])
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

describe.for(LANGUAGES)('in %s', (language) => {
  let profiles: { own: BrowserContext; nobodys: BrowserContext }

  beforeAll(async () => {
    profiles = {
      own: await signedInProfile(browser, { hub, language }),
      nobodys: await newProfile(browser, { language }),
    }
  })

  afterAll(async () => {
    await profiles.own.close()
    await profiles.nobodys.close()
  })

  test.for(SHOWN.map((shown) => [shown.name, shown] as const))(
    'M1: %s has a name and a language, says no error, and fits at every width',
    async ([, shown]) => {
      const page = await openShown(shown)
      const wrong = errorsOf(page)
      await open(page, `${hub.url}${shown.address(hub)}`)
      const words = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        title: document.title,
        headings: [...document.querySelectorAll('h1')].map((each) => each.innerText.trim()),
      }))
      expect(words).toMatchObject({ lang: language, headings: [expect.stringMatching(/\S/)] })
      expect(words.title).toBe(`${words.headings[0] ?? ''} · Sealpost`)
      const found: string[] = (await rawKeys(page)).map((key) => `“${key}” is not translated`)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await settled(page)
        const misfits = [...(await overflows(page)), ...(await overlaps(page))]
        found.push(...misfits.map((each) => `at ${width}: ${each}`))
      }
      await page.close()
      expect([...found, ...wrong]).toEqual([])
    },
  )

  // What axe looks at is the same in every language.
  const looked = language === 'en' ? SHOWN : []
  test.for(looked.map((shown) => [shown.name, shown] as const))(
    'M1: axe finds nothing on %s, light and dark',
    async ([, shown]) => {
      const page = await openShown(shown)
      await open(page, `${hub.url}${shown.address(hub)}`)
      const found: string[] = []
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await settled(page)
        found.push(...(await axeViolations(page)).map((each) => `${colorScheme}: ${each}`))
      }
      await page.close()
      expect(found).toEqual([])
    },
  )

  const openShown = ({ isPublic }: Shown) => profiles[isPublic ? 'nobodys' : 'own'].newPage()
})

/** What the page says on its console or throws, from now on; replies that it handles are none. */
function errorsOf(page: Page): string[] {
  const wrong: string[] = []
  page.on('pageerror', ({ message }) => wrong.push(`thrown: ${message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' || message.text().includes('status of 4')) return
    wrong.push(message.text())
  })
  return wrong
}

/** Texts that look like the name of a text, as i18next shows it when there is no such text. */
function rawKeys(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      const isCode = node.parentElement?.closest('script, style, pre, code') !== null
      const isName = /\.(org|example|test|com)$|^[\d.]+$/.test(text)
      if (!isCode && !isName && /^[a-z][\w-]*[.:]([\w-]+\.)*[a-zA-Z][\w-]*$/.test(text))
        found.push(text)
    }
    return found
  })
}

/**
 * `npm run screenshots`: every page in every language, both themes and three widths, as pictures in
 * `.cache/screenshots/`, with a page to leaf through them; the main pages empty and failed, too, and
 * the states of `support/states.ts`. What does not fit or lies upon other text is told of at the end.
 * `npm run screenshots -- messages` makes those of the pages whose address has `messages` in it.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv } from 'node:process'
import type { BrowserContext, Page } from 'playwright-core'
import { type Language, newProfile, overflows, startBrowser } from './support/browser.ts'
import { startEmptyHub, startFilledHub } from './support/filled-hub.ts'
import { startInterfaceHub } from './support/hub.ts'
import { overlaps } from './support/overlaps.ts'
import { open, settled, SHOWN, signedInProfile } from './support/pages.ts'
import { STATES } from './support/states.ts'

const OUT = join(import.meta.dirname, '../../.cache/screenshots')
const LANGUAGES: readonly Language[] = ['en', 'fr', 'ko']
const THEMES = ['light', 'dark'] as const
const WIDTHS = [1440, 768, 360] as const

type Hub = Awaited<ReturnType<typeof startFilledHub>>

interface Picture {
  readonly page: string
  readonly state: string
  readonly file: string
}

/** Looks for a state, which is not shown in all of them. */
const LOOKS = [
  { theme: 'light', width: 1440 },
  { theme: 'light', width: 768 },
  { theme: 'dark', width: 360 },
] as const

const wanted = argv.slice(2)
const isWanted = (page: string) => wanted.length === 0 || wanted.some((each) => page.includes(each))
const chosen = SHOWN.filter(({ name }) => isWanted(name))

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const browser = await startBrowser()
const pictures: Picture[] = []
const misfits: string[] = []
try {
  if (isWanted('/setup')) await setUpPages()
  const filled = await startFilledHub()
  try {
    for (const language of LANGUAGES) {
      await everyPage(filled, language)
      await everyState(filled, language)
    }
    await failedPages(filled)
  } finally {
    await filled.close()
  }
  const empty = await startEmptyHub()
  try {
    await emptyPages(empty)
  } finally {
    await empty.close()
  }
} finally {
  await browser.close()
}
writeFileSync(join(OUT, 'index.html'), indexOf(pictures))
for (const misfit of misfits) console.log(misfit)
console.log(`${pictures.length} pictures: ${join(OUT, 'index.html')}`)

async function everyPage(hub: Hub, language: Language): Promise<void> {
  const own = await signedInProfile(browser, { hub, language })
  const nobodys = await newProfile(browser, { language })
  for (const shown of chosen) {
    const page = await (shown.isPublic ? nobodys : own).newPage()
    await open(page, `${hub.url}${shown.address(hub)}`)
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        await take(page, shown.name, `${language}-${theme}-${width}`)
      }
    }
    await page.close()
  }
  await own.close()
  await nobodys.close()
}

async function everyState(hub: Hub, language: Language): Promise<void> {
  const own = await signedInProfile(browser, { hub, language })
  const nobodys = await newProfile(browser, { language })
  for (const shown of STATES.filter(({ page }) => isWanted(page))) {
    const page = await (shown.isPublic === true ? nobodys : own).newPage()
    try {
      await shown.before?.(page, hub)
      await open(page, `${hub.url}${shown.address(hub)}`)
      await shown.arrange?.(page)
      await takeLooks(page, shown.page, `${shown.state}-${language}`)
    } catch (error) {
      misfits.push(`${shown.page}, ${shown.state}, ${language}: not shown: ${String(error)}`)
    }
    await page.close()
  }
  await own.close()
  await nobodys.close()
}

/** The page behind the link that a new hub prints. */
async function setUpPages(): Promise<void> {
  const hub = await startInterfaceHub()
  try {
    for (const language of LANGUAGES) {
      const profile = await newProfile(browser, { language })
      const page = await profile.newPage()
      await open(page, hub.setupLink)
      await takeLooks(page, '/setup', `new-${language}`)
      await profile.close()
    }
  } finally {
    await hub.close()
  }
}

async function takeLooks(page: Page, name: string, state: string): Promise<void> {
  for (const { theme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 900 })
    await take(page, name, `${state}-${theme}-${width}`)
  }
}

/** Nothing there yet. */
async function emptyPages(hub: Hub): Promise<void> {
  const own = await signedInProfile(browser, { hub, language: 'en' })
  await wideAndNarrow(own, hub, 'empty')
  await own.close()
}

/** The hub answers every request for data with an error. */
async function failedPages(hub: Hub): Promise<void> {
  const own = await signedInProfile(browser, { hub, language: 'en' })
  await own.route(/\/api\/v1\/(?!session$)/, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 503, code: 'database.unavailable', title: 'Unavailable' }),
    }),
  )
  await wideAndNarrow(own, hub, 'failed')
  await own.close()
}

async function wideAndNarrow(profile: BrowserContext, hub: Hub, state: string): Promise<void> {
  for (const shown of chosen.filter(({ isPublic, name }) => !isPublic && !name.includes('$'))) {
    const page = await profile.newPage()
    await open(page, `${hub.url}${shown.address(hub)}`)
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 })
      await take(page, shown.name, `${state}-${width}`)
    }
    await page.close()
  }
}

async function take(page: Page, name: string, state: string): Promise<void> {
  await settled(page)
  for (const misfit of [...(await overflows(page)), ...(await overlaps(page))]) {
    misfits.push(`${name}, ${state}: ${misfit}`)
  }
  const words = name.replaceAll(/[^a-z]+/g, '-').replaceAll(/^-|-$/g, '')
  const file = `${words}--${state.replaceAll(/[^\w]+/g, '-')}.png`
  // A dialog stands in its window. Without one the window is as high as the page, so that what
  // stays in sight while it moves stands where the page ends.
  if ((await page.locator('[role=dialog][aria-modal=true]').count()) === 0) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    await page.setViewportSize({ width: page.viewportSize()?.width ?? 1440, height })
  }
  await page.screenshot({ path: join(OUT, file) })
  pictures.push({ page: name, state, file })
}

/** Pictures by page; each opens whole. */
function indexOf(all: readonly Picture[]): string {
  const sections = [...Map.groupBy(all, ({ page }) => page)].map(([name, own]) => {
    const figures = own.map(
      ({ state, file }) =>
        `<figure><a href="${file}"><img src="${file}" alt="${name}, ${state}" loading="lazy"></a><figcaption>${state}</figcaption></figure>`,
    )
    return `<section><h2>${name}</h2>${figures.join('\n')}</section>`
  })
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sealpost: every page</title>
<style>
body { font: 15px system-ui, sans-serif; margin: 24px }
section { display: flex; flex-wrap: wrap; gap: 16px; align-items: flex-start }
h2 { flex-basis: 100%; margin: 24px 0 0 }
figure { margin: 0 }
img { width: 320px; max-height: 480px; object-fit: cover; object-position: top; border: 1px solid #999 }
</style>
<h1>Sealpost: every page</h1>
${sections.join('\n')}
</html>
`
}

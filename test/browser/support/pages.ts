/** Every page of the interface, as it is listed for the router, with an address that shows it. */

import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type Language, newProfile } from './browser.ts'
import type { FilledHub } from './filled-hub.ts'

const WEB = join(import.meta.dirname, '../../../web/app')

interface Listed {
  readonly path: string
}

// By a name that is made here: the types of the web's own sources are checked with them.
const { PAGES } = (await import(join(WEB, 'pages.ts'))) as { PAGES: readonly Listed[] }
const { PUBLIC_PAGES } = (await import(join(WEB, 'public-pages.ts'))) as {
  PUBLIC_PAGES: readonly Listed[]
}

/** What stands in the address of a page that is about one thing. */
const THINGS: Readonly<Record<string, (hub: FilledHub) => string>> = {
  '/messages/$id': ({ messages }) => messages.partly,
  '/people/$id': ({ personId }) => personId,
  '/policies/$id': ({ policies }) => policies.checkedOut,
  '/policies/$id/history': ({ policies }) => policies.checkedOut,
  '/policies/$id/access': ({ policies }) => policies.checkedOut,
  '/policies/requests/$id': ({ policies }) => policies.requestId,
}

export interface Shown {
  readonly name: string
  readonly isPublic: boolean
  /** Below the origin. */
  address(hub: FilledHub): string
}

const PARAMETER = /\$\w+/

/** All pages; public ones are for nobody in particular. */
export const SHOWN: readonly Shown[] = [
  ...PAGES.map(({ path }) => ({
    name: path,
    isPublic: false,
    address: (hub: FilledHub) => path.replace(PARAMETER, () => thingOf(path, hub)),
  })),
  {
    name: '/messages with all filters',
    isPublic: false,
    address: () => '/messages?via=api',
  },
  { name: 'an address without a page', isPublic: false, address: () => '/nothing-here' },
  ...PUBLIC_PAGES.map(({ path }) => ({ name: path, isPublic: true, address: () => path })),
  {
    name: '/invitation with a link',
    isPublic: true,
    address: ({ invitationLink, url }) => invitationLink.slice(url.length),
  },
  {
    name: '/password-reset with a link that is over',
    isPublic: true,
    address: () => '/password-reset#over',
  },
]

function thingOf(path: string, hub: FilledHub): string {
  const thing = THINGS[path]
  if (thing === undefined) throw new Error(`${path}: say in ${import.meta.filename} what it shows`)
  return thing(hub)
}

/** A browser in which the administrator is signed in. Their language is that of their account. */
export async function signedInProfile(
  browser: Browser,
  { hub, language }: { hub: FilledHub; language: Language },
): Promise<BrowserContext> {
  const [name = '', value = ''] = hub.api.cookie.split(/=(.*)/)
  const profile = await newProfile(browser, { language })
  await profile.addCookies([{ name, value, url: hub.url }])
  await hub.api.done('PATCH', '/api/v1/profile', { language })
  return profile
}

/** A browser that keeps nothing yet, of whoever a page is for. */
export function profileFor(
  { isPublic }: Shown,
  { browser, ...seen }: { browser: Browser; hub: FilledHub; language: Language },
): Promise<BrowserContext> {
  return isPublic ? newProfile(browser, seen) : signedInProfile(browser, seen)
}

/** Opens an address and waits until nothing on the page is on its way any more. */
export async function open(page: Page, url: string): Promise<void> {
  // Another document each time, also when only what is behind the # differs.
  await page.goto('about:blank')
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  await settled(page)
}

/**
 * Waits until placeholders have given way to what they stood for, until it is laid out, and until
 * nothing moves or changes its colour any more.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('h1') !== null &&
      document.querySelector('.mantine-Skeleton-root') === null,
  )
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  )
}

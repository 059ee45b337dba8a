/** People and their accounts, as administrators manage them by the pages. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations, type Look, openPage, overflows, startBrowser } from './support/browser.ts'
import {
  ADMIN,
  type InterfaceHub,
  linkIn,
  setUp,
  signIn,
  startInterfaceHub,
} from './support/hub.ts'
import { settled } from './support/pages.ts'

const BEN = {
  address: 'ben@example.org',
  name: 'Ben Okafor',
  password: 'thirty blue herons at dusk',
}

const LONG = {
  address: 'a-very-long-local-part-of-an-address-that-goes-on@example.org',
  name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft von und zu Hohenstein',
}

let browser: Browser
let hub: InterfaceHub

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

/** Fills in *Add person*; leads to the page of the person. */
async function addPerson(
  page: Page,
  { name, address }: { name: string; address: string },
  { invite, roles = [] }: { invite: boolean; roles?: readonly string[] },
): Promise<void> {
  await page.goto(`${hub.url}/people`)
  await page.getByRole('button', { name: 'Add person' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add person' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('E-mail address').fill(address)
  if (!invite) await dialog.getByLabel('Invite to sign in now').uncheck()
  for (const role of roles) await dialog.getByLabel(role, { exact: true }).check()
  await dialog.getByRole('button', { name: invite ? 'Add and invite' : 'Add' }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

test('M4: an invitation from adding a person to their first sign-in', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await addPerson(page, BEN, { invite: true, roles: ['Auditor'] })
  await section(page, 'Sign-in').getByText('Invited', { exact: true }).waitFor()

  const { text } = await hub.mailTo(BEN.address)
  const invited = await openPage(browser)
  await invited.goto(linkIn(text, hub))
  await invited.getByRole('heading', { level: 1 }).waitFor()
  expect(await invited.getByLabel('Name').inputValue()).toBe(BEN.name)
  await invited.locator('input[name=password]').fill(BEN.password)
  await invited.locator('form button[type=submit]').click()
  await invited.getByRole('button', { name: 'Your account' }).waitFor()
  await invited.goto(`${hub.url}/people`)
  await invited.getByRole('link', { name: BEN.name }).waitFor()
  expect(await invited.getByRole('button', { name: 'Add person' }).count()).toBe(0)

  await page.reload()
  await section(page, 'Sign-in').getByText('Active', { exact: true }).waitFor()
})

test('an account is disabled, which ends its sessions, and enabled again', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  const theirs = await openPage(browser)
  await signIn(theirs, hub, BEN)
  await page.goto(`${hub.url}/people?search=ben`)
  await page.getByRole('link', { name: BEN.name }).click()
  await section(page, 'Sign-in').getByRole('button', { name: 'Disable' }).click()
  await page.getByText(`${BEN.name} cannot sign in any more`).waitFor()
  await theirs.goto(`${hub.url}/profile`)
  await theirs.waitForURL((url) => url.pathname === '/sign-in')
  await section(page, 'Sign-in').getByRole('button', { name: 'Enable' }).click()
  await page.getByText(`${BEN.name} can sign in again.`).waitFor()
  await signIn(theirs, hub, BEN)
})

test('roles are given and taken, and the last administrator stays one', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/people?role=auditor`)
  await page.getByText('1 person', { exact: true }).waitFor()
  await page.getByRole('link', { name: BEN.name }).click()
  const roles = page.getByRole('form', { name: 'Roles' })
  await roles.getByRole('button', { name: 'Edit' }).click()
  await roles.getByLabel('Auditor').uncheck()
  await roles.getByLabel('Certificate officer').check()
  await roles.getByRole('button', { name: 'Save' }).click()
  await roles.getByRole('term').getByText('Certificate officer').waitFor()

  await page.goto(`${hub.url}/people?role=administrator`)
  await page.getByRole('link', { name: ADMIN.name }).click()
  await roles.getByRole('button', { name: 'Edit' }).click()
  await roles.getByLabel('Administrator').uncheck()
  await roles.getByRole('button', { name: 'Save' }).click()
  await roles.getByText('This is the last administrator.').waitFor()
})

test('an invitation is sent again, and withdrawn after asking', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  const erik = { address: 'erik@example.org', name: 'Erik Ås' }
  await addPerson(page, erik, { invite: false })
  await section(page, 'Sign-in').getByRole('button', { name: 'Invite' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send invitation' }).click()
  const first = await hub.mailTo(erik.address)
  await section(page, 'Sign-in').getByRole('button', { name: 'Send invitation again' }).click()
  await page.getByText(`A new link is on its way to ${erik.address}.`).waitFor()
  const second = await hub.mailTo(erik.address, 2)
  expect(linkIn(second.text, hub)).not.toBe(linkIn(first.text, hub))
  await section(page, 'Sign-in').getByRole('button', { name: 'Withdraw invitation' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw invitation' }).click()
  await page.getByText(`${erik.name} cannot sign in: there is no account yet.`).waitFor()
})

test('search and filters stand in the address, and what matches nothing is said', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/people`)
  await page.getByLabel('Name or address').fill('nobody of this name')
  await page.getByText('Nothing matches the search and filters.').waitFor()
  expect(new URL(page.url()).searchParams.get('search')).toBe('nobody of this name')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('link', { name: ADMIN.name }).waitFor()
  await page.getByLabel('Sign-in').selectOption({ label: 'Active' })
  await page.waitForURL((url) => url.searchParams.get('state') === 'active')
})

test('the list is put in order by a head of its table, which stands in the address', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/people?search=example.org`)
  const first = page.getByRole('row').nth(1)
  await first.getByText(ADMIN.name).waitFor()
  await page.getByRole('columnheader', { name: 'E-mail address' }).getByRole('button').click()
  await page.waitForURL((url) => url.searchParams.get('order') === 'descending')
  await first.getByText(ADMIN.name).waitFor({ state: 'detached' })
  await page.getByRole('columnheader', { name: 'Last sign-in' }).getByRole('button').click()
  await page.waitForURL((url) => url.searchParams.get('sort') === 'last-sign-in')
  await page.getByRole('columnheader', { name: 'Certificates' }).waitFor()
})

test('who is locked after wrong passwords is found so, and unlocked', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  const theirs = await openPage(browser)
  await theirs.goto(`${hub.url}/sign-in`)
  await theirs.getByLabel('E-mail address').fill(BEN.address)
  const give = async (password: string) => {
    await theirs.locator('input[name=password]').fill(password)
    const answered = theirs.waitForResponse((reply) => reply.url().endsWith('/api/v1/session'))
    await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
    return (await answered).status()
  }
  for (let tries = 0; tries < 5; tries += 1) expect(await give('not my password')).toBe(401)
  expect(await give(BEN.password)).toBe(429)

  await page.goto(`${hub.url}/people`)
  await page.getByLabel('Sign-in').selectOption({ label: 'Locked' })
  await page.getByText('1 person', { exact: true }).waitFor()
  await page.getByRole('link', { name: BEN.name }).click()
  const account = section(page, 'Sign-in')
  await account.getByText('Locked', { exact: true }).waitFor()
  await account.getByRole('button', { name: 'Unlock' }).click()
  await account.getByText('Active', { exact: true }).waitFor()
  expect(await give(BEN.password)).toBe(200)
})

/** The account's language, which goes before the browser's. */
async function chooseLanguage(page: Page, language: string): Promise<void> {
  await page.goto(`${hub.url}/profile`)
  const form = page.locator('main form').first()
  await form.getByRole('button').first().click()
  await form.locator('select[name=language]').selectOption(language)
  await form.locator('button[type=submit]').click()
  await page.locator(`html[lang=${language}]`).waitFor()
  await form.locator('button[type=submit]').waitFor({ state: 'detached' })
}

const LOOKS: readonly Look[] = [
  { width: 1440, theme: 'light', language: 'en' },
  { width: 768, theme: 'dark', language: 'fr' },
  { width: 360, theme: 'dark', language: 'ko' },
  { width: 360, theme: 'light', language: 'fr' },
]

test.for(LOOKS)(
  'pages of people and of oneself fit and are accessible at $width px in $language, $theme',
  async (look) => {
    const page = await openPage(browser, look)
    await signIn(page, hub)
    await chooseLanguage(page, look.language ?? 'en')
    const person = await longNamed(page)
    for (const path of ['/people', person, '/people/roles', '/profile', '/profile/security']) {
      await page.goto(`${hub.url}${path}`)
      await page.waitForLoadState('networkidle')
      await settled(page)
      expect(await axeViolations(page), path).toEqual([])
      expect(await overflows(page), path).toEqual([])
    }
  },
)

/** The page of a person with a long name and address, who is added when nobody has it yet. */
async function longNamed(page: Page): Promise<string> {
  const id = await page.evaluate(async (person) => {
    const read = async (path: string) => (await (await fetch(path)).json()) as unknown
    const find = async () =>
      (await read(`/api/v1/people?search=${person.address}`)) as { people: { id: string }[] }
    const { csrfToken } = (await read('/api/v1/session')) as { csrfToken: string }
    const [known] = (await find()).people
    if (known !== undefined) return known.id
    await fetch('/api/v1/people', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
      body: JSON.stringify({ ...person, invite: { roles: ['editor', 'certificate-officer'] } }),
    })
    return (await find()).people[0]?.id
  }, LONG)
  return `/people/${id ?? ''}`
}

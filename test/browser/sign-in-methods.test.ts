/** Second factors, from their set-up on one's own page to the sign-in that asks for them. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authenticatorApp, plugInAuthenticator } from './support/authenticators.ts'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { ADMIN, type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'

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

async function openSecurity(page: Page): Promise<void> {
  await page.goto(`${hub.url}/profile/security`)
  await page.getByRole('heading', { name: 'Sign-in methods and sessions' }).waitFor()
}

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** Address and password; then the page asks for more. */
async function givePassword(page: Page): Promise<void> {
  await page.goto(`${hub.url}/sign-in`)
  await page.getByLabel('E-mail address').fill(ADMIN.address)
  await page.locator('input[name=password]').fill(ADMIN.password)
  await page.locator('form button[type=submit]').click()
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
}

/** The codes of the dialog, which closes only when they are said to be kept. */
async function keepRecoveryCodes(page: Page): Promise<string[]> {
  const dialog = page.getByRole('dialog', { name: 'Your recovery codes' })
  await dialog.getByRole('listitem').first().waitFor()
  const codes = await dialog.getByRole('listitem').allInnerTexts()
  await dialog.getByRole('button', { name: 'Done' }).click()
  expect(await dialog.getByText('Tick that you have kept the codes.').isVisible()).toBe(true)
  expect(await axeViolations(page)).toEqual([])
  await dialog.getByLabel('I have kept the codes.').check()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  return codes
}

test('M1: one-time codes are set up, asked for at sign-in, replaced by a recovery code, turned off', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await openSecurity(page)
  await section(page, 'Authenticator application').getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('img', { name: 'Image with the secret' }).waitFor()
  expect(await axeViolations(page)).toEqual([])
  const app = authenticatorApp(await dialog.locator('code').innerText())
  await dialog.getByLabel('Code').fill('12 34')
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const refused = 'Enter the six digits that the application shows.'
  await dialog.getByText(refused, { exact: true }).waitFor()
  await dialog.getByLabel('Code').fill(app.code())
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const codes = await keepRecoveryCodes(page)
  expect(codes).toHaveLength(10)
  await section(page, 'Authenticator application').getByText('On', { exact: true }).waitFor()
  await section(page, 'Recovery codes').getByText('10 of 10 left').waitFor()

  const elsewhere = await openPage(browser)
  await givePassword(elsewhere)
  // The code of the set-up was used; the next one is taken as well.
  await elsewhere.getByLabel('Code').fill(app.code(new Date(Date.now() + 30_000)))
  await elsewhere.locator('form button[type=submit]').click()
  await elsewhere.waitForURL((url) => url.pathname !== '/sign-in')

  const withoutPhone = await openPage(browser)
  await givePassword(withoutPhone)
  await withoutPhone.getByRole('button', { name: 'Use a recovery code' }).click()
  await withoutPhone.getByLabel('Recovery code').fill(codes[0] ?? '')
  await withoutPhone.locator('form button[type=submit]').click()
  await withoutPhone.waitForURL((url) => url.pathname !== '/sign-in')
  await openSecurity(withoutPhone)
  await section(withoutPhone, 'Recovery codes').getByText('9 of 10 left').waitFor()
  await section(withoutPhone, 'Sessions').getByText('With password and recovery code').waitFor()

  await section(withoutPhone, 'Authenticator application')
    .getByRole('button', { name: 'Turn off' })
    .click()
  await withoutPhone.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await section(withoutPhone, 'Authenticator application')
    .getByText('Off', { exact: true })
    .waitFor()
})

test('M1: a passkey is added, named anew, signs in by itself, and is removed', async () => {
  const page = await openPage(browser)
  await plugInAuthenticator(page)
  await signIn(page, hub)
  await openSecurity(page)
  const passkeys = section(page, 'Passkeys')
  await passkeys.getByRole('button', { name: 'Add passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Lap')
  await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
  await keepRecoveryCodes(page)
  await passkeys.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Laptop at work')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await passkeys.getByText('Laptop at work').waitFor()
  expect(await axeViolations(page)).toEqual([])
  expect(await overflows(page)).toEqual([])

  await page.getByRole('button', { name: 'Your account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  await openSecurity(page)
  await section(page, 'Sessions').getByText('With passkey', { exact: true }).waitFor()
  await passkeys.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await passkeys.getByText('You have no passkeys.').waitFor()
})

test('M1: an API token is shown once, acts within its scopes, and is refused once revoked', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await openSecurity(page)
  const tokens = section(page, 'API tokens')
  await tokens.getByRole('button', { name: 'Create token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByRole('alert').getByText('Choose at least one thing').waitFor()
  await dialog.getByLabel('Name').fill('Nightly report')
  await dialog.getByLabel('See people and their roles').check()
  await dialog.getByRole('button', { name: 'Create' }).click()
  const token = await dialog.locator('code').innerText()
  expect(token).toMatch(/^spt_/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await tokens.getByText('Nightly report').waitFor()
  expect(await page.content()).not.toContain(token)

  const call = async (path: string) =>
    (await fetch(`${hub.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status
  expect([await call('/api/v1/people'), await call('/api/v1/audit')]).toEqual([200, 403])
  await tokens.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await tokens.getByText('Revoked').waitFor()
  expect(await call('/api/v1/people')).toBe(401)
})

test('M1: all other sessions are ended from one of them', async () => {
  const [here, there] = [await openPage(browser), await openPage(browser)]
  await signIn(here, hub)
  await signIn(there, hub)
  await openSecurity(here)
  const sessions = section(here, 'Sessions')
  await sessions.getByText('Chrome on Linux').first().waitFor()
  await sessions.getByRole('button', { name: 'End all others' }).click()
  await here.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
  await sessions.getByRole('status').getByText('ended').waitFor()
  expect(await sessions.getByRole('listitem').count()).toBe(1)
  await there.goto(`${hub.url}/profile`)
  await there.waitForURL((url) => url.pathname === '/sign-in')
})

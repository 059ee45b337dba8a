/** Signing in by a real OpenID provider, as the button on the sign-in page leads there and back. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SIGN_IN_DEFAULTS } from '../../src/contract/sign-in-settings.ts'
import { signInByApi } from '../support/api-session.ts'
import { openTestProvider, type TestProvider } from '../support/openid-provider.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { ADMIN, type InterfaceHub, setUp, startInterfaceHub } from './support/hub.ts'

const BUTTON = { name: 'Sign in with Example ID' }

let browser: Browser
let hub: InterfaceHub
let provider: TestProvider
let page: Page

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
  const api = await signInByApi(hub.url, ADMIN)
  const { redirectUri, version } = await api.done<{ redirectUri: string; version: number }>(
    'GET',
    '/api/v1/sign-in-settings',
  )
  provider = await openTestProvider({ redirectUri })
  const { issuer, clientId, clientSecret } = provider
  const openid = { ...SIGN_IN_DEFAULTS.openid, enabled: true, name: 'Example ID', issuer, clientId }
  await api.done('PUT', '/api/v1/sign-in-settings', {
    basedOn: version,
    settings: { ...SIGN_IN_DEFAULTS, openid },
    clientSecret,
  })
})

beforeEach(async () => {
  page = await openPage(browser)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
  await provider[Symbol.asyncDispose]()
})

function isAtProvider(email: string): void {
  provider.people.set(email, { email, email_verified: true, name: 'Somebody' })
  provider.subject = email
}

test('M1: sign-in by OpenID Connect leads to the page that was asked for', async () => {
  isAtProvider(ADMIN.address)
  await page.goto(`${hub.url}/system/audit?search=openid`)
  await page.getByRole('link', BUTTON).click()
  await page.getByRole('heading', { name: 'Audit log' }).waitFor()
  expect(page.url()).toBe(`${hub.url}/system/audit?search=openid`)
  await page.getByText(ADMIN.name).first().waitFor()
  const isTold = () =>
    hub.sink.messages.some(({ content }) =>
      Buffer.from(content)
        .toString('latin1')
        .replaceAll('=\r\n', '')
        .includes('was linked to an account'),
    )
  await expect.poll(isTold, { timeout: 30_000 }).toBe(true)
})

test.for([
  { name: 'has no account here', who: 'nobody@example.org', says: 'You have no account here yet.' },
  { name: 'says no', who: undefined, says: 'The provider did not let you in.' },
])('M1: who $name at the provider is told so, and is not signed in', async ({ who, says }) => {
  if (who === undefined) provider.subject = undefined
  else isAtProvider(who)
  await page.goto(`${hub.url}/sign-in`)
  await page.getByRole('link', BUTTON).click()
  await page.getByText(says).waitFor()
  await page.goto(`${hub.url}/system/audit`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

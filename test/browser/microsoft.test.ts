/** Mail by Microsoft Graph, set up on the page, against a stand-in that is as strict as the real one. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Microsoft, type MicrosoftOptions, startMicrosoft } from '../support/microsoft.ts'
import { newProfile, startBrowser } from './support/browser.ts'
import { type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'
import { field, openMailForm, tested } from './support/mail-page.ts'

let browser: Browser
let hub: InterfaceHub
let page: Page

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
  page = await (await newProfile(browser)).newPage()
  await signIn(page, hub)
})

beforeEach(() => openMailForm(page, hub))

afterAll(async () => {
  await browser.close()
  await hub.close()
})

/** Enters the application as its registration says, with this secret. */
async function enter(
  options: MicrosoftOptions,
  { secret }: { secret?: string } = {},
): Promise<Microsoft> {
  const microsoft = await startMicrosoft(options)
  onTestFinished(() => microsoft.close())
  await page.getByRole('radio', { name: 'Microsoft OAuth 2.0', exact: true }).check()
  await field(page, 'senderAddress').fill(microsoft.mailbox)
  await field(page, 'applicationId').fill(microsoft.clientId)
  await field(page, 'directoryId').fill(microsoft.tenant)
  await field(page, 'clientSecret').fill(secret ?? microsoft.clientSecret)
  await page.getByLabel('Microsoft cloud').selectOption({ label: 'Other end points' })
  await field(page, 'authority').fill(microsoft.url)
  await field(page, 'graph').fill(microsoft.url)
  return microsoft
}

test('M3: with a token and 202 of sendMail the test passes', async () => {
  const microsoft = await enter({})
  const words = await tested(page, 'Send test')
  expect(words).toContain('The server accepted the test mail for ada@example.org.')
  expect(words).not.toContain(microsoft.clientSecret)
  expect(microsoft.messages).toHaveLength(1)
  expect(microsoft.messages[0]?.toString('latin1')).toMatch(/^To: .*ada@example\.org/m)
})

test('M3: a token without Mail.Send is told of, with the permission to ask for', async () => {
  const microsoft = await enter({ roles: [] })
  const words = await tested(page, 'Send test')
  expect(words).toContain('The test failed: Send by Microsoft Graph')
  expect(words).toContain('Mail.Send')
  expect(words).toContain('ErrorAccessDenied')
  expect(microsoft.messages).toEqual([])
})

test('M3: 200 of sendMail is not taken for success', async () => {
  await enter({ answer: () => ({ status: 200 }) })
  expect(await tested(page, 'Send test')).toContain('The test failed: Send by Microsoft Graph')
})

test('M3: a wrong client secret is told of, with the words and the correlation ID of Microsoft', async () => {
  const microsoft = await enter({}, { secret: 'the-id-of-the-secret' })
  const words = await tested(page, 'Send test')
  expect(words).toContain('The test failed: Get an access token')
  expect(words).toContain('AADSTS7000215')
  expect(words).toMatch(/Correlation ID\s+correlation-1/)
  expect(words).toMatch(/value/i)
  expect(words).not.toContain('the-id-of-the-secret')
  expect(microsoft.tokensIssued).toBe(0)
})

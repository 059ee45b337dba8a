/** A secret of the e-mail configuration that is cleared, and what the health page says of test mails. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInByApi } from '../support/api-session.ts'
import { startFaultySmtp } from '../support/faulty-smtp.ts'
import { openPage, startBrowser } from './support/browser.ts'
import { ADMIN, type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'
import { enterServer, field, openMailForm, tested } from './support/mail-page.ts'

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

/** What the health page says of the last test mail. */
async function lastTest(page: Page, word: string): Promise<void> {
  await page.goto(`${hub.url}/system/health`)
  const value = page.getByText('Last test mail', { exact: true }).locator('..')
  await value.getByText(word, { exact: true }).waitFor()
}

test('M1: a secret is kept until it is cleared, and the health page tells of each test mail', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await openMailForm(page, hub)
  await field(page, 'senderAddress').fill('hub@example.org')
  await enterServer(page, {
    port: hub.sink.port,
    caPem: hub.tls.rootPem,
    login: { user: 'hub', password: 'geheim' },
  })
  expect(await tested(page, /^Save/)).toContain('The server accepted the test mail')
  await lastTest(page, 'Sent')
  const stored = async () => {
    const api = await signInByApi(hub.url, ADMIN)
    return JSON.stringify(await api.done('GET', '/api/v1/mail-configuration'))
  }
  expect(await stored()).toContain('"password"')

  await openMailForm(page, hub)
  await page
    .getByText(/Set on .* by Ada Lovelace/)
    .first()
    .waitFor()
  await page.getByRole('switch', { name: 'SMTP authentication' }).uncheck({ force: true })
  await page.getByRole('switch', { name: 'SMTP authentication' }).check({ force: true })
  await page.getByRole('button', { name: 'Clear' }).first().click()
  await page.getByRole('button', { name: /^Save/ }).click()
  await page.getByText('Fill in “Password”.').first().waitFor()
  await page.getByRole('switch', { name: 'SMTP authentication' }).uncheck({ force: true })
  await page.locator('main form').getByRole('button', { name: /^Save/ }).click()
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  await openMailForm(page, hub)
  await page.getByRole('switch', { name: 'SMTP authentication' }).check({ force: true })
  expect(await page.getByText(/Set on .* by Ada Lovelace/).count()).toBe(0)
})

test('M2: the health page says of a test mail that it runs, and that it failed', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  const server = await startFaultySmtp('silent after connect')
  try {
    await openMailForm(page, hub)
    await enterServer(page, { port: server.port, encryption: 'None' })
    await field(page, 'greetingSeconds').fill('8')
    await page.locator('main form').getByRole('button', { name: 'Send test' }).click()
    await page.getByRole('region', { name: 'Test', exact: true }).waitFor()
    const watching = await openPage(browser)
    await signIn(watching, hub)
    await lastTest(watching, 'Running')
    await page.getByText('The test failed: Wait for the greeting').waitFor()
    await lastTest(watching, 'Failed')
  } finally {
    await server.close()
  }
})

/** The e-mail configuration as an administrator meets it: fields by their rules, and the test. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { ADMIN, type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'
import { settled } from './support/pages.ts'

let browser: Browser
let hub: InterfaceHub

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startInterfaceHub()
  await setUp(hub)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

async function openForm(): Promise<Page> {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/settings/mail`)
  await page.getByRole('button', { name: 'Edit' }).click()
  return page
}

const field = (page: Page, name: string) => page.locator(`input[name=${name}]`)
const choose = (page: Page, name: string) => page.getByRole('radio', { name, exact: true }).check()

test('M1: the type of authentication swaps the fields, and keeps what was entered', async () => {
  const page = await openForm()
  await field(page, 'host').fill('mail.example.org')
  await choose(page, 'Microsoft OAuth 2.0')
  expect(await field(page, 'host').count()).toBe(0)
  for (const name of ['senderAddress', 'applicationId', 'directoryId', 'clientSecret']) {
    expect(await field(page, name).count(), name).toBe(1)
  }
  await choose(page, 'User name and password')
  expect(await field(page, 'host').inputValue()).toBe('mail.example.org')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('M1: SMTP authentication makes user name and password mandatory', async () => {
  const page = await openForm()
  const authentication = page.getByRole('switch', { name: 'SMTP authentication' })
  await authentication.check({ force: true })
  await field(page, 'userName').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  const summary = page.getByRole('alert')
  await summary.getByRole('link', { name: 'Fill in “User name”.' }).click()
  expect(await field(page, 'userName').evaluate((each) => each === document.activeElement)).toBe(
    true,
  )
  await summary.getByRole('link', { name: 'Fill in “Password”.' }).waitFor()
  await authentication.uncheck({ force: true })
  expect(await field(page, 'userName').count()).toBe(0)
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('M1: a field that the hub refuses says what it wants', async () => {
  const page = await openForm()
  await field(page, 'host').fill('not a host')
  await field(page, 'senderAddress').fill('nobody')
  await field(page, 'port').fill('70000')
  await page.getByRole('button', { name: 'Save' }).click()
  for (const words of [
    '“SMTP host” is not a host name such as mail.example.org.',
    '“Sender e-mail address” is not an e-mail address such as mail@example.org.',
    '“Port number” is a number from 1 to 65535.',
  ]) {
    await page.getByRole('link', { name: words }).waitFor()
  }
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('M1: the usual port is offered and never set by itself', async () => {
  const page = await openForm()
  await field(page, 'port').fill('2525')
  await choose(page, 'TLS')
  expect(await field(page, 'port').inputValue()).toBe('2525')
  await page.getByRole('button', { name: 'Use 465' }).click()
  expect(await field(page, 'port').inputValue()).toBe('465')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('M2: the values shown are tested, and the failed step says what to do', async () => {
  const page = await openForm()
  await page.getByText(`Saving sends a test mail to ${ADMIN.address}.`, { exact: false }).waitFor()
  await choose(page, 'STARTTLS required')
  await page.getByRole('button', { name: 'Send test' }).click()
  const panel = page.getByRole('region', { name: 'Test', exact: true })
  await panel.getByText('Values shown in the form, not saved').waitFor()
  await panel.getByText('The test failed: Encrypt the connection (STARTTLS)').waitFor()
  await panel.getByText('was issued by nobody the hub trusts').first().waitFor()
  await panel.getByRole('button', { name: 'Copy transcript' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('M2: saving tests by a mail that arrives, and the page has no fault', async () => {
  const page = await openForm()
  await field(page, 'senderAddress').fill('hub@example.org')
  await choose(page, 'STARTTLS if offered')
  await page.getByRole('switch', { name: 'SMTP authentication' }).check({ force: true })
  await field(page, 'userName').fill('hub')
  await field(page, 'password').fill('geheim')
  expect(await axeViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  const panel = page.getByRole('region', { name: 'Test', exact: true })
  await panel.getByText(`The server accepted the test mail for ${ADMIN.address}.`).waitFor()
  await hub.mailTo(ADMIN.address)
  await page.getByText('by Ada Lovelace', { exact: false }).first().waitFor()
  expect(await axeViolations(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
})

test('M1: what somebody else saved meanwhile is shown, and can be saved over', async () => {
  const [mine, theirs] = [await openForm(), await openForm()]
  await field(theirs, 'senderAddress').fill('theirs@example.org')
  await theirs.getByRole('button', { name: 'Save' }).click()
  await theirs.getByRole('button', { name: 'Edit' }).waitFor()
  await field(mine, 'senderAddress').fill('mine@example.org')
  await mine.getByRole('button', { name: 'Save' }).click()
  const difference = mine.getByRole('table', { name: 'What was changed meanwhile' })
  await difference.getByText('theirs@example.org').waitFor()
  await mine.getByRole('button', { name: 'Save my values' }).click()
  await mine.getByRole('button', { name: 'Edit' }).waitFor()
  expect(await mine.getByText('mine@example.org').count()).toBeGreaterThan(0)
})

test.for([
  { settings: '/settings/mail', name: 'senderAddress', value: 'board@example.org' },
  { settings: '/settings/sign-in', name: 'name', value: 'Example' },
])('M1: a comment stands in the history of $settings', async ({ settings, name, value }) => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}${settings}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await field(page, name).fill(value)
  await page.getByLabel('Comment').fill(' asked for by the board ')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await field(page, 'comment').inputValue()).toBe('')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('cell', { name: 'asked for by the board', exact: true }).waitFor()
})

test('M1: versions are compared, and rolled back to', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/settings/mail/history?version=1`)
  await page.getByRole('button', { name: 'Roll back to version 1' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('table', { name: 'What changes' }).waitFor()
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await page.getByText('Rolled back to version 1').waitFor()
})

test.for(['en', 'fr', 'ko'] as const)(
  'M1: on a phone in %s nothing runs over, in both states',
  async (language) => {
    const page = await openPage(browser, { language, width: 360, theme: 'dark' })
    await signIn(page, hub)
    for (const path of ['/settings/mail', '/settings/sign-in', '/settings/notifications']) {
      await page.goto(`${hub.url}${path}`)
      await page.waitForLoadState('networkidle')
      await settled(page)
      expect(await overflows(page), path).toEqual([])
      expect(await axeViolations(page), path).toEqual([])
    }
  },
)

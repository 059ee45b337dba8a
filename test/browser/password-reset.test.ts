/** A forgotten password, from the sign-in page to the next sign-in, by the pages and the mail. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPage, startBrowser } from './support/browser.ts'
import {
  ADMIN,
  type InterfaceHub,
  linkIn,
  setUp,
  signIn,
  startInterfaceHub,
} from './support/hub.ts'

const NEW_PASSWORD = 'seven green bottles on a wall'

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

/** Asks for a link, and gives what the page then says. */
async function askFor(page: Page, address: string): Promise<string> {
  await page.goto(`${hub.url}/sign-in`)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  // The page before has a field of the same name.
  await page.getByRole('heading', { name: 'Reset your password' }).waitFor()
  await page.getByLabel('E-mail address').fill(address)
  await page.getByRole('button', { name: 'Send link' }).click()
  return page.getByRole('status').filter({ hasText: 'Look at your mail' }).innerText()
}

test('M4: a password reset from request to new sign-in', async () => {
  const elsewhere = await openPage(browser)
  await signIn(elsewhere, hub)

  const page = await openPage(browser)
  const known = await askFor(page, ADMIN.address)
  const unknown = await askFor(page, 'nobody@example.org')
  expect(unknown.replace('nobody@example.org', ADMIN.address)).toBe(known)

  const mail = await hub.mailTo(ADMIN.address)
  expect(mail.subject).toBe('Choose a new password for Example')
  const link = linkIn(mail.text, hub)
  await page.goto(link)
  await page.getByText(`New password for ${ADMIN.address} at Example.`).waitFor()
  expect(new URL(page.url()).hash, 'the token leaves the address').toBe('')
  const field = page.locator('input[name=password]')
  await field.fill('too short')
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByText('Choose a password of at least 12 characters.').first().waitFor()
  await field.fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.getByText('Your password was changed', { exact: true }).waitFor()

  await elsewhere.reload()
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor()

  await page.goto(`${hub.url}/sign-in`)
  await page.getByLabel('E-mail address').fill(ADMIN.address)
  await page.locator('input[name=password]').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await page.locator('input[name=password]').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  expect((await hub.mailTo(ADMIN.address, 2)).text).not.toContain(NEW_PASSWORD)

  const again = await openPage(browser)
  await again.goto(link)
  await again.getByRole('link', { name: 'Ask for a new link' }).waitFor()
  expect(await again.getByRole('button', { name: 'Save password' }).count()).toBe(0)
  const toNobody = hub.sink.messages.filter(({ recipients }) =>
    recipients.includes('nobody@example.org'),
  )
  expect(toNobody).toEqual([])
})

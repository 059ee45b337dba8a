/** A password that is changed, and what of others an administrator ends or an auditor may not, by the pages. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiSession, signInByApi } from '../support/api-session.ts'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { commandOn } from './support/hub-inside.ts'
import { ADMIN, type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'
import { settled } from './support/pages.ts'

const BEN = { address: 'ben@example.org', name: 'Ben Okafor', password: 'thirty blue herons' }
const EVA = { address: 'eva@example.org', name: 'Eva Lind', password: 'seven brown loaves' }

let browser: Browser
let hub: InterfaceHub
let benId: string

/** Somebody with these roles, who accepted. */
async function give(admin: ApiSession, who: typeof BEN, roles: string[]): Promise<string> {
  const { address, name, password } = who
  const person = { address, name, invite: { roles } }
  const { id } = await admin.done<{ id: string }>('POST', '/api/v1/people', person)
  await using command = await commandOn(hub)
  const account = await command.accounts.findAccountOfAddress(address)
  if (account === undefined) throw new Error(`${address} has no account`)
  const { link } = await command.links.make(account, 'invitation', { by: 'test' })
  const token = new URL(link).hash.slice(1)
  await admin.done('POST', '/api/v1/invitations/accept', { token, name, language: 'en', password })
  return id
}

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
  benId = await give(await signInByApi(hub.url, ADMIN), BEN, [])
  await give(await signInByApi(hub.url, ADMIN), EVA, ['auditor'])
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function tokenOf(who: typeof BEN, name: string): Promise<string> {
  const api = await signInByApi(hub.url, who)
  const wanted = { name, scopes: ['self'], validityDays: null }
  return (await api.done<{ token: string }>('POST', '/api/v1/profile/tokens', wanted)).token
}

const answerTo = async (token: string) =>
  (await fetch(`${hub.url}/api/v1/profile`, { headers: { authorization: `Bearer ${token}` } }))
    .status

test("an administrator revokes another's API token and ends their sessions", async () => {
  const token = await tokenOf(BEN, 'Nightly report')
  const theirs = await openPage(browser)
  await signIn(theirs, hub, BEN)
  const page = await openPage(browser)
  await signIn(page, hub)
  await page.goto(`${hub.url}/people/${benId}`)
  const tokens = section(page, 'API tokens')
  await tokens.getByText('Nightly report').waitFor()
  expect(await answerTo(token)).toBe(200)
  await tokens.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await tokens.getByText('Revoked').waitFor()
  expect(await answerTo(token)).toBe(401)

  const account = section(page, 'Sign-in')
  await account.getByRole('button', { name: 'End sessions' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End sessions' }).click()
  await account.getByRole('status').waitFor()
  expect(await account.getByRole('button', { name: 'End sessions' }).count()).toBe(0)
  await theirs.goto(`${hub.url}/profile`)
  await theirs.waitForURL((url) => url.pathname === '/sign-in')
})

test('a person without a role has their own page, and others say that they are not for them', async () => {
  const page = await openPage(browser)
  await signIn(page, hub, BEN)
  for (const path of ['/people', '/messages', '/system/audit', '/settings/notifications']) {
    await page.goto(`${hub.url}${path}`)
    await page.getByRole('heading', { name: 'Not for your role' }).waitFor()
  }
  const links = await page.getByRole('navigation').getByRole('link').allInnerTexts()
  expect(links.map((each) => each.trim())).toEqual(['Profile', 'Sign-in methods and sessions'])
})

test('the own password is changed with the old one, to one that is good enough', async () => {
  const token = await tokenOf(BEN, 'Backup')
  const elsewhere = await openPage(browser)
  await signIn(elsewhere, hub, BEN)
  const page = await openPage(browser)
  await signIn(page, hub, BEN)
  await page.goto(`${hub.url}/profile`)
  const password = section(page, 'Password')
  await password.getByRole('button', { name: 'Change password' }).click()
  const wanted = 'a dozen quiet otters'
  const give = async (current: string, chosen: string) => {
    await password.locator('input[name=current]').fill(current)
    await password.locator('input[name=wanted]').fill(chosen)
    await password.getByRole('button', { name: 'Change password' }).click()
  }
  await give('not my password', wanted)
  await password.getByText('The password is not right').first().waitFor()
  await give(BEN.password, 'too short')
  await password.getByText('A password has at least 12 characters.').first().waitFor()
  await give(BEN.password, 'password1234')
  await password.getByText('The password was not changed.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  await give(BEN.password, wanted)
  await password.getByRole('status').getByText('Your password was changed.').waitFor()

  await password.getByText('API tokens go on working.').waitFor()
  expect(await axeViolations(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
  expect(await answerTo(token)).toBe(200)
  await password.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await password.getByText('API tokens go on').waitFor({ state: 'detached' })
  expect(await answerTo(token)).toBe(401)

  await elsewhere.reload()
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor()
  await signIn(elsewhere, hub, { ...BEN, password: wanted })
})

test('an auditor reads without a button to change anything, and what is not for them says so', async () => {
  const page = await openPage(browser)
  await signIn(page, hub, EVA)
  for (const path of ['/people', `/people/${benId}`, '/messages', '/queue', '/system/health']) {
    await page.goto(`${hub.url}${path}`)
    await page.waitForLoadState('networkidle')
    await settled(page)
    const forbidden = page.getByText('Not for your role')
    expect([path, await forbidden.count()]).toEqual([path, 0])
    const changing = page.getByRole('button', { name: /^(Edit|Add|Disable|Invite|Revoke|Unlock)/ })
    expect([path, await changing.count()]).toEqual([path, 0])
  }
  for (const path of ['/settings/mail', '/settings/mail/history', '/settings/sign-in']) {
    await page.goto(`${hub.url}${path}`)
    await page.getByRole('heading', { name: 'Not for your role' }).waitFor()
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0)
  }
  const menu = page.getByRole('navigation')
  await menu.getByRole('link', { name: 'Audit log' }).waitFor()
  expect(await menu.getByRole('link', { name: 'E-mail configuration' }).count()).toBe(0)
})

test('an auditor has a sample of a notification sent, and it arrives', async () => {
  const page = await openPage(browser)
  await signIn(page, hub, EVA)
  await page.goto(`${hub.url}/settings/notifications?name=password-reset`)
  const before = hub.sink.messages.filter(({ recipients }) => recipients.includes(EVA.address))
  await page.getByRole('button', { name: 'Send to me' }).click()
  await page.getByText(`The sample is on its way to ${EVA.address}.`).waitFor()
  const mail = await hub.mailTo(EVA.address, before.length + 1)
  expect(mail.subject).toMatch(/new password/i)
  await page.getByRole('link', { name: 'See what becomes of it' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForURL((url) => url.pathname.startsWith('/messages/'))
})

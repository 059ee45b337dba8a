/** Change control as people meet it: by the pages alone, from the request to what is in force. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiSession, signInByApi } from '../support/api-session.ts'
import { axeViolations, openPage, startBrowser } from './support/browser.ts'
import {
  ADMIN,
  type InterfaceHub,
  linkIn,
  setUp,
  signIn,
  startInterfaceHub,
} from './support/hub.ts'

interface Person {
  readonly address: string
  readonly name: string
  readonly password: string
}

const EDITOR = {
  address: 'ed@example.org',
  name: 'Ed Itor',
  password: 'three blind mice and a harbour',
}
const APPROVER = {
  address: 'ann@example.org',
  name: 'Ann Prover',
  password: 'seven dry rivers and an orchard',
}

let browser: Browser
let hub: InterfaceHub
let admin: ApiSession

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
  admin = await signInByApi(hub.url, ADMIN)
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

async function addPerson({ address, name, password }: Person, role: string): Promise<void> {
  await admin.done('POST', '/api/v1/people', { address, name, invite: { roles: [role] } })
  const { text } = await hub.mailTo(address)
  const reply = await fetch(`${hub.url}/api/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ name, password, language: 'en' },
      token: new URL(linkIn(text, hub)).hash.slice(1),
    }),
  })
  expect(reply.status, await reply.text()).toBe(200)
}

async function pageOf(person: Person): Promise<Page> {
  const page = await openPage(browser)
  await signIn(page, hub, person)
  return page
}

const dialog = (page: Page) => page.getByRole('dialog')

/** Gives an order by its button, or by the menu, and says why. */
async function order(page: Page, name: string, { comment = '' } = {}): Promise<void> {
  const button = page.getByRole('main').getByRole('button', { name, exact: true })
  const more = page.getByRole('button', { name: 'More', exact: true })
  await button.or(more).first().waitFor()
  if ((await button.count()) === 0) {
    await more.click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  } else await button.click()
  await dialog(page).getByLabel('Comment').fill(comment)
  await dialog(page).getByRole('button', { name, exact: true }).click()
  await dialog(page).waitFor({ state: 'detached' })
}

const state = (page: Page, word: string) =>
  page.getByRole('banner').or(page.getByRole('main')).getByText(word, { exact: true }).first()

/** Opens a request from the list of those that wait for whoever looks. */
async function openRequest(page: Page, name: string): Promise<void> {
  await page.goto(`${hub.url}/policies/requests?show=for-me`)
  await page.getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

test('M10: an editor and an approver take a policy from the request to its deployment', async () => {
  await addPerson(EDITOR, 'editor')
  await addPerson(APPROVER, 'approver')
  const editor = await pageOf(EDITOR)
  const approver = await pageOf(APPROVER)

  await editor.goto(`${hub.url}/policies`)
  await editor.getByRole('button', { name: 'Request a new policy' }).first().click()
  await dialog(editor).getByLabel('Kind').selectOption({ label: 'Sign-in' })
  await dialog(editor).getByLabel('Comment').fill('The company has an account for everybody.')
  expect(await axeViolations(editor)).toEqual([])
  await dialog(editor).getByRole('button', { name: 'Request', exact: true }).click()
  await editor.getByRole('heading', { level: 1, name: 'Sign-in' }).waitFor()
  await state(editor, 'Pending creation').waitFor()
  const policyPage = editor.url()

  await editor.getByRole('link', { name: 'Open the request' }).click()
  await editor.getByRole('button', { name: 'Withdraw' }).waitFor()
  expect(await editor.getByRole('button', { name: 'Approve' }).count()).toBe(0)

  await openRequest(approver, 'Create “Sign-in”')
  await approver.getByText('The company has an account for everybody.').waitFor()
  await order(approver, 'Approve', { comment: 'Agreed.' })
  await state(approver, 'Done').waitFor()

  await editor.goto(policyPage)
  await order(editor, 'Check out')
  await state(editor, 'Checked out').waitFor()
  await editor.getByRole('button', { name: 'Edit', exact: true }).click()
  await editor.getByLabel('Name on the button', { exact: true }).fill('Company account')
  await editor.getByRole('button', { name: 'Save' }).click()
  await editor.getByText('Company account').first().waitFor()
  await order(editor, 'Check in', { comment: 'With the name of the provider.' })
  await state(editor, 'Checked in').waitFor()
  await order(editor, 'Request deployment', { comment: 'For Monday.' })
  await state(editor, 'Pending deployment').waitFor()

  await openRequest(approver, 'Deploy “Sign-in”')
  await approver.getByRole('table').getByText('Company account').waitFor()
  expect(await axeViolations(approver)).toEqual([])
  await order(approver, 'Approve')
  await state(approver, 'Done').waitFor()

  await editor.goto(policyPage)
  await editor.getByRole('region', { name: 'Production' }).getByText('Version 2').waitFor()
  const { settings } = await admin.done<{ settings: { openid: { name: string } } }>(
    'GET',
    '/api/v1/sign-in-settings',
  )
  expect(settings.openid.name).toBe('Company account')
  await editor.getByRole('link', { name: 'History' }).click()
  await editor.getByRole('table', { name: 'All states' }).getByText('For Monday.').first().waitFor()
})

test('M10: a rejection ends a request, and its policy is as before', async () => {
  const editor = await pageOf(EDITOR)
  const approver = await pageOf(APPROVER)
  await editor.goto(`${hub.url}/policies`)
  await editor.getByRole('link', { name: 'E-mail configuration' }).last().click()
  await order(editor, 'Request deletion')
  await openRequest(approver, 'Delete “E-mail configuration”')
  await order(approver, 'Reject', { comment: 'Mail has to go out.' })
  await state(approver, 'Rejected').waitFor()
  await approver.getByText('Mail has to go out.').waitFor()
  await editor.reload()
  await state(editor, 'Checked in').waitFor()
})

test('M7: whoever may delegate denies a role something for one policy', async () => {
  const page = await pageOf(ADMIN)
  await page.goto(`${hub.url}/policies`)
  await page.getByRole('main').getByRole('link', { name: 'E-mail configuration' }).click()
  await page.getByRole('link', { name: 'Access' }).click()
  await page.getByRole('button', { name: 'Change the permissions of Editor' }).first().click()
  await dialog(page).getByLabel('Edit settings').selectOption({ label: 'Denied' })
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('Denied', { exact: true }).first().waitFor()

  const editor = await pageOf(EDITOR)
  await editor.goto(page.url().replace(/\/access$/, ''))
  await editor.getByRole('heading', { level: 1, name: 'E-mail configuration' }).waitFor()
  await editor.getByRole('link', { name: 'History' }).waitFor()
  expect(await editor.getByRole('button', { name: 'Check out' }).count()).toBe(0)
})

test('M9: a search that is not understood says so, and one without a match can be cleared', async () => {
  const page = await pageOf(EDITOR)
  await page.goto(`${hub.url}/policies?search=colour%3A+red`)
  await page.getByText('The search is not understood.').waitFor()
  await page.goto(`${hub.url}/policies?search=name%3A+nothing`)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('main').getByRole('link', { name: 'E-mail configuration' }).waitFor()
})

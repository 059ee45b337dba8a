/** The page of the e-mail configuration, as an administrator uses it, in English. */

import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { newProfile, startBrowser } from './browser.ts'
import { type InterfaceHub, setUp, signIn, startInterfaceHub } from './hub.ts'

export type Encryption = 'None' | 'STARTTLS if offered' | 'STARTTLS required' | 'TLS'

export interface EnteredServer {
  readonly port: number
  readonly encryption?: Encryption
  /** PEM to trust in place of the usual authorities. */
  readonly caPem?: string
  readonly login?: { readonly user: string; readonly password: string }
}

export interface AdminPage {
  readonly hub: InterfaceHub
  readonly page: Page
  /** Ends browser and hub. */
  close(): Promise<void>
}

/** A hub that is set up, and its administrator signed in to it. */
export async function startAsAdmin(): Promise<AdminPage> {
  const [browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
  await setUp(hub)
  const page = await (await newProfile(browser)).newPage()
  await signIn(page, hub)
  return {
    hub,
    page,
    async close() {
      await browser.close()
      await hub.close()
    },
  }
}

/** Opens the page and its form. */
export async function openMailForm(page: Page, hub: InterfaceHub): Promise<void> {
  await page.goto(`${hub.url}/settings/mail`)
  await page.getByRole('button', { name: /^(Edit|Configure e-mail)$/ }).click()
  await field(page, 'senderAddress').waitFor()
  // All folded settings, so that whatever is filled in is seen.
  await page.locator('main details').evaluateAll((folds) => {
    for (const fold of folds) (fold as HTMLDetailsElement).open = true
  })
}

export const field = (page: Page, name: string) => page.locator(`main [name="${name}"]`)

/** Enters a server on this machine, with time limits that a test can wait for. */
export async function enterServer(page: Page, server: EnteredServer): Promise<void> {
  const { port, encryption = 'STARTTLS required', caPem = '', login } = server
  await page.getByRole('radio', { name: encryption, exact: true }).check()
  await field(page, 'host').fill('localhost')
  await field(page, 'port').fill(String(port))
  const authentication = page.getByRole('switch', { name: 'SMTP authentication' })
  await authentication.setChecked(login !== undefined)
  if (login !== undefined) {
    await field(page, 'userName').fill(login.user)
    await field(page, 'password').fill(login.password)
  }
  for (const limit of ['connectSeconds', 'greetingSeconds', 'commandSeconds']) {
    await field(page, limit).fill('1')
  }
  await field(page, 'totalSeconds').fill('20')
  await field(page, 'caPem').fill(caPem)
}

/** Clicks a button that begins a test, waits for its end, and gives the words of its panel. */
export async function tested(page: Page, button: string | RegExp): Promise<string> {
  const started = page.waitForResponse(
    (reply) =>
      ['POST', 'PUT'].includes(reply.request().method()) &&
      /\/api\/v1\/mail-(tests|configuration)$/.test(new URL(reply.url()).pathname),
  )
  await page.locator('main form').getByRole('button', { name: button }).click()
  const reply = await started
  const body = (await reply.json()) as { id?: string; testId?: string }
  expect(reply.ok(), JSON.stringify(body)).toBe(true)
  const id = body.id ?? body.testId ?? ''
  await expect
    .poll(
      async () => {
        const shown = await page.request.get(new URL(`/api/v1/mail-tests/${id}`, page.url()).href)
        return ((await shown.json()) as { state: string }).state
      },
      { timeout: 30_000 },
    )
    .toBe('over')
  const panel = page.locator('section[aria-labelledby="mail-test"]')
  await panel.getByText(/^(The test failed: |The server accepted the test mail)/).waitFor()
  await expect.poll(() => panel.getByText('Running').count()).toBe(0)
  return panel.innerText()
}

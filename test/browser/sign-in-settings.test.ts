/** What signing in takes, as an administrator sets it by the page, and those it is asked of. */

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInByApi } from '../support/api-session.ts'
import { authenticatorApp } from './support/authenticators.ts'
import { axeViolations, openPage, overflows, startBrowser } from './support/browser.ts'
import { ADMIN, type InterfaceHub, setUp, signIn, startInterfaceHub } from './support/hub.ts'

const SECRET = 'the-secret-at-the-provider'

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

/** Opens the settings, reading. */
async function openSettings(page: Page): Promise<void> {
  await page.goto(`${hub.url}/settings/sign-in`)
  await page.getByRole('button', { name: 'Edit' }).waitFor()
}

const field = (page: Page, name: string) => page.locator(`main [name="${name}"]`)

async function edit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor()
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Edit' }).waitFor()
}

const stored = async () => {
  const api = await signInByApi(hub.url, ADMIN)
  return api.done<{ version: number; clientSecretSet: boolean; settings: { openid: object } }>(
    'GET',
    '/api/v1/sign-in-settings',
  )
}

test('the provider is entered by the page, its secret kept when left alone, and cleared', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await openSettings(page)
  await edit(page)
  await page.getByRole('switch', { name: 'Sign in by this provider' }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Fill in “Issuer”.').first().waitFor()
  await field(page, 'name').fill('Example ID')
  await field(page, 'issuer').fill('http://127.0.0.1:9/issuer')
  await field(page, 'clientId').fill('sealpost')
  await field(page, 'clientSecret').fill(SECRET)
  await field(page, 'allowedDomains').fill('example.org\npartner.example')
  await page.getByLabel('Create accounts').check()
  await save(page)
  await page.getByText(/Set on .* by Ada Lovelace/).waitFor()
  expect(await page.content()).not.toContain(SECRET)
  expect(await stored()).toMatchObject({
    ...{ version: 1, clientSecretSet: true },
    settings: {
      openid: {
        ...{ enabled: true, name: 'Example ID', createAccounts: true },
        allowedDomains: ['example.org', 'partner.example'],
      },
    },
  })

  await edit(page)
  await field(page, 'name').fill('Example login')
  await page.getByLabel('Create accounts').uncheck()
  await save(page)
  expect(await stored()).toMatchObject({
    ...{ version: 2, clientSecretSet: true },
    settings: { openid: { name: 'Example login', createAccounts: false } },
  })

  await edit(page)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByRole('switch', { name: 'Sign in by this provider' }).uncheck()
  await save(page)
  expect(await stored()).toMatchObject({ version: 3, clientSecretSet: false })
  expect(await axeViolations(page)).toEqual([])
  expect(await overflows(page)).toEqual([])
})

test('the history of the sign-in settings tells what changed, and rolls back', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  await openSettings(page)
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('row').filter({ hasText: 'Version 2' }).getByRole('link').click()
  const changes = page.getByRole('region', { name: 'From Version 1 to Version 2' })
  await changes.getByText('Example login').first().waitFor()
  expect(await changes.innerText()).toContain('Create accounts')
  expect(await axeViolations(page)).toEqual([])
  await changes.getByRole('button', { name: 'Roll back to version 2' }).click()
  const dialog = page.getByRole('dialog', { name: 'Roll back to version 2?' })
  await dialog.getByText('Sign in by this provider').waitFor()
  await dialog.getByLabel('Comment').fill('cleared by mistake')
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await dialog.waitFor({ state: 'detached' })
  const newest = page.getByRole('row').filter({ hasText: 'Version 4' })
  await newest.getByText('Rolled back to version 2').waitFor()
  await newest.getByText('cleared by mistake').waitFor()
  expect(await stored()).toMatchObject({
    ...{ version: 4, clientSecretSet: true },
    settings: { openid: { name: 'Example login', enabled: true } },
  })
})

test('M1: a second factor that is required is set up right after sign-in, before anything else', async () => {
  const page = await openPage(browser)
  await signIn(page, hub)
  const open = await openPage(browser)
  await signIn(open, hub)
  await openSettings(page)
  await edit(page)
  await page.getByLabel('Second factor required').selectOption({ label: 'Of administrators' })
  await page.getByRole('button', { name: 'Save' }).click()
  const asked = (each: Page) => each.getByRole('heading', { name: 'Set up a second factor' })
  await asked(page).waitFor()
  // A page that was open before is led there by its next request.
  await open.getByRole('navigation').getByRole('link', { name: 'People' }).first().click()
  await asked(open).waitFor()

  const fresh = await openPage(browser, { language: 'fr', width: 360 })
  await fresh.goto(`${hub.url}/people`)
  await fresh.getByLabel('Adresse e-mail').fill(ADMIN.address)
  await fresh.locator('input[name=password]').fill(ADMIN.password)
  await fresh.locator('form button[type=submit]').click()
  await asked(fresh).waitFor()
  expect(await axeViolations(fresh)).toEqual([])
  expect(await overflows(fresh)).toEqual([])
  expect(await fresh.getByRole('navigation').count()).toBe(0)
  const reply = await fresh.request.get(`${hub.url}/api/v1/people`)
  expect([reply.status(), await reply.json()]).toMatchObject([
    403,
    { code: 'second_factor.required' },
  ])

  await fresh.getByRole('button', { name: 'Set up an authenticator application' }).click()
  const dialog = fresh.getByRole('dialog')
  const app = authenticatorApp(await dialog.locator('code').innerText())
  await dialog.getByLabel('Code').fill(app.code())
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const codes = fresh.getByRole('dialog', { name: 'Your recovery codes' })
  await codes.getByLabel('I have kept the codes.').check()
  await codes.getByRole('button', { name: 'Done' }).click()
  await fresh.getByRole('heading', { name: 'People', level: 1 }).waitFor()

  // Where nobody gave one, one signs in anew, and is back where one was.
  await page.reload()
  await page.locator('input[name=address]').fill(ADMIN.address)
  await page.locator('input[name=password]').fill(ADMIN.password)
  await page.locator('form button[type=submit]').click()
  await page.getByLabel('Code').fill(app.code(new Date(Date.now() + 30_000)))
  await page.locator('form button[type=submit]').click()
  await page.getByRole('button', { name: 'Edit' }).waitFor()
  await page.getByText('Of administrators').waitFor()
  expect(await axeViolations(page)).toEqual([])
})

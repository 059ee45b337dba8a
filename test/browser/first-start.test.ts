/** The first minutes of a hub: its printed link, the first administrator, the first mail. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { runOk } from '../support/peers.ts'
import {
  axeViolations,
  type Language,
  openPage,
  overflows,
  startBrowser,
} from './support/browser.ts'
import { rootOf } from './support/hub-inside.ts'
import { ADMIN, type InterfaceHub, startInterfaceHub } from './support/hub.ts'
import { enterServer, field, openMailForm, tested } from './support/mail-page.ts'

let browser: Browser
let hub: InterfaceHub

beforeAll(async () => {
  ;[browser, hub] = await Promise.all([startBrowser(), startInterfaceHub()])
})

afterAll(async () => {
  await browser.close()
  await hub.close()
})

test.for<[Language, string]>([
  ['en', 'Set up the hub'],
  ['fr', 'Configurer le hub'],
  ['ko', '허브 설정'],
])('M1: the printed link opens the set-up page in %s', async ([language, title]) => {
  for (const width of [1440, 360]) {
    const page = await openPage(browser, { language, width })
    await page.goto(hub.setupLink)
    await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    await field(page, 'organization').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    expect(page.url(), 'the token leaves the address').not.toContain('token')
    expect(await overflows(page)).toEqual([])
    expect(await axeViolations(page)).toEqual([])
  }
})

test('M1: from first start to a received test mail', async () => {
  const page = await openPage(browser)
  await page.goto(hub.setupLink)
  await field(page, 'organization').fill('Example')
  await field(page, 'domain').fill('example.org')
  await field(page, 'adminName').fill(ADMIN.name)
  await field(page, 'adminAddress').fill(ADMIN.address)
  await field(page, 'adminPassword').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Set up the hub' }).click()
  await page.getByRole('heading', { name: 'E-mail configuration', level: 1 }).waitFor()

  await openMailForm(page, hub)
  const { port } = hub.sink
  const login = { user: 'hub', password: 'geheim' }
  await enterServer(page, { port, caPem: hub.tls.rootPem, login })
  await field(page, 'senderAddress').fill('noreply@example.org')
  const words = await tested(page, 'Save')
  expect(words).toContain(`The server accepted the test mail for ${ADMIN.address}.`)
  expect(words).toContain('Saved settings, version 1')
  expect(words.match(/^Done · /gm)).toHaveLength(10)
  expect(words).not.toContain(login.password)

  const mail = hub.sink.messages.find(({ recipients }) => recipients.includes(ADMIN.address))
  expect(mail).toMatchObject({ from: 'noreply@example.org', user: 'hub', tls: 'TLSv1.3' })
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-root-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const rootFile = join(folder, 'root.pem')
  writeFileSync(rootFile, await rootOf(hub))
  const verified = runOk(['openssl', 'cms', '-verify', '-CAfile', rootFile], {
    input: mail?.content ?? new Uint8Array(),
  })
  expect((await PostalMime.parse(verified)).text).toContain('is signed by noreply@example.org')

  const again = await openPage(browser)
  await again.goto(hub.setupLink)
  await again.getByRole('heading', { name: 'The hub is set up', level: 1 }).waitFor()
})

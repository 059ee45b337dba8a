/** The page of the e-mail configuration where a policy decides encryption and port. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import { type MailSecurityPolicies, mailSecurityPolicies } from '../support/registry-policy.ts'
import { axeViolations } from './support/browser.ts'
import { commandOn, configOf } from './support/hub-inside.ts'
import { type AdminPage, field, startAsAdmin } from './support/mail-page.ts'

let admin: AdminPage
let policies: MailSecurityPolicies
let policyId: string

beforeAll(async () => {
  admin = await startAsAdmin()
  policies = await mailSecurityPolicies(configOf(admin.hub))
  const { hub } = admin
  await using command = await commandOn(hub)
  const [by] = await command.accounts.findAccountsWithRole('administrator')
  if (by === undefined) throw new Error('a hub that is set up has an administrator')
  const values = {
    ...{ ...NEW_MAIL_CONFIGURATION.smtp, authentication: false },
    ...{ host: 'localhost', port: 2526, senderAddress: 'hub@example.org' },
  }
  const { mailConfiguration } = command
  const basedOn = (await mailConfiguration.current())?.version.number ?? 0
  const options = { secrets: {}, basedOn, comment: '', by }
  await mailConfiguration.save({ ...values, encryption: 'starttls-if-offered' }, options)
  policyId = await policies.deploy('AGPM e-mail security', {
    ...{ EncryptSmtp: 1, SmtpPort: hub.sink.port },
  })
})
afterAll(async () => {
  await policies.close()
  await admin.close()
})

const WORDS = {
  en: {
    decided: 'STARTTLS required',
    chip: 'Policy “AGPM e-mail security”, version 2',
    edit: 'Edit',
  },
  fr: {
    decided: 'STARTTLS obligatoire',
    chip: 'Stratégie « AGPM e-mail security », version 2',
    edit: 'Modifier',
  },
  ko: { decided: 'STARTTLS 필수', chip: '정책 “AGPM e-mail security”, 버전 2', edit: '편집' },
} as const

test.for(['en', 'fr', 'ko'] as const)(
  'M6: the page shows what holds and which policy decides it, and locks it (%s)',
  async (language) => {
    const { hub, page } = admin
    await page.goto(`${hub.url}/settings/mail`)
    await page.locator('header select:has(option[lang=ko])').selectOption(language)
    const { decided, chip, edit } = WORDS[language]
    const main = page.locator('main')
    const chips = main.getByRole('link', { name: chip })
    await expect.poll(() => chips.count()).toBe(2)
    expect(await chips.first().getAttribute('href')).toBe(`/policies/${policyId}`)
    expect(await main.getByText(decided, { exact: true }).count()).toBe(1)
    expect(await main.getByText(String(hub.sink.port), { exact: true }).count()).toBe(1)
    await main.getByRole('button', { name: edit, exact: true }).click()
    await field(page, 'senderAddress').waitFor()
    expect(await field(page, 'port').count()).toBe(0)
    expect(await field(page, 'encryption').count()).toBe(0)
    expect(await chips.count()).toBe(2)
    expect(await axeViolations(page)).toEqual([])
  },
)

test('M6: a policy that is turned off gives the own values back', async () => {
  const { hub, page } = admin
  await policies.redeploy(policyId, { EncryptSmtp: 1 }, [
    { target: 'all', isEnabled: false, order: 1 },
  ])
  await page.goto(`${hub.url}/settings/mail`)
  await page.locator('header select:has(option[lang=ko])').selectOption('en')
  const main = page.locator('main')
  await main.getByText('STARTTLS if offered', { exact: true }).waitFor()
  expect(await main.getByText('2526', { exact: true }).count()).toBe(1)
  expect(await main.getByRole('link', { name: /^Policy/ }).count()).toBe(0)
})

/** Every rule of the fields of the e-mail configuration, as somebody meets it who breaks it. */

import { generateKeyPairSync } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeTlsIdentity } from '../support/tls-identity.ts'
import { ADMIN } from './support/hub.ts'
import { type AdminPage, field, openMailForm, startAsAdmin } from './support/mail-page.ts'

let admin: AdminPage
let page: Page

beforeAll(async () => {
  admin = await startAsAdmin()
  ;({ page } = admin)
})

beforeEach(() => openMailForm(page, admin.hub))

afterAll(() => admin.close())

const MICROSOFT = 'Microsoft OAuth 2.0'
const XOAUTH2 = 'SMTP with OAuth 2.0 (XOAUTH2)'

const { certificatePem } = makeTlsIdentity()
const { privateKey: otherKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

interface Case {
  /** With SMTP authentication. */
  readonly login?: true
  /** Radio buttons that are chosen first. */
  readonly choose?: readonly string[]
  readonly end?: 'Other end points'
  readonly fill?: Readonly<Record<string, string>>
  readonly tick?: 'acceptInvalidCertificate' | 'acceptWrongHostName'
  readonly says: string
}

const ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'

const CASES: readonly Case[] = [
  { fill: { host: '' }, says: 'Fill in “SMTP host”.' },
  {
    fill: { host: 'not a host' },
    says: '“SMTP host” is not a host name such as mail.example.org.',
  },
  { fill: { port: '' }, says: 'Fill in “Port number”.' },
  { fill: { port: '0' }, says: '“Port number” is a number from 1 to 65535.' },
  { fill: { port: '65536' }, says: '“Port number” is a number from 1 to 65535.' },
  { fill: { senderAddress: '' }, says: 'Fill in “Sender e-mail address”.' },
  {
    fill: { senderAddress: 'nobody' },
    says: '“Sender e-mail address” is not an e-mail address such as mail@example.org.',
  },
  { login: true, fill: { userName: '' }, says: 'Fill in “User name”.' },
  { login: true, fill: { password: '' }, says: 'Fill in “Password”.' },
  {
    login: true,
    choose: ['None'],
    fill: { host: 'mail.example.org', userName: 'hub', password: 'geheim' },
    says: 'Choose “STARTTLS required” or “TLS”: a password is not sent unencrypted.',
  },
  {
    choose: ['None'],
    tick: 'acceptInvalidCertificate',
    says: '“Accept an invalid certificate” means something only with encryption.',
  },
  {
    choose: ['None'],
    tick: 'acceptWrongHostName',
    says: '“Accept a wrong host name” means something only with encryption.',
  },
  {
    fill: { senderName: 'Hub\u0007' },
    says: '“Sender name” is one line of text without control characters.',
  },
  {
    fill: { replyTo: 'nobody' },
    says: '“Reply-To” is not an e-mail address such as mail@example.org.',
  },
  {
    fill: { envelopeSender: 'nobody' },
    says: '“Envelope sender” is not an e-mail address such as mail@example.org.',
  },
  {
    fill: { ehloName: 'two words' },
    says: '“EHLO name” is not a host name such as mail.example.org.',
  },
  { fill: { totalSeconds: '4' }, says: '“A whole test” is between 5 and 600 seconds.' },
  { fill: { connectSeconds: '301' }, says: '“Connection” is between 1 and 300 seconds.' },
  { fill: { greetingSeconds: '0' }, says: '“Greeting” is between 1 and 600 seconds.' },
  { fill: { commandSeconds: '601' }, says: '“Each command” is between 1 and 600 seconds.' },
  {
    fill: { caPem: 'no certificate' },
    says: '“Certification authority of your own” is not a certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.',
  },
  {
    fill: { clientCertificatePem: certificatePem },
    says: 'Fill in “Private key of the client certificate”.',
  },
  {
    fill: { clientCertificatePem: certificatePem, clientKey: 'no key' },
    says: '“Private key of the client certificate” is not a private key in PEM without a passphrase.',
  },
  {
    fill: { clientCertificatePem: certificatePem, clientKey: otherKey },
    says: '“Private key of the client certificate” is the key of another certificate.',
  },
  { choose: [MICROSOFT], fill: { applicationId: '' }, says: 'Fill in “Application ID”.' },
  {
    choose: [MICROSOFT],
    fill: { applicationId: 'sealpost', directoryId: ID, clientSecret: 'geheim' },
    says: '“Application ID” is an ID of 8-4-4-4-12 hexadecimal digits.',
  },
  { choose: [MICROSOFT], fill: { directoryId: '' }, says: 'Fill in “Directory ID”.' },
  {
    choose: [MICROSOFT],
    fill: { applicationId: ID, directoryId: 'nowhere', clientSecret: 'geheim' },
    says: '“Directory ID” is an ID of 8-4-4-4-12 hexadecimal digits, or a domain.',
  },
  {
    choose: [MICROSOFT],
    fill: { applicationId: ID, directoryId: 'common', clientSecret: 'geheim' },
    says: '“Directory ID” is the ID of your own directory, not “common”, “organizations” or “consumers”.',
  },
  { choose: [MICROSOFT], fill: { clientSecret: '' }, says: 'Fill in “Client secret”.' },
  {
    choose: [MICROSOFT],
    end: 'Other end points',
    fill: {
      ...{ applicationId: ID, directoryId: ID, clientSecret: 'geheim' },
      authority: 'http://login.example.org',
    },
    says: '“Authority” is an address with https and without a path, such as https://login.example.org.',
  },
  {
    choose: [MICROSOFT],
    end: 'Other end points',
    fill: {
      ...{ applicationId: ID, directoryId: ID, clientSecret: 'geheim' },
      graph: 'https://graph.example.org/v1.0',
    },
    says: '“Graph end point” is an address with https and without a path, such as https://login.example.org.',
  },
  {
    choose: [XOAUTH2, 'None'],
    fill: { applicationId: ID, directoryId: ID, clientSecret: 'geheim' },
    says: 'Choose “STARTTLS required” or “TLS”: a token is not sent unencrypted.',
  },
  {
    choose: [XOAUTH2],
    fill: { applicationId: ID, directoryId: ID, clientSecret: 'geheim', mailbox: 'nobody' },
    says: '“Mailbox to log in to” is not an e-mail address such as mail@example.org.',
  },
  {
    choose: [XOAUTH2, 'Google, service account'],
    fill: { serviceAccount: '{}' },
    says: '“Service account key” is not the JSON file of a Google service account.',
  },
  { choose: [XOAUTH2, 'Google, refresh token'], says: 'Fill in “Client ID”.' },
  { choose: [XOAUTH2, 'Google, refresh token'], says: 'Fill in “Refresh token”.' },
]

const nameOf = ({ choose = [], fill = {}, tick, says }: Case) =>
  `${[...choose, ...Object.keys(fill), ...(tick === undefined ? [] : [tick])].join(', ')}: ${says}`

test.for(CASES.map((each) => [nameOf(each), each] as const))(
  'M1: the rule of %s',
  async ([, { login = false, choose = [], end, fill = {}, tick, says }]) => {
    if (login) await page.getByRole('switch', { name: 'SMTP authentication' }).setChecked(true)
    for (const name of choose) await page.getByRole('radio', { name, exact: true }).check()
    if (end !== undefined) await page.getByLabel('Microsoft cloud').selectOption({ label: end })
    for (const [name, value] of Object.entries(fill)) await enter(name, value)
    if (tick !== undefined) await field(page, tick).check()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('main form').getByText(says, { exact: true }).first().waitFor()
    // Nothing was saved: the form is still open.
    expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(1)
  },
)

/** Fills in a field; a secret that is kept has to be replaced first. */
async function enter(name: string, value: string): Promise<void> {
  if ((await field(page, name).count()) === 0) {
    const replace = page.getByRole('button', { name: 'Replace', exact: true })
    if ((await replace.count()) > 0) await replace.first().click()
  }
  await field(page, name).fill(value)
}

test('M1: the recipient of tests is shown, and nobody can change it', async () => {
  const form = page.locator('main form')
  await form.getByText('Test e-mail recipient', { exact: true }).waitFor()
  await form.getByText(ADMIN.address, { exact: true }).first().waitFor()
  expect(await form.getByLabel('Test e-mail recipient').count()).toBe(0)
})

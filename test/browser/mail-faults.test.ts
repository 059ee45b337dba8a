/** Mail servers with each fault, and what an administrator who tries them reads on the page. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { HubDatabase } from '../../src/db/hub-database.ts'
import { type SmtpFault, startFaultySmtp } from '../support/faulty-smtp.ts'
import { databaseOf } from './support/hub-inside.ts'
import {
  type AdminPage,
  type Encryption,
  enterServer,
  openMailForm,
  startAsAdmin,
  tested,
} from './support/mail-page.ts'

let admin: AdminPage
let database: HubDatabase
let page: Page

beforeAll(async () => {
  admin = await startAsAdmin()
  ;({ page } = admin)
  database = await databaseOf(admin.hub)
  await openMailForm(page, admin.hub)
})

// Nobody may begin more than a few in a minute: those before were long ago.
beforeEach(() =>
  database.db
    .updateTable('mailTest')
    .set({ startedAt: new Date(Date.now() - 3_600_000) })
    .execute(),
)

afterAll(async () => {
  await database.close()
  await admin.close()
})

const login = { user: 'hub', password: 'geheim' }
const STARTTLS = 'Encrypt the connection (STARTTLS)'
const SENDER = 'Name the sender, hub@example.org'
const RECIPIENT = 'Name the recipient, ada@example.org'

interface Case {
  readonly fault: SmtpFault
  readonly stage: string
  readonly cause: string
  readonly encryption?: Encryption
}

const CASES: readonly Case[] = [
  { fault: 'refuses', stage: 'Connect to localhost', cause: 'refuses connections on port' },
  { fault: 'silent after connect', stage: 'Wait for the greeting', cause: 'but said nothing for' },
  { fault: 'silent after EHLO', stage: 'Greet the server (EHLO)', cause: 'stopped answering for' },
  { fault: 'no STARTTLS', stage: STARTTLS, cause: 'does not offer STARTTLS on port' },
  {
    fault: 'STARTTLS stripped',
    stage: STARTTLS,
    cause: 'Something between the hub and localhost removed STARTTLS.',
  },
  { fault: 'wrong host name', stage: STARTTLS, cause: 'The certificate is not for localhost.' },
  { fault: 'self-signed', stage: STARTTLS, cause: 'was issued by nobody the hub trusts.' },
  {
    fault: 'expired certificate',
    stage: STARTTLS,
    cause: 'The certificate of localhost has expired.',
  },
  {
    fault: 'TLS on a port taken for a clear one',
    stage: 'Wait for the greeting',
    cause: 'localhost speaks TLS from the first byte on port',
  },
  {
    fault: 'clear text on a port taken for a TLS one',
    stage: 'Encrypt the connection (TLS)',
    cause: 'localhost does not speak TLS from the first byte.',
    encryption: 'TLS',
  },
  {
    fault: 'AUTH rejected',
    stage: 'Log in',
    cause: 'localhost does not accept the user name and password.',
  },
  {
    fault: 'sender rejected',
    stage: SENDER,
    cause: 'localhost does not accept hub@example.org as sender.',
  },
  { fault: 'recipient rejected', stage: RECIPIENT, cause: 'ada@example.org' },
  {
    fault: 'relay denied',
    stage: RECIPIENT,
    cause: 'localhost does not pass mail on to ada@example.org for the hub.',
  },
  {
    fault: 'closes in DATA',
    stage: 'Send the message',
    cause: 'localhost closed the connection in the middle of the message.',
  },
  { fault: '421', stage: SENDER, cause: 'localhost is busy or going down.' },
]

async function enter(fault: SmtpFault, encryption?: Encryption) {
  const server = await startFaultySmtp(fault)
  onTestFinished(() => server.close())
  const { port, rootPem: caPem } = server
  await page.locator('main [name="senderAddress"]').fill('hub@example.org')
  await enterServer(page, { port, caPem, login, ...(encryption && { encryption }) })
  return server
}

test.for(CASES.map((each) => [each.fault, each] as const))(
  'M2: the page names the stage and the cause for a server that has the fault “%s”',
  async ([, { fault, stage, cause, encryption }]) => {
    const server = await enter(fault, encryption)
    const words = await tested(page, 'Send test')
    expect(words).toContain(`The test failed: ${stage}`)
    expect(words).toContain(cause)
    expect(words).not.toContain(login.password)
    expect(server.messages).toEqual([])
  },
)

test('M2: the page names stage and cause for a server that says 4xx, and the next test passes', async () => {
  const server = await enter('4xx then good')
  const first = await tested(page, 'Send test')
  expect(first).toContain(`The test failed: ${RECIPIENT}`)
  expect(first).toContain('451 4.7.1 greylisted, come back later')
  expect(first).toContain('localhost says: not now.')
  expect(await tested(page, 'Send test')).toContain(
    'The server accepted the test mail for ada@example.org.',
  )
  expect(server.messages).toMatchObject([{ from: 'hub@example.org', user: 'hub' }])
})

/** Mail by Microsoft Graph, set up on the page, against a stand-in that is as strict as the real one. */

import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Microsoft, type MicrosoftOptions, startMicrosoft } from '../support/microsoft.ts'
import type { HubDatabase } from '../../src/db/hub-database.ts'
import { databaseOf } from './support/hub-inside.ts'
import { type AdminPage, field, openMailForm, startAsAdmin, tested } from './support/mail-page.ts'

let admin: AdminPage
let page: Page
let database: HubDatabase

beforeAll(async () => {
  admin = await startAsAdmin()
  ;({ page } = admin)
  database = await databaseOf(admin.hub)
})

// Nobody may begin more than a few in a minute: those before were long ago.
const forgetTests = () =>
  database.db
    .updateTable('mailTest')
    .set({ startedAt: new Date(Date.now() - 3_600_000) })
    .execute()

beforeEach(async () => {
  await forgetTests()
  await openMailForm(page, admin.hub)
})

afterAll(async () => {
  await database.close()
  await admin.close()
})

/** Enters the application as its registration says, with this secret. */
async function enter(
  options: MicrosoftOptions,
  { secret }: { secret?: string } = {},
): Promise<Microsoft> {
  const microsoft = await startMicrosoft(options)
  onTestFinished(() => microsoft.close())
  await page.getByRole('radio', { name: 'Microsoft OAuth 2.0', exact: true }).check()
  await field(page, 'senderAddress').fill(microsoft.mailbox)
  await field(page, 'applicationId').fill(microsoft.clientId)
  await field(page, 'directoryId').fill(microsoft.tenant)
  await field(page, 'clientSecret').fill(secret ?? microsoft.clientSecret)
  await page.getByLabel('Microsoft cloud').selectOption({ label: 'Other end points' })
  await field(page, 'authority').fill(microsoft.url)
  await field(page, 'graph').fill(microsoft.url)
  return microsoft
}

test('M3: with a token and 202 of sendMail the test passes', async () => {
  const microsoft = await enter({})
  const words = await tested(page, 'Send test')
  expect(words).toContain('The server accepted the test mail for ada@example.org.')
  expect(words).not.toContain(microsoft.clientSecret)
  expect(microsoft.messages).toHaveLength(1)
  expect(microsoft.messages[0]?.toString('latin1')).toMatch(/^To: .*ada@example\.org/m)
})

test('M3: a token without Mail.Send is told of, with the permission to ask for', async () => {
  const microsoft = await enter({ roles: [] })
  const words = await tested(page, 'Send test')
  expect(words).toContain('The test failed: Send by Microsoft Graph')
  expect(words).toContain('Mail.Send')
  expect(words).toContain('ErrorAccessDenied')
  expect(microsoft.messages).toEqual([])
})

test('M3: 200 of sendMail is not taken for success', async () => {
  await enter({ answer: () => ({ status: 200 }) })
  expect(await tested(page, 'Send test')).toContain('The test failed: Send by Microsoft Graph')
})

test('M3: a wrong client secret is told of, with the words and the correlation ID of Microsoft', async () => {
  const microsoft = await enter({}, { secret: 'the-id-of-the-secret' })
  const words = await tested(page, 'Send test')
  expect(words).toContain('The test failed: Get an access token')
  expect(words).toContain('AADSTS7000215')
  expect(words).toMatch(/Correlation ID\s+correlation-1/)
  expect(words).toMatch(/value/i)
  expect(words).not.toContain('the-id-of-the-secret')
  expect(microsoft.tokensIssued).toBe(0)
})

/** What the page says of each error of a token, by its number: table D2.2 of what is known of them. */
const TOKEN_ERRORS: readonly (readonly [says: string, ...numbers: number[]])[] = [
  ['The client secret is not right.', 7000215],
  ['The client secret has expired.', 7000222],
  ['The directory knows no application with this Application ID.', 700016, 700011],
  ['Microsoft knows no directory with this Directory ID.', 90002, 900023],
  ['The application is disabled in Microsoft Entra.', 7000112],
  [
    'Microsoft does not accept the way the hub asked for the token.',
    ...[70011, 28002, 700022, 7000218],
  ],
  ['The directory lacks the service that the token is for.', 500011],
  ['No administrator has consented to the permission yet.', 65001, 90094, 650056],
  ["The application is in another of Microsoft's clouds.", 900382, 900432],
  ['An application can only get a token of its own directory.', 9001023],
  ['A policy of the directory blocks the application.', 530032],
  ['Microsoft cannot give a token at the moment.', 90033, 90006, 90012, 90024, 90055],
  ['Microsoft refuses the token with error AADSTS50199.', 50199],
]

test('M3: every known error of a token is explained, with its number and correlation ID', async () => {
  const microsoft = await enter({})
  for (const [says, ...numbers] of TOKEN_ERRORS) {
    for (const number of numbers) {
      microsoft.options.aadsts = number
      await forgetTests()
      const words = await tested(page, 'Send test')
      expect(words, String(number)).toContain('The test failed: Get an access token')
      expect(words, String(number)).toContain(says)
      expect(words, String(number)).toContain(`AADSTS${number}`)
      expect(words, String(number)).toMatch(/Correlation ID\s+correlation-1/)
    }
  }
  expect(microsoft.tokensIssued).toBe(0)
}, 180_000)

/** The same of Graph's answers to a message: table D2.3. */
const GRAPH_ERRORS: readonly (readonly [
  says: string,
  status: number,
  code: string,
  message: string,
])[] = [
  ['does not let the hub send as hub@example.org', 403, 'ErrorAccessDenied', 'Access is denied.'],
  ['keeps the application away from', 403, 'ErrorAccessDenied', 'Access to OData is disabled.'],
  ['carries no permission at all', 403, 'NoPermissionsInAccessToken', 'The token has no roles.'],
  ['may not send as hub@example.org', 403, 'ErrorSendAsDenied', 'The user may not send as.'],
  ['There is no mailbox hub@example.org', 404, 'ErrorInvalidUser', 'The user is invalid.'],
  ['cannot read the message', 400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64.'],
  ['is too large for Microsoft Graph', 413, 'BadRequest', 'The maximum length is 4MB.'],
  ['send more slowly', 429, 'ApplicationThrottled', 'Over the MailboxConcurrency limit.'],
  ['is not available at the moment', 503, 'ServiceUnavailable', 'Try again later.'],
  ['is not available at the moment', 504, 'GatewayTimeout', 'Try again later.'],
  ['refuses the message: ErrorUnknown', 409, 'ErrorUnknown', 'Something else.'],
  ['does not accept the token', 401, 'InvalidAuthenticationToken', 'Lifetime validation failed.'],
]

test('M3: every known error of Graph is explained, with its own words', async () => {
  const microsoft = await enter({})
  for (const [says, status, code, message] of GRAPH_ERRORS) {
    microsoft.options.answer = () => ({ status, code, message })
    await forgetTests()
    const words = await tested(page, 'Send test')
    expect(words, code).toContain('The test failed: Send by Microsoft Graph')
    expect(words, code).toContain(says)
    expect(words, code).toContain(message)
  }
  expect(microsoft.messages).toEqual([])
}, 120_000)

import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/support/api-listener.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { Accounts } from '../../accounts/accounts.ts'
import { Audit } from '../../audit/audit.ts'
import { HubError } from '../../base/errors.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import { type Role, permissionsOf } from '../../contract/permissions.ts'
import { Signals } from '../../db/signals.ts'
import { MailConfiguration } from '../../delivery/configuration/mail-configuration.ts'
import { MailTests } from '../../delivery/configuration/mail-tests.ts'
import { Jobs } from '../../jobs/jobs.ts'
import { Organization } from '../../policies/organization.ts'
import { Policies } from '../../policies/policies.ts'
import type { AccountApi } from './account-api.ts'
import { csrfTokenOf } from './csrf.ts'

const PASSWORD = 'the password at the relay'
const BASE = '/api/v1/mail-configuration'

/** False: everybody signed in a while ago. */
let isRecent: boolean
const requireRecent = () =>
  isRecent ? Promise.resolve() : Promise.reject(new HubError('session.not_recent', 'too long ago'))

let database: FreshDatabase
let api: TestApi

const callers: Record<string, Role[]> = {
  admin: ['administrator'],
  ...{ auditor: ['auditor'], officer: ['certificate-officer'], anybody: [] },
}

beforeEach(async () => {
  isRecent = true
  database = await freshDatabase()
  await new Jobs({ connection: database.connection, log: silentLog }).prepare()
  const clock = { now: () => new Date() }
  const signals = new Signals({ connection: database.connection, log: silentLog })
  const key = generateSealingKey()
  const shared = {
    ...{ db: database.db, audit: new Audit(database), clock, log: silentLog, key, signals },
    hostName: 'hub.example.org',
  }
  const organization = new Organization({ ...shared, accounts: new Accounts(shared) })
  const policies = new Policies(shared)
  const mailTests = new MailTests(shared)
  const mailConfiguration = new MailConfiguration({
    ...{ ...shared, policies, organization, tests: mailTests },
  })
  await organization.completeSetup({
    settings: { name: 'Example', domains: ['example.org'] },
    admin: { address: 'admin@example.org', password: 'correct horse battery' },
  })
  api = await startApi({
    ...{ policies, mailTests, mailConfiguration },
    accounts: { sessions: { requireRecent } } as unknown as AccountApi,
    sessions: {
      find: (token) =>
        Promise.resolve(
          callers[token] && {
            ...{ is: 'account', id: token, personId: token, name: token, roles: callers[token] },
            ...{ address: `${token}@example.org`, permissions: permissionsOf(callers[token]) },
          },
        ),
    },
  })
})

afterEach(async () => {
  await api.server.close()
  await database.close()
})

async function call(method: string, path: string, body?: unknown, who = 'admin') {
  const reply = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...(who === '' ? {} : { cookie: `sealpost=${who}`, 'x-csrf-token': csrfTokenOf(who) }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}

const values = {
  ...NEW_MAIL_CONFIGURATION.smtp,
  senderAddress: 'hub@example.org',
  host: 'mail.example.org',
  userName: 'hub',
}
const secrets = { password: { set: PASSWORD } }

test('M1: only administrators see the mail configuration, change it, test it or read its tests', async () => {
  const attempts: [string, string, unknown?][] = [
    ['GET', BASE],
    ['PUT', BASE, { values, secrets, basedOn: 0 }],
    ['DELETE', `${BASE}?basedOn=0`],
    ['GET', `${BASE}/versions`],
    ['GET', `${BASE}/versions/1`],
    ['GET', `${BASE}/difference?from=0&to=1`],
    ['POST', `${BASE}/roll-back`, { to: 0, basedOn: 0 }],
    ['POST', '/api/v1/mail-tests', { saved: true }],
    ['GET', '/api/v1/mail-tests/x'],
    ['GET', '/api/v1/mail-tests/x/events'],
  ]
  for (const [method, path, body] of attempts) {
    for (const who of ['auditor', 'officer', 'anybody']) {
      expect([path, (await call(method, path, body, who)).status]).toEqual([path, 403])
    }
    expect([path, (await call(method, path, body, '')).status]).toEqual([path, 401])
  }
})

test('M1: at first nothing is configured, and the recipient of tests is the caller', async () => {
  expect(await call('GET', BASE)).toEqual({
    status: 200,
    body: {
      ...{ values: null, secrets: {}, warnings: [], version: 0, changedAt: null, changedBy: null },
      ...{ lastTest: null, testRecipient: 'admin@example.org', hostName: 'hub.example.org' },
      effective: {
        encryption: { value: null, origin: { is: 'organization' } },
        port: { value: null, origin: { is: 'organization' } },
      },
    },
  })
})

test('M1: saved, it is shown without its secret, with who set it, and is being tested', async () => {
  const saved = await call('PUT', BASE, { values, secrets, basedOn: 0, comment: 'first' })
  expect(saved).toMatchObject({ status: 200, body: { version: 1 } })
  const shown = await call('GET', BASE)
  expect(shown.body).toMatchObject({
    ...{ values, version: 1, changedBy: { id: 'admin', name: 'admin' } },
    secrets: { password: { set: true, by: { id: 'admin' } } },
    lastTest: {
      ...{ id: saved.body.testId, state: 'waiting', recipient: 'admin@example.org' },
      ...{ tested: { values: 'saved', version: 1 }, outcome: null },
    },
  })
  const test = await call('GET', `/api/v1/mail-tests/${String(saved.body.testId)}`)
  expect(test.body).toMatchObject({ values: { host: 'mail.example.org' } })
  expect(JSON.stringify([saved, shown, test])).not.toContain(PASSWORD)
})

test('M1: every mistake comes with its field and code, and a stale save is refused', async () => {
  const wrong = { ...values, host: '', port: 0, userName: '' }
  expect(await call('PUT', BASE, { values: wrong, basedOn: 0 })).toMatchObject({
    status: 422,
    body: {
      code: 'policy.refused',
      issues: [
        { path: 'host', code: 'field.required' },
        { path: 'port', code: 'field.port_out_of_range' },
        { path: 'userName', code: 'field.required' },
        { path: 'secrets.password', code: 'field.required' },
      ],
    },
  })
  await call('PUT', BASE, { values, secrets, basedOn: 0 })
  expect(await call('PUT', BASE, { values, secrets, basedOn: 0 })).toMatchObject({
    status: 409,
    body: { code: 'policy.changed_meanwhile' },
  })
})

test('M1: history, difference, roll back and clearing', async () => {
  await call('PUT', BASE, { values, secrets, basedOn: 0 })
  await call('PUT', BASE, { values: { ...values, port: 25 }, basedOn: 1, comment: 'port' })
  expect((await call('GET', `${BASE}/difference?from=1&to=2`)).body.changes).toEqual([
    { path: 'port', change: 'changed', isSecret: false, was: 587, is: 25 },
  ])
  const back = await call('POST', `${BASE}/roll-back`, { to: 1, basedOn: 2 })
  expect(back).toMatchObject({
    status: 200,
    body: { version: 3, testId: expect.any(String) as string },
  })
  expect(await call('DELETE', `${BASE}?basedOn=3`)).toEqual({
    status: 200,
    body: { version: 4, testId: null },
  })
  expect((await call('GET', `${BASE}/versions?limit=3`)).body).toMatchObject({
    versions: [
      { number: 4, isDeployed: true },
      { number: 3, rolledBackTo: 1, isDeployed: false },
      { number: 2, comment: 'port' },
    ],
    before: 2,
  })
  expect((await call('GET', `${BASE}/versions/1`)).body).toMatchObject({
    ...{ values, secrets: { password: { set: true } } },
  })
  expect((await call('GET', `${BASE}/versions/9`)).status).toBe(404)
})

test('M1: a kept secret goes to another server only by whoever signed in a moment ago', async () => {
  await call('PUT', BASE, { values, secrets, basedOn: 0 })
  isRecent = false
  const moved = { values: { ...values, host: 'mail.evil.example' }, basedOn: 1 }
  const notRecent = { status: 403, body: { code: 'session.not_recent' } }
  expect(await call('PUT', BASE, moved)).toMatchObject(notRecent)
  const kept = { ...moved, secrets: { password: 'keep' } }
  expect(await call('PUT', BASE, kept)).toMatchObject(notRecent)
  expect(await call('POST', '/api/v1/mail-tests', moved)).toMatchObject(notRecent)
  expect(await call('POST', '/api/v1/mail-tests', kept)).toMatchObject(notRecent)
  const same = { values: { ...values, host: ' MAIL.example.org ', userName: 'x' }, basedOn: 1 }
  expect(await call('PUT', BASE, same)).toMatchObject({ status: 200 })
  const entered = { ...moved, secrets, basedOn: 2 }
  expect(await call('PUT', BASE, entered)).toMatchObject({ status: 200 })
})

test('M2: what is shown is tested without being saved; one test at a time', async () => {
  const shown = { values, secrets, basedOn: 0 }
  const started = await call('POST', '/api/v1/mail-tests', shown)
  expect(started.status).toBe(202)
  const test = await call('GET', `/api/v1/mail-tests/${String(started.body.id)}`)
  expect(test.body).toMatchObject({ tested: { values: 'shown', version: 0 } })
  expect(await call('POST', '/api/v1/mail-tests', shown)).toMatchObject({
    status: 409,
    body: { code: 'mail_test.running' },
  })
  expect(await call('POST', '/api/v1/mail-tests', { saved: true })).toMatchObject({
    status: 409,
    body: { code: 'mail.not_configured' },
  })
  expect((await call('GET', '/api/v1/mail-tests/none')).status).toBe(404)
})

test('M2: a test is streamed as it is', async () => {
  const { body } = await call('PUT', BASE, { values, secrets, basedOn: 0 })
  const gone = new AbortController()
  const reply = await fetch(`${api.url}/api/v1/mail-tests/${String(body.testId)}/events`, {
    headers: { cookie: 'sealpost=admin' },
    signal: gone.signal,
  })
  expect(reply.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  for await (const chunk of reply.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes('event: test')) break
  }
  gone.abort()
  expect(text).toContain('"state":"waiting"')
})

import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { Accounts } from '../../accounts/accounts.ts'
import { Audit } from '../../audit/audit.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey, seal } from '../../base/seal.ts'
import { NEW_MAIL_CONFIGURATION } from '../../contract/new-mail-configuration.ts'
import { mailStagesOf } from '../../contract/mail-stages.ts'
import { Signals } from '../../db/signals.ts'
import { Jobs } from '../../jobs/jobs.ts'
import { Organization } from '../../policies/organization.ts'
import { Policies } from '../../policies/policies.ts'
import { MailConfiguration } from './mail-configuration.ts'
import type { MailRoute } from '../mail-route.ts'
import { MailTests, type TestMailOrder, type TestProbe } from './mail-tests.ts'

const key = generateSealingKey()
const anna = { id: 'account-1', name: 'Anna', address: 'anna@example.org' }
const PASSWORD = 'the password at the relay'

let database: FreshDatabase
let audit: Audit
let tests: MailTests
let organization: Organization
let mail: MailConfiguration
let signals: Signals
let now: Date
const stops: (() => Promise<void>)[] = []

beforeEach(async () => {
  database = await freshDatabase()
  audit = new Audit(database)
  now = new Date('2030-01-01T00:00:00Z')
  signals = new Signals({ connection: database.connection, log: silentLog })
  await new Jobs({ connection: database.connection, log: silentLog }).prepare()
  const clock = { now: () => now }
  const shared = { db: database.db, audit, clock, log: silentLog, key, hostName: 'hub.example.org' }
  organization = new Organization({ ...shared, accounts: new Accounts(shared) })
  tests = new MailTests({ ...shared, signals })
  mail = new MailConfiguration({ ...shared, policies: new Policies(shared), organization, tests })
  await organization.completeSetup({
    settings: { name: 'Example', domains: ['example.org'] },
    admin: { address: anna.address, password: 'correct horse battery' },
  })
})

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
  await database.close()
})

const values = {
  ...NEW_MAIL_CONFIGURATION.smtp,
  senderAddress: 'hub@example.org',
  senderName: 'The hub',
  envelopeSender: '<>',
  host: 'mail.example.org',
  userName: 'hub',
}
const secrets = { password: { set: PASSWORD } }

function save(change: object = {}, basedOn = 0) {
  return mail.save({ ...values, ...change }, { secrets, basedOn, comment: '', by: anna })
}

/** Does jobs with a probe of the test's own, which is told every route and message. */
async function startWorker(run: TestProbe['run'] = accepting) {
  const probed: { route: MailRoute; order: TestMailOrder }[] = []
  let order: TestMailOrder | undefined
  const jobs = new Jobs({ connection: database.connection, log: silentLog })
  await signals.start()
  tests.handleJobs(jobs, {
    write(asked) {
      order = asked
      const content = encodeUtf8('Subject: test\r\n\r\n')
      const { address } = asked.reader
      const envelope = { from: '', recipients: [address], smtpUtf8: false, eightBit: false }
      return Promise.resolve({ ...envelope, content })
    },
    probe: {
      run(route, message, options) {
        if (order !== undefined) probed.push({ route, order })
        return run(route, message, options)
      },
    },
  })
  await jobs.start(database.db, { isAlone: true })
  stops.push(
    () => signals.stop(),
    () => jobs.stop(),
  )
  return probed
}

const accepting: TestProbe['run'] = (_route, _message, { onStage } = {}) => {
  const stages = mailStagesOf({ is: 'smtp', tls: 'required', login: 'password' }).map((stage) => ({
    ...stage,
    state: 'done' as const,
  }))
  stages.forEach((stage, index) => onStage?.(stage, index))
  return Promise.resolve({ outcome: { is: 'accepted' as const }, stages })
}

test('M1: before anything is configured there is no way out, and the postmaster writes', async () => {
  expect(await mail.route()).toBeUndefined()
  expect(await mail.sender()).toEqual({ address: 'postmaster@example.org' })
  expect(await mail.notices()).toEqual(['mail.not_configured'])
  await expect(mail.testSaved(anna)).rejects.toMatchObject({ code: 'mail.not_configured' })
})

test('M1: what is saved is the way out, and who writes', async () => {
  await save()
  expect(await mail.route()).toMatchObject({
    ...{ is: 'smtp', host: 'mail.example.org', port: 587, tls: 'required' },
    login: { by: 'password', user: 'hub', password: PASSWORD },
    helloName: 'hub.example.org',
  })
  expect(await mail.sender()).toEqual({
    ...{ address: 'hub@example.org', name: 'The hub', envelopeFrom: '' },
  })
})

test('M2: every save is tested by a mail to whoever saved, with what was saved', async () => {
  const probed = await startWorker()
  const { version, testId } = await save()
  await expect.poll(async () => (await tests.get(testId)).state, { timeout: 10_000 }).toBe('over')
  expect(await tests.get(testId)).toMatchObject({
    ...{ tested: 'saved', version, recipient: anna.address, by: anna.id },
    ...{ outcome: { is: 'accepted' }, sealed: null },
  })
  expect(probed).toMatchObject([
    {
      route: { login: { password: PASSWORD } },
      order: { reader: { address: anna.address }, tested: { values: 'saved', version } },
    },
  ])
})

test('M2: shown values are tested without being saved, a blank secret is the kept one', async () => {
  await save()
  const probed = await startWorker()
  const shown = { ...values, host: 'other.example.org' }
  await expect.poll(() => probed.length, { timeout: 10_000 }).toBe(1)
  const id = await mail.testShown(shown, { secrets: {}, basedOn: 1, by: anna })
  await expect.poll(async () => (await tests.get(id)).state, { timeout: 10_000 }).toBe('over')
  expect(probed[1]).toMatchObject({
    route: { host: 'other.example.org', login: { password: PASSWORD } },
    order: { tested: { values: 'shown', version: 1 } },
  })
  expect((await mail.current())?.document).toMatchObject({ host: 'mail.example.org' })
})

test('M2: a test is watched stage by stage until it is over', async () => {
  const { testId } = await save()
  const watched = (async () => {
    const states: string[] = []
    for await (const { state } of tests.watch(testId, new AbortController().signal)) {
      states.push(state)
    }
    return states
  })()
  await startWorker()
  const states = await watched
  expect(states[0]).toBe('waiting')
  expect(states.at(-1)).toBe('over')
})

test('M2: one test of an account at a time, and not too many', async () => {
  await save()
  await expect(mail.testSaved(anna)).rejects.toMatchObject({ code: 'mail_test.running' })
  for (let port = 1; port <= 5; port += 1) await save({ port }, port)
  await expect(save({ port: 6 }, 6)).rejects.toMatchObject({ code: 'mail_test.too_many' })
  expect((await mail.current())?.version.number).toBe(6)
})

test('M2: a test that a dead hub had begun is interrupted, and sends no second mail', async () => {
  const { testId } = await save()
  await sql`update mail_test set state = 'running'`.execute(database.db)
  const probed = await startWorker()
  await expect.poll(async () => (await tests.get(testId)).state, { timeout: 10_000 }).toBe('over')
  expect(await tests.get(testId)).toMatchObject({ outcome: { is: 'interrupted' }, sealed: null })
  expect(probed).toEqual([])
})

test('M2: a test that breaks says so, and the last outcome is told of', async () => {
  await startWorker(() => Promise.reject(new Error('no ink')))
  const { testId } = await save()
  await expect.poll(async () => (await tests.get(testId)).state, { timeout: 10_000 }).toBe('over')
  expect((await tests.get(testId)).outcome).toMatchObject({
    is: 'failed',
    cause: { code: 'test.failed', params: { reason: 'no ink' } },
  })
  expect(await mail.notices()).toEqual(['mail.last_test_failed'])
})

test('M1: rolled back, the old secret is back too, and is tested', async () => {
  await save()
  await mail.save(
    { ...values, host: 'new.example.org' },
    { secrets: { password: { set: 'new' } }, basedOn: 1, comment: '', by: anna },
  )
  const back = await mail.rollBack({ to: 1, basedOn: 2, comment: 'as before', by: anna })
  expect(back).toMatchObject({ version: 3, isNew: true })
  now = new Date(now.getTime() + 1_000)
  expect(await mail.route()).toMatchObject({
    host: 'mail.example.org',
    login: { password: PASSWORD },
  })
  expect(await tests.get(back.testId ?? '')).toMatchObject({ version: 3, tested: 'saved' })
  await mail.clear({ basedOn: 3, comment: '', by: anna })
  expect(await mail.route()).toBeUndefined()
})

test('M1: of two who save at once one wins, and one test is made', async () => {
  const outcomes = await Promise.allSettled([save({ port: 25 }), save({ port: 26 })])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const { rows } = await sql`select id from mail_test`.execute(database.db)
  expect(rows).toHaveLength(1)
})

test('promise 10: the password is in no row, no audit entry and no answer in clear', async () => {
  await startWorker()
  const { testId } = await save()
  await expect.poll(async () => (await tests.get(testId)).state, { timeout: 10_000 }).toBe('over')
  const tables = [
    'policy_version',
    'policy_secret',
    'mail_test',
    'audit_entry',
    'job._private_jobs',
  ]
  const rows = await Promise.all(
    tables.map((table) => sql`select * from ${sql.raw(table)}`.execute(database.db)),
  )
  const told = JSON.stringify([rows, await mail.current(), await audit.list({ limit: 50 })])
  expect(told).not.toContain(PASSWORD)
  expect(told).not.toContain(Buffer.from(PASSWORD).toString('base64'))
})

test('the relay of an older database is adopted once, with its log-in, and nothing of it is lost', async () => {
  const login = seal(
    key,
    'organization:relay',
    encodeUtf8(JSON.stringify({ user: 'old', password: PASSWORD })),
  )
  const relay = JSON.stringify({ host: 'old.example.org', port: 25, tls: 'opportunistic' })
  await sql`update organization set relay = ${relay}::jsonb, relay_login = ${Buffer.from(login)},
    relay_roots = 'roots'`.execute(database.db)
  await Promise.all([mail.adoptRelay(), mail.adoptRelay()])
  expect(await mail.route()).toMatchObject({
    ...{ host: 'old.example.org', port: 25, tls: 'opportunistic', ca: 'roots' },
    login: { user: 'old', password: PASSWORD },
  })
  expect((await mail.current())?.version).toMatchObject({ number: 1, by: { id: 'hub' } })
  const { rows } = await sql`select relay, relay_login, relay_roots from organization`.execute(
    database.db,
  )
  expect(rows).toEqual([{ relay: null, relayLogin: null, relayRoots: null }])
  await mail.adoptRelay()
  expect((await mail.current())?.version.number).toBe(1)
})

test('the command line changes server, log-in and roots one by one', async () => {
  const by = { id: 'command', name: 'command' }
  await expect(mail.changeRelay({ login: null }, { by })).rejects.toMatchObject({
    code: 'mail.not_configured',
  })
  const address = { host: 'mail.example.org', port: 587, tls: 'required' } as const
  await mail.changeRelay({ address }, { by })
  await mail.changeRelay({ login: { user: 'hub', password: PASSWORD } }, { by })
  await mail.changeRelay({ address: { ...address, port: 26 } }, { by })
  now = new Date(now.getTime() + 1_000)
  expect(await mail.route()).toMatchObject({
    port: 26,
    login: { user: 'hub', password: PASSWORD },
  })
  expect(await mail.relay()).toEqual({ ...address, port: 26, roots: undefined })
  await mail.changeRelay({ login: null }, { by })
  now = new Date(now.getTime() + 1_000)
  expect(await mail.route()).not.toHaveProperty('login')
  const clear = mail.changeRelay(
    { address: { ...address, tls: 'none' }, login: { user: 'a', password: 'b' } },
    { by },
  )
  await expect(clear).rejects.toMatchObject({ code: 'policy.refused' })
})

test.for([
  { what: 'a setting', relay: {}, settings: { retentionDays: -1 }, code: 'settings.malformed' },
  {
    what: 'the server',
    relay: { tls: 'none' as const },
    settings: { retentionDays: 7 },
    code: 'policy.refused',
  },
])('when $what is refused, neither server nor settings change', async (given) => {
  const by = { id: 'command', name: 'command' }
  const address = { host: 'mail.example.org', port: 587, tls: 'required' } as const
  const login = { user: 'hub', password: PASSWORD }
  const { entries } = await auditOf()
  const change = mail.changeRelay(
    { address: { ...address, ...given.relay }, login },
    { by, settings: given.settings },
  )
  await expect(change).rejects.toMatchObject({ code: given.code })
  expect(await mail.relay()).toBeUndefined()
  expect(await organization.get()).toMatchObject({ retentionDays: 30 })
  expect(await auditOf()).toEqual({ entries })

  await mail.changeRelay({ address, login }, { by, settings: { retentionDays: 7 } })
  expect(await mail.relay()).toMatchObject(address)
  expect(await organization.recent()).toMatchObject({ retentionDays: 7 })
  expect((await auditOf()).entries).toEqual(['organization.change', 'policy.save', ...entries])
})

async function auditOf() {
  const entries = await audit.list({ limit: 9 })
  return { entries: entries.map(({ action }) => action) }
}

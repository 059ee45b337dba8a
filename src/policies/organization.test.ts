import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { Accounts } from '../accounts/accounts.ts'
import { Audit } from '../audit/audit.ts'
import { silentLog } from '../base/log.ts'
import { type SealingKey, generateSealingKey } from '../base/seal.ts'
import { networkMatcher, parseSettings } from './organization-settings.ts'
import { Organization, type Setup } from './organization.ts'

let database: FreshDatabase
let audit: Audit
let accounts: Accounts
let organization: Organization
let now: Date

beforeEach(async () => {
  database = await freshDatabase()
  audit = new Audit(database)
  now = new Date('2030-01-01T00:00:00Z')
  organization = hub()
})

afterEach(() => database.close())

function hub(key: SealingKey = generateSealingKey()): Organization {
  const parts = { db: database.db, audit, clock: { now: () => now }, log: silentLog, key }
  accounts = new Accounts(parts)
  return new Organization({ ...parts, accounts })
}

const setup = {
  settings: { name: 'Example', domains: ['Example.com', 'bücher.example', 'example.com'] },
  admin: { address: 'admin@example.com', password: 'correct horse battery' },
} satisfies Setup

test('a hub begins without an organisation and says so', async () => {
  expect(await organization.find()).toBeUndefined()
  const code = 'organization.not_set_up'
  await expect(organization.get()).rejects.toMatchObject({ code })
  await expect(organization.recent()).rejects.toMatchObject({ code })
  await expect(organization.change({ retentionDays: 1 }, { by: 'x' })).rejects.toMatchObject({
    code,
  })
})

test('set up once, it has settings, an administrator and an audit entry', async () => {
  await organization.completeSetup(setup)
  expect(await organization.get()).toEqual({
    name: 'Example',
    domains: ['example.com', 'xn--bcher-kva.example'],
    encryptionOutcome: 'all-or-clear',
    retentionDays: 30,
    knownRelays: [],
    sizeLimitBytes: 52_428_800,
  })
  expect(await accounts.checkPassword('admin@example.com', setup.admin.password)).toBeDefined()
  expect(await audit.list({ limit: 5 })).toMatchObject([
    {
      action: 'organization.set_up',
      by: 'command',
      detail: { administrator: 'admin@example.com', retentionDays: 30 },
    },
  ])
  await expect(organization.completeSetup(setup)).rejects.toMatchObject({
    code: 'setup.done_before',
  })
  await expect(organization.createSetupLink()).rejects.toMatchObject({ code: 'setup.done_before' })
})

test('what fails in the same transaction leaves the hub as it was', async () => {
  const failing = organization.completeSetup(setup, () => Promise.reject(new Error('no authority')))
  await expect(failing).rejects.toThrow('no authority')
  expect(await organization.find()).toBeUndefined()
  expect(await accounts.checkPassword('admin@example.com', setup.admin.password)).toBeUndefined()
})

test('of two who set up at the same moment one wins', async () => {
  const outcomes = await Promise.allSettled([
    organization.completeSetup(setup),
    organization.completeSetup(setup),
  ])
  expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await audit.list({ limit: 5 })).toHaveLength(1)
})

test('a set-up link works once', async () => {
  const { token, expiresAt } = await organization.createSetupLink()
  expect(expiresAt).toEqual(new Date('2030-01-02T00:00:00Z'))
  const links = await database.db.selectFrom('setupLink').selectAll().execute()
  expect(JSON.stringify(links)).not.toContain(token)
  await organization.completeSetup({ ...setup, token })
  expect(await audit.list({ limit: 5 })).toMatchObject([{ by: 'setup-link' }])
  await database.db.deleteFrom('organization').execute()
  await database.db.deleteFrom('account').execute()
  await expect(organization.completeSetup({ ...setup, token })).rejects.toMatchObject({
    code: 'setup.link_invalid',
  })
})

test('a set-up link that is wrong, void or too old does not work', async () => {
  const first = await organization.createSetupLink()
  const second = await organization.createSetupLink()
  for (const token of ['', 'guess', first.token]) {
    await expect(organization.completeSetup({ ...setup, token })).rejects.toMatchObject({
      code: 'setup.link_invalid',
    })
  }
  now = second.expiresAt
  await expect(organization.completeSetup({ ...setup, token: second.token })).rejects.toMatchObject(
    { code: 'setup.link_invalid' },
  )
  now = new Date(second.expiresAt.getTime() - 1)
  await expect(organization.completeSetup({ ...setup, token: second.token })).resolves.toBeDefined()
})

test('promise 5: a change is audited with what was and what is, in its transaction', async () => {
  await organization.completeSetup(setup)
  now = new Date('2030-02-01T00:00:00Z')
  await organization.change(
    { retentionDays: 7, knownRelays: ['2001:DB8::/32', '192.0.2.1'] },
    { by: 'account-1' },
  )
  expect(await organization.get()).toMatchObject({
    name: 'Example',
    retentionDays: 7,
    knownRelays: ['192.0.2.1/32', '2001:db8::/32'],
  })
  expect(await audit.list({ limit: 1 })).toMatchObject([
    {
      action: 'organization.change',
      by: 'account-1',
      at: now,
      detail: {
        retentionDays: { was: 30, is: 7 },
        knownRelays: { was: [], is: ['192.0.2.1/32', '2001:db8::/32'] },
      },
    },
  ])
})

test('a change to what is so already leaves no trace', async () => {
  await organization.completeSetup(setup)
  await organization.change(
    { retentionDays: 30, domains: ['EXAMPLE.com', 'bücher.example'] },
    { by: 'x' },
  )
  expect(await audit.list({ limit: 5 })).toHaveLength(1)
})

test('recent settings are a second old at most, and new after a change here', async () => {
  await organization.completeSetup(setup)
  expect(await organization.recent()).toMatchObject({ retentionDays: 30 })
  await hub().change({ retentionDays: 7 }, { by: 'another hub' })
  expect(await organization.recent()).toMatchObject({ retentionDays: 30 })
  now = new Date(now.getTime() + 1_000)
  expect(await organization.recent()).toMatchObject({ retentionDays: 7 })
  await organization.change({ retentionDays: 8 }, { by: 'this hub' })
  expect(await organization.recent()).toMatchObject({ retentionDays: 8 })
})

test('every mistake in settings is named at once', () => {
  const mistaken = {
    name: '',
    domains: ['localhost'],
    encryptionOutcome: 'maybe',
    retentionDays: -1,
    knownRelays: ['192.0.2.0/33', '::/129', 'here', '1.2.3.4/8/8', '1.2.3.4/x'],
    sizeLimitBytes: 1.5,
    colour: 'blue',
  }
  try {
    parseSettings(mistaken)
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'settings.malformed' })
    for (const word of Object.keys(mistaken)) expect(String(error)).toContain(word)
  }
})

test.for([
  { address: '192.0.2.77', isKnown: true },
  { address: '::ffff:192.0.2.77', isKnown: true },
  { address: '::FFFF:192.0.2.77', isKnown: true },
  { address: '192.0.3.1', isKnown: false },
  { address: '2001:db8:ffff::1', isKnown: true },
  { address: '2001:db9::1', isKnown: false },
  { address: '127.0.0.1', isKnown: false },
  { address: 'mail.example.com', isKnown: false },
  { address: '', isKnown: false },
])('$address is a known relay: $isKnown', ({ address, isKnown }) => {
  expect(networkMatcher(['192.0.2.0/24', '2001:db8::/32'])(address)).toBe(isKnown)
})

test('without known networks nobody is known', () => {
  expect(networkMatcher([])('127.0.0.1')).toBe(false)
})

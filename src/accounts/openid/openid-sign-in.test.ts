import { afterEach, beforeEach, expect, test } from 'vitest'
import { untilSomebodyWaits } from '../../../test/support/blocked.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { openTestProvider, type TestProvider } from '../../../test/support/openid-provider.ts'
import { Audit } from '../../audit/audit.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import type { SecondFactor } from '../../contract/session.ts'
import { type OpenIdSettings, SIGN_IN_DEFAULTS } from '../../contract/sign-in-settings.ts'
import { Accounts } from '../accounts.ts'
import { parseOwnAddress } from '../address.ts'
import { OpenIdSignIn } from './openid-sign-in.ts'

const ORIGIN = 'http://localhost:8080'

let database: FreshDatabase
let audit: Audit
let provider: TestProvider
let openid: OpenIdSignIn
let settings: OpenIdSettings
let now: Date
let factors: SecondFactor[]
let told: string[]

beforeEach(async () => {
  database = await freshDatabase()
  const { db } = database
  provider = await openTestProvider({ redirectUri: `${ORIGIN}/api/v1/session/openid/callback` })
  audit = new Audit({ db })
  // The provider's tokens are of the real present.
  now = new Date()
  factors = []
  told = []
  settings = {
    ...SIGN_IN_DEFAULTS.openid,
    enabled: true,
    name: 'Example',
    issuer: provider.issuer,
    clientId: provider.clientId,
  }
  const clock = { now: () => now }
  openid = new OpenIdSignIn({
    db,
    audit,
    clock,
    log: silentLog,
    accounts: new Accounts({ db, audit, clock, log: silentLog }),
    secondFactors: { methodsOf: () => Promise.resolve(factors) },
    master: generateSealingKey(),
    site: { origin: ORIGIN },
    settings: () =>
      Promise.resolve({
        secondFactor: 'off' as const,
        openid: settings,
        clientSecret: provider.clientSecret,
      }),
    tellOwner: (_tx, { what }) => {
      told.push(what)
      return Promise.resolve()
    },
  })
})

afterEach(async () => {
  await provider[Symbol.asyncDispose]()
  await database.close()
})

async function addAccount(address: string, roles: OpenIdAccountRoles = []) {
  const { db } = database
  const accounts = new Accounts({ db, audit, clock: { now: () => now }, log: silentLog })
  const parsed = parseOwnAddress(address)
  const details = { address: parsed, name: 'Anna', passwordHash: 'none', at: now }
  const id = await db.transaction().execute((tx) => accounts.addAdministrator(tx, details))
  await db.updateTable('account').set({ roles }).where('id', '=', id).execute()
  return id
}

type OpenIdAccountRoles = ('administrator' | 'auditor' | 'editor')[]

/** Anna, as her provider knows her. */
function annaSignsIn(more: Record<string, unknown> = {}) {
  provider.people.set('anna-at-provider', {
    email: 'Anna@Example.org',
    email_verified: true,
    name: 'Anna Berg',
    ...more,
  })
  provider.subject = 'anna-at-provider'
}

async function signIn() {
  const { location, browser } = await openid.begin()
  return openid.complete({ search: await provider.visit(location), browser })
}

test('who has an account with the verified address is linked at the first sign-in, and told', async () => {
  const id = await addAccount('anna@example.org')
  annaSignsIn()
  expect(await signIn()).toMatchObject({ account: { id }, needsSecondFactor: false })
  expect(told).toEqual(['sign-in-linked'])
  expect(await audit.list({ limit: 1 })).toMatchObject([
    { action: 'openid.link', subject: id, detail: { subject: 'anna-at-provider' } },
  ])
  expect(await openid.linksOf(id)).toMatchObject([{ issuer: provider.issuer }])
})

test('from then on it is the same account, whatever the address says', async () => {
  const id = await addAccount('anna@example.org')
  await addAccount('boss@example.org', ['administrator'])
  annaSignsIn()
  await signIn()
  annaSignsIn({ email: 'boss@example.org', email_verified: false })
  expect(await signIn()).toMatchObject({ account: { id } })
  expect(told).toHaveLength(1)
})

test.for([
  { name: 'is not verified', person: { email_verified: false }, code: 'openid.address_unverified' },
  {
    name: 'is not said to be',
    person: { email_verified: null },
    code: 'openid.address_unverified',
  },
  { name: 'is none', person: { email: null }, code: 'openid.address_unverified' },
  { name: 'is no address', person: { email: 'anna' }, code: 'address.malformed' },
  { name: 'is nobody’s', person: { email: 'ben@example.org' }, code: 'openid.no_account' },
])('nobody gets in when the address $name', async ({ person, code }) => {
  const id = await addAccount('anna@example.org')
  annaSignsIn(person)
  await expect(signIn()).rejects.toMatchObject({ code })
  expect(await openid.linksOf(id)).toEqual([])
})

test('Microsoft vouches for an address by a claim of its own', async () => {
  const id = await addAccount('anna@example.org')
  annaSignsIn({ email_verified: undefined, xms_edov: false })
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.address_unverified' })
  annaSignsIn({ email_verified: false, xms_edov: true })
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.address_unverified' })
  annaSignsIn({ email_verified: undefined, xms_edov: true })
  expect(await signIn()).toMatchObject({ account: { id } })
})

test('an address outside the allowed domains does not get in', async () => {
  await addAccount('anna@example.org')
  settings = { ...settings, allowedDomains: ['example.com'] }
  annaSignsIn()
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.no_account' })
})

test('accounts are made for allowed domains when the settings say so, with mapped roles', async () => {
  settings = {
    ...settings,
    createAccounts: true,
    allowedDomains: ['example.org'],
    rolesClaim: 'groups',
    roleMapping: [
      { value: 'auditors', role: 'auditor' },
      { value: 'staff', role: 'person' },
      { value: 'writers', role: 'editor' },
    ],
  }
  annaSignsIn({ groups: ['staff', 'auditors'] })
  const { account } = await signIn()
  expect(account).toMatchObject({
    address: 'Anna@example.org',
    name: 'Anna Berg',
    status: 'active',
  })
  expect(account.roles).toEqual(['auditor'])
  expect((await audit.list({ limit: 2 })).map((each) => each.action)).toEqual([
    'account.add',
    'openid.link',
  ])
  expect((await signIn()).account.id).toBe(account.id)
  annaSignsIn({ email: 'ben@example.net' })
  provider.people.set('ben', { email: 'ben@example.net', email_verified: true })
  provider.subject = 'ben'
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.no_account' })
})

test('an account that is disabled does not get in', async () => {
  await addAccount('anna@example.org')
  await database.db.updateTable('account').set({ status: 'disabled' }).execute()
  annaSignsIn()
  await expect(signIn()).rejects.toMatchObject({ code: 'account.disabled' })
})

/** Anna, invited, with a link that ends at this moment; without one when there is no mail. */
async function inviteAnna(linkEndsAt: Date | undefined) {
  const { db } = database
  const id = await addAccount('anna@example.org', ['auditor'])
  await db.updateTable('account').set({ status: 'invited', passwordHash: null }).execute()
  if (linkEndsAt === undefined) return id
  const link = { tokenHash: Buffer.alloc(32), accountId: id, purpose: 'invitation' as const }
  const times = { createdAt: now, expiresAt: linkEndsAt, usedAt: null }
  await db
    .insertInto('accountLink')
    .values({ ...link, ...times })
    .execute()
  return id
}

test.for([{ has: 'a link' }, { has: 'no link, for there is no mail' }])(
  'M1: who is invited and has $has gets in by the provider, and the invitation is used up',
  async ({ has }) => {
    const id = await inviteAnna(has === 'a link' ? new Date(now.getTime() + 1_000) : undefined)
    annaSignsIn()
    expect(await signIn()).toMatchObject({
      account: { id, status: 'active', roles: ['auditor'] },
      needsSecondFactor: false,
    })
    expect((await audit.list({ limit: 2 })).map(({ action, by }) => `${action} ${by}`)).toEqual([
      `openid.link ${id}`,
      `account.accept ${id}`,
    ])
    expect(told).toEqual(['sign-in-linked'])
    const links = await database.db.selectFrom('accountLink').select('usedAt').execute()
    expect(links.every(({ usedAt }) => usedAt !== null)).toBe(true)
    expect((await signIn()).account.id).toBe(id)
  },
)

test('M1: who was invited too long ago does not get in by the provider', async () => {
  const id = await inviteAnna(now)
  const invitedAt = (daysAgo: number) =>
    database.db
      .updateTable('account')
      .set({ createdAt: new Date(now.getTime() - daysAgo * 86_400_000) })
      .execute()
  await invitedAt(7)
  annaSignsIn()
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.invitation_expired' })
  await database.db.deleteFrom('accountLink').execute()
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.invitation_expired' })
  expect(await openid.linksOf(id)).toEqual([])
  await invitedAt(6)
  expect((await signIn()).account.id).toBe(id)
})

test('M1: of the link and the provider at once the one wins, and the other lets in all the same', async () => {
  const id = await inviteAnna(new Date(now.getTime() + 1_000))
  annaSignsIn()
  let byProvider: ReturnType<typeof signIn> | undefined
  await database.db.transaction().execute(async (tx) => {
    // As the link is used, and then the account opened.
    await tx.updateTable('accountLink').set({ usedAt: now }).execute()
    byProvider = signIn()
    await untilSomebodyWaits(database.db)
    const opened = { status: 'active', passwordHash: 'chosen' } as const
    await tx.updateTable('account').set(opened).where('id', '=', id).execute()
  })
  expect(await byProvider).toMatchObject({ account: { id, status: 'active' } })
  const actions = (await audit.list({ limit: 9 })).map(({ action }) => action)
  expect(actions).not.toContain('account.accept')
  expect(actions).toContain('openid.link')
})

test.for([
  { name: 'is not verified', person: { email_verified: false }, code: 'openid.address_unverified' },
  { name: 'is another', person: { email: 'ann@example.org' }, code: 'openid.no_account' },
])('M1: who is invited does not get in when the address $name', async ({ person, code }) => {
  const id = await inviteAnna(new Date(now.getTime() + 1_000))
  annaSignsIn(person)
  await expect(signIn()).rejects.toMatchObject({ code })
  const accounts = database.db.selectFrom('account').select('status').where('id', '=', id)
  expect(await accounts.execute()).toEqual([{ status: 'invited' }])
})

test('an administrator with a second factor gives it here too, and is not linked', async () => {
  const id = await addAccount('anna@example.org', ['administrator'])
  factors = ['totp']
  annaSignsIn()
  expect(await signIn()).toMatchObject({ account: { id }, needsSecondFactor: true })
  expect(await openid.linksOf(id)).toEqual([])
  expect(told).toEqual([])
  settings = { ...settings, trustForAdministrators: true }
  expect(await signIn()).toMatchObject({ account: { id }, needsSecondFactor: false })
  settings = { ...settings, trustForAdministrators: false }
  expect(await signIn()).toMatchObject({ account: { id }, needsSecondFactor: true })
})

test('a state that was not given out, or another browser’s, ends nothing', async () => {
  await addAccount('anna@example.org')
  annaSignsIn()
  const { location, browser } = await openid.begin()
  const search = await provider.visit(location)
  const other = await openid.begin()
  const expired = { code: 'openid.expired' }
  const wrong = new URLSearchParams(search)
  wrong.set('state', 'x'.repeat(43))
  await expect(openid.complete({ search: `?${wrong.toString()}`, browser })).rejects.toMatchObject(
    expired,
  )
  await expect(openid.complete({ search: '', browser })).rejects.toMatchObject(expired)
  await expect(openid.complete({ search, browser: other.browser })).rejects.toMatchObject(expired)
  expect((await openid.complete({ search, browser })).account.address).toBe('anna@example.org')
})

test('a state works once and for ten minutes', async () => {
  await addAccount('anna@example.org')
  annaSignsIn()
  const { location, browser } = await openid.begin()
  const search = await provider.visit(location)
  await openid.complete({ search, browser })
  await expect(openid.complete({ search, browser })).rejects.toMatchObject({
    code: 'openid.expired',
  })
  const late = await openid.begin()
  const answer = await provider.visit(late.location)
  now = new Date(now.getTime() + 10 * 60_000)
  await expect(openid.complete({ search: answer, browser: late.browser })).rejects.toMatchObject({
    code: 'openid.expired',
  })
})

test('a code that was given for another sign-in is not taken', async () => {
  await addAccount('anna@example.org')
  annaSignsIn()
  const [mine, foreign] = [await openid.begin(), await openid.begin()]
  const stolen = new URLSearchParams(await provider.visit(foreign.location))
  stolen.set('state', new URL(mine.location).searchParams.get('state') ?? '')
  await expect(
    openid.complete({ search: `?${stolen.toString()}`, browser: mine.browser }),
  ).rejects.toMatchObject({ code: 'openid.failed' })
})

test('an ID token with another nonce is not taken', async () => {
  await addAccount('anna@example.org')
  annaSignsIn()
  const { location, browser } = await openid.begin()
  const changed = new URL(location)
  changed.searchParams.set('nonce', 'another')
  const search = await provider.visit(changed.href)
  await expect(openid.complete({ search, browser })).rejects.toMatchObject({
    code: 'openid.failed',
  })
})

test('an answer in the name of another issuer is not taken', async () => {
  await addAccount('anna@example.org')
  annaSignsIn()
  const { location, browser } = await openid.begin()
  const search = new URLSearchParams(await provider.visit(location))
  search.set('iss', 'https://evil.example')
  await expect(openid.complete({ search: `?${search.toString()}`, browser })).rejects.toMatchObject(
    {
      code: 'openid.failed',
    },
  )
  const again = await openid.begin()
  const answer = await provider.visit(again.location)
  settings = { ...settings, issuer: `${provider.issuer}/other` }
  await expect(openid.complete({ search: answer, browser: again.browser })).rejects.toMatchObject({
    code: 'openid.expired',
  })
})

test('a provider that calls itself otherwise is not asked', async () => {
  settings = { ...settings, issuer: provider.issuer.replace('127.0.0.1', 'localhost') }
  await expect(openid.begin()).rejects.toMatchObject({ code: 'openid.failed' })
})

test('who says no at the provider is not signed in', async () => {
  provider.subject = undefined
  await expect(signIn()).rejects.toMatchObject({ code: 'openid.refused' })
})

test('without a provider, or one that does not answer, nothing begins', async () => {
  settings = { ...settings, enabled: false }
  await expect(openid.begin()).rejects.toMatchObject({ code: 'openid.off' })
  expect(await openid.name()).toBeUndefined()
  settings = { ...settings, enabled: true, issuer: 'http://127.0.0.1:1' }
  await expect(openid.begin()).rejects.toMatchObject({ code: 'openid.unreachable' })
  settings = { ...settings, issuer: 'http://mail.example.org' }
  await expect(openid.begin()).rejects.toMatchObject({ code: 'openid.unreachable' })
})

test('state, code verifier and client secret are nowhere in the database', async () => {
  const { location, browser } = await openid.begin()
  const rows = JSON.stringify(await database.db.selectFrom('openidSignIn').selectAll().execute())
  const { searchParams } = new URL(location)
  for (const secret of [searchParams.get('state') ?? '', browser, provider.clientSecret]) {
    expect(rows).not.toContain(secret)
  }
  expect(searchParams.get('code_challenge_method')).toBe('S256')
})

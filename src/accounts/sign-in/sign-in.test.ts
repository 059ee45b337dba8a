import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  DESK,
  PASSWORD,
  type TestAccounts,
  givenAccounts,
} from '../../../test/support/account-side.ts'

let hub: TestAccounts
let anna: string

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await hub.give('Anna@example.com')
})

afterEach(() => hub.database.close())

const signIn = (address = 'anna@example.com', password = PASSWORD, place = DESK) =>
  hub.signIn.withPassword({ address, password }, place)

const refused = { code: 'sign_in.refused' }

async function failTimes(times: number, address = 'anna@example.com'): Promise<void> {
  for (let failed = 0; failed < times; failed += 1) {
    await expect(signIn(address, 'wrong')).rejects.toMatchObject(refused)
  }
}

test('address and password open a session, with an entry in the audit log', async () => {
  const { token, session, account } = await signIn('ANNA@Example.com')
  expect(session).toMatchObject({ state: 'signed-in', method: 'password', secondFactor: null })
  expect(account).toMatchObject({ id: anna, address: 'Anna@example.com' })
  expect(account).not.toHaveProperty('passwordHash')
  expect(await hub.sessions.find(token)).toMatchObject({ session: { id: session.id } })
  expect(await hub.accounts.findAccount(anna)).toMatchObject({ lastSignInAt: hub.now })
  expect(await hub.audit.list({ limit: 1 })).toMatchObject([
    { action: 'account.sign_in', subject: anna, by: anna, detail: { address: '192.0.2.1' } },
  ])
})

test.for([
  { name: 'a wrong password', address: 'anna@example.com', password: 'wrong' },
  { name: 'an address of nobody', address: 'ben@example.com', password: PASSWORD },
  { name: 'a text that is no address', address: 'anna\0', password: PASSWORD },
  { name: 'an endless password', address: 'anna@example.com', password: 'x'.repeat(1_100) },
])('$name is refused in the same words', async ({ address, password }) => {
  const error: unknown = await signIn(address, password).catch((each: unknown) => each)
  expect(error).toMatchObject({
    ...refused,
    message: 'address and password do not open an account',
    detail: {},
  })
})

test.for(['invited', 'disabled'] as const)('who is %s does not get in', async (status) => {
  await hub.db.updateTable('account').set({ status }).execute()
  await expect(signIn()).rejects.toMatchObject(refused)
  await expect(
    hub.signIn.begin(anna, { method: 'openid', secondFactor: null }, DESK),
  ).rejects.toMatchObject(refused)
})

test('for an unknown address the same work is done as for a known one', async () => {
  const queries: string[] = []
  const watching: KyselyPlugin = {
    transformQuery({ node }) {
      queries.push(node.kind)
      return node
    },
    transformResult: ({ result }) => Promise.resolve(result),
  }
  const watched = hub.on(hub.db.withPlugin(watching)).signIn
  const workOf = async (address: string) => {
    queries.length = 0
    hub.jobs.length = 0
    for (let tries = 0; tries < 6; tries += 1) {
      await watched.withPassword({ address, password: 'wrong' }, DESK).catch(() => undefined)
    }
    return { queries: [...queries], jobs: hub.jobs.map(({ what }) => what) }
  }
  const known = await workOf('anna@example.com')
  expect(known.queries.length).toBeGreaterThan(10)
  expect(known.jobs).toEqual(['locked-out'])
  expect(await workOf('nobody@example.com')).toEqual(known)
})

test('after five wrong passwords nobody gets in for a minute, then for two, at most for an hour', async () => {
  await failTimes(5)
  await expect(signIn()).rejects.toMatchObject({
    code: 'sign_in.locked',
    detail: { until: '2030-01-01T00:01:00.000Z' },
  })
  for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
    hub.now = new Date(hub.now.getTime() + minutes * 60_000 - 1)
    await expect(signIn()).rejects.toMatchObject({ code: 'sign_in.locked' })
    hub.now = new Date(hub.now.getTime() + 1)
    await failTimes(1)
  }
  hub.pass({ minutes: 60 })
  expect((await signIn()).account.id).toBe(anna)
  await failTimes(4)
  expect((await signIn()).account.id).toBe(anna)
})

test('an address of nobody is locked in the same way', async () => {
  await failTimes(5, 'nobody@example.com')
  await expect(signIn('nobody@example.com')).rejects.toMatchObject({ code: 'sign_in.locked' })
  expect((await signIn()).account.id).toBe(anna)
})

test('the owner is told of the first lock only', async () => {
  await failTimes(5)
  hub.pass({ minutes: 1 })
  await failTimes(1)
  expect(hub.jobs).toEqual([
    {
      what: 'locked-out',
      address: 'anna@example.com',
      at: '2030-01-01T00:00:00.000Z',
      until: '2030-01-01T00:01:00.000Z',
      place: DESK,
    },
  ])
})

test('of a hundred guesses at once only five are looked at', async () => {
  const guess = (_: unknown, index: number) =>
    signIn('anna@example.com', `guess ${index}`, { ...DESK, address: `192.0.2.${index}` }).catch(
      (error: unknown) => (error as { code: string }).code,
    )
  const outcomes = await Promise.all(Array.from({ length: 100 }, guess))
  expect(outcomes.filter((code) => code === 'sign_in.refused')).toHaveLength(5)
  expect(outcomes.filter((code) => code === 'sign_in.locked')).toHaveLength(95)
})

test('one client that tries many addresses has to wait too, others do not', async () => {
  for (let index = 0; index < 30; index += 1) await failTimes(1, `a${index}@example.com`)
  await expect(signIn()).rejects.toMatchObject({ code: 'sign_in.locked' })
  expect((await signIn(undefined, undefined, { ...DESK, address: '192.0.2.2' })).account.id).toBe(
    anna,
  )
})

test('a whole IPv6 network is one client, and one place', async () => {
  const at = (address: string) => ({ ...DESK, address })
  for (let index = 0; index < 30; index += 1) {
    const place = at(`2001:db8:1:2::${index + 1}`)
    await expect(signIn(`a${index}@example.com`, 'wrong', place)).rejects.toMatchObject(refused)
  }
  const late = signIn(undefined, undefined, at('2001:db8:1:2:ffff::1'))
  await expect(late).rejects.toMatchObject({ code: 'sign_in.locked' })
  await signIn(undefined, undefined, at('2001:db8:1:3::1'))
  await signIn(undefined, undefined, at('2001:db8:1:3::2'))
  expect(hub.jobs).toEqual([])
  await signIn(undefined, undefined, at('2001:db8:1:4::1'))
  expect(hub.jobs).toMatchObject([{ what: 'new-sign-in' }])
})

test('who signs in well from one address never waits', async () => {
  for (let times = 0; times < 40; times += 1) await signIn()
  expect(await hub.sessions.list(anna)).toHaveLength(40)
})

test('the owner is told of a sign-in from a new place, but not of the first of all', async () => {
  await signIn()
  await signIn(undefined, undefined, { ...DESK, userAgent: 'Firefox/151.0.1' })
  expect(hub.jobs).toEqual([])
  const elsewhere = { ...DESK, address: '198.51.100.7' }
  await signIn(undefined, undefined, elsewhere)
  await signIn(undefined, undefined, elsewhere)
  expect(hub.jobs).toEqual([
    { what: 'new-sign-in', accountId: anna, at: '2030-01-01T00:00:00.000Z', place: elsewhere },
  ])
})

test('with a second factor the password opens a session that needs it, and a new token completes it', async () => {
  hub.factors.set(anna, ['totp'])
  const pending = await signIn()
  expect(pending.session.state).toBe('needs-second-factor')
  expect(await hub.sessions.list(anna)).toEqual([])
  expect(await hub.accounts.findAccount(anna)).toMatchObject({ lastSignInAt: null })
  await expect(hub.sessions.requireRecent(pending.session.id)).rejects.toMatchObject({
    code: 'session.not_recent',
  })
  await expect(hub.signIn.confirmed(pending)).rejects.toMatchObject({ code: 'session.not_found' })
  const complete = await hub.signIn.completeSecondFactor(pending, 'totp', DESK)
  expect(complete.session).toMatchObject({
    id: pending.session.id,
    state: 'signed-in',
    method: 'password',
    secondFactor: 'totp',
  })
  expect(await hub.sessions.find(pending.token)).toBeUndefined()
  expect(await hub.sessions.find(complete.token)).toMatchObject({ account: { id: anna } })
  await expect(hub.signIn.completeSecondFactor(pending, 'totp', DESK)).rejects.toMatchObject({
    code: 'session.not_found',
  })
})

test('of two who complete one session at the same moment one wins', async () => {
  hub.factors.set(anna, ['totp'])
  const pending = await signIn()
  const outcomes = await Promise.allSettled([
    hub.signIn.completeSecondFactor(pending, 'totp', DESK),
    hub.signIn.completeSecondFactor(pending, 'totp', DESK),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('a second factor has ten minutes', async () => {
  hub.factors.set(anna, ['totp'])
  const pending = await signIn()
  hub.pass({ minutes: 10 })
  expect(await hub.sessions.find(pending.token)).toBeUndefined()
  await expect(hub.signIn.completeSecondFactor(pending, 'totp', DESK)).rejects.toMatchObject({
    code: 'session.not_found',
  })
})

test('a passkey that verified its owner is a second factor by itself', async () => {
  hub.factors.set(anna, ['passkey'])
  const proof = { method: 'passkey', secondFactor: 'passkey' } as const
  expect((await hub.signIn.begin(anna, proof, DESK)).session.state).toBe('signed-in')
})

test('sensitive changes need a password of the last ten minutes', async () => {
  const opened = await signIn()
  await hub.sessions.requireRecent(opened.session.id)
  hub.pass({ minutes: 10 })
  const notRecent = { code: 'session.not_recent' }
  await expect(hub.sessions.requireRecent(opened.session.id)).rejects.toMatchObject(notRecent)
  await expect(hub.sessions.requireRecent(undefined)).rejects.toMatchObject(notRecent)
  await expect(hub.signIn.confirmPassword(opened, 'wrong')).rejects.toMatchObject({
    code: 'password.wrong',
  })
  const confirmed = await hub.signIn.confirmPassword(opened, PASSWORD)
  expect(await hub.sessions.find(opened.token)).toBeUndefined()
  await hub.sessions.requireRecent(confirmed.session.id)
})

test('an open browser is no place to guess the password', async () => {
  const opened = await signIn()
  for (let tries = 0; tries < 5; tries += 1) {
    await expect(hub.signIn.confirmPassword(opened, 'wrong')).rejects.toMatchObject({
      code: 'password.wrong',
    })
  }
  await expect(hub.signIn.confirmPassword(opened, PASSWORD)).rejects.toMatchObject({
    code: 'sign_in.locked',
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  DESK,
  PASSWORD,
  type TestAccounts,
  givenAccounts,
} from '../../../test/support/account-side.ts'
import { untilSomebodyWaits } from '../../../test/support/blocked.ts'
import { PeopleQuery } from '../../contract/people.ts'

let hub: TestAccounts
let anna: { id: string; person: string }

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await somebody('anna@example.com', ['administrator'])
})

afterEach(() => hub.database.close())

async function somebody(address: string, roles: Parameters<TestAccounts['give']>[1]) {
  const id = await hub.give(address, roles)
  return { id, person: (await hub.accounts.findAccount(id))?.personId ?? '' }
}

const by = () => ({ by: anna.id })
const list = (query: object = {}) => hub.people.list(PeopleQuery.parse(query))
const addressesOf = async (query: object) =>
  (await list(query)).people.map(({ address }) => address)

test('people are listed by address, a page at a time, with the number of all', async () => {
  for (const name of ['dora', 'ben', 'cleo']) await hub.give(`${name}@example.com`)
  const first = await list({ limit: 3 })
  expect(first.people.map(({ name }) => name)).toEqual(['anna', 'ben', 'cleo'])
  expect(first).toMatchObject({ count: 4, next: 'cleo@example.com' })
  const rest = await list({ limit: 3, after: first.next })
  expect(rest.people.map(({ name }) => name)).toEqual(['dora'])
  expect(rest).toMatchObject({ count: 4, next: null })
})

test('people are found by part of address or name, role and state', async () => {
  await somebody('ben@example.com', ['auditor', 'editor'])
  const cleo = { address: 'cleo@example.org', name: 'Cléo 100%', language: 'fr' } as const
  await hub.people.add(cleo, by())
  await hub.people.add({ ...cleo, address: 'dora@example.org', roles: ['auditor'] }, by())
  expect(await addressesOf({ search: 'CLÉO' })).toEqual(['cleo@example.org', 'dora@example.org'])
  expect(await addressesOf({ search: '@example.COM' })).toHaveLength(2)
  expect(await addressesOf({ search: '0%' })).toHaveLength(2)
  expect(await addressesOf({ search: '_nna' })).toEqual([])
  expect(await addressesOf({ role: 'auditor' })).toEqual(['ben@example.com', 'dora@example.org'])
  expect(await addressesOf({ role: 'person' })).toHaveLength(3)
  expect(await addressesOf({ accountState: 'none' })).toEqual(['cleo@example.org'])
  expect(await addressesOf({ accountState: 'invited' })).toEqual(['dora@example.org'])
})

test('people stand in the order asked for, page by page', async () => {
  for (const name of ['dora', 'ben', 'cleo']) await hub.give(`${name}@example.com`)
  await hub.db
    .updateTable('person')
    .set({ name: 'Zoe' })
    .where('addressKey', '=', 'ben@example.com')
    .execute()
  hub.pass({ minutes: 1 })
  await hub.signIn.withPassword({ address: 'cleo@example.com', password: PASSWORD }, DESK)
  const pages = async (query: object) => {
    const found: string[] = []
    for (let after: string | undefined; ;) {
      const { people, next } = await list({ ...query, limit: 1, ...(after && { after }) })
      found.push(...people.map(({ address }) => address.slice(0, 3)))
      if (next === null) return found
      after = next
    }
  }
  expect(await pages({ order: 'descending' })).toEqual(['dor', 'cle', 'ben', 'ann'])
  expect(await pages({ sort: 'name' })).toEqual(['ann', 'cle', 'dor', 'ben'])
  expect(await pages({ sort: 'last-sign-in' })).toEqual(['ann', 'ben', 'dor', 'cle'])
  const newest = { sort: 'last-sign-in', order: 'descending' }
  expect(await pages(newest)).toEqual(['cle', 'dor', 'ben', 'ann'])
})

test('a person is listed with the number of their certificates', async () => {
  await hub.give('ben@example.com')
  const certificate = {
    ...({ der: Buffer.of(0x30), owner: 'person', trust: 'direct', personId: anna.person } as const),
    ...{ keyId: null, issuedBy: null, subject: 'Anna', issuer: 'Example CA' },
    ...{ notBefore: hub.now, notAfter: hub.now, addedAt: hub.now, addedBy: anna.id },
  }
  const fingerprints = ['a', 'b'].map((digit) => digit.repeat(64))
  await hub.db
    .insertInto('certificate')
    .values(fingerprints.map((fingerprint) => ({ ...certificate, fingerprint })))
    .execute()
  const { people } = await list()
  expect(people.map(({ certificates }) => certificates)).toEqual([2, 0])
})

test('who is locked out is shown so, and can be let in again', async () => {
  const wrong = { address: 'anna@example.com', password: 'wrong' }
  for (let tries = 0; tries < 5; tries += 1) {
    await hub.signIn.withPassword(wrong, DESK).catch(() => undefined)
  }
  await hub.give('ben@example.com')
  expect((await list()).people[0]).toMatchObject({ isLocked: true })
  expect(await addressesOf({ accountState: 'locked' })).toEqual(['anna@example.com'])
  expect(await list({ accountState: 'active' })).toMatchObject({
    people: [{ address: 'ben@example.com' }],
    count: 1,
  })
  expect((await hub.people.get(anna.person)).account?.lockedUntil).toEqual(
    new Date('2030-01-01T00:01:00Z'),
  )
  await hub.administration.unlock(anna.person, by())
  expect((await list()).people[0]).toMatchObject({ isLocked: false })
  const right = { ...wrong, password: PASSWORD }
  expect((await hub.signIn.withPassword(right, DESK)).account.id).toBe(anna.id)
})

test('a person has a name and a language that change, with an entry in the audit log', async () => {
  await hub.people.change(anna.person, { name: 'Anna Berg', language: 'ko' }, by())
  expect((await hub.people.get(anna.person)).person).toMatchObject({
    name: 'Anna Berg',
    language: 'ko',
  })
  expect(await hub.audit.list({ limit: 1 })).toMatchObject([
    { action: 'person.change', subject: anna.person, by: anna.id, detail: { name: 'Anna Berg' } },
  ])
})

test.for(['no id', '00000000-0000-0000-0000-000000000000'])('%s is nobody', async (id) => {
  const nobody = { code: 'person.not_found' }
  await expect(hub.people.get(id)).rejects.toMatchObject(nobody)
  await expect(hub.people.change(id, { name: 'x' }, by())).rejects.toMatchObject(nobody)
  await expect(hub.administration.setRoles(id, [], by())).rejects.toMatchObject(nobody)
})

test('who has no account cannot be given roles', async () => {
  const entered = { address: 'ben@example.com', name: 'Ben', language: 'en' } as const
  const id = await hub.people.add(entered, by())
  await expect(hub.administration.setRoles(id, ['editor'], by())).rejects.toMatchObject({
    code: 'account.not_found',
  })
  await expect(hub.people.add(entered, by())).rejects.toMatchObject({ code: 'person.exists' })
})

test('roles are kept once each, and their owner is told', async () => {
  const ben = await somebody('ben@example.com', [])
  await hub.administration.setRoles(ben.person, ['person', 'editor', 'auditor', 'editor'], by())
  expect((await hub.people.get(ben.person)).account?.roles).toEqual(['auditor', 'editor'])
  expect(hub.jobs).toMatchObject([{ what: 'changed', accountId: ben.id, change: 'roles-changed' }])
  expect(await hub.audit.list({ limit: 1 })).toMatchObject([
    { action: 'account.set_roles', detail: { was: [], is: ['auditor', 'editor'] } },
  ])
})

test('the last administrator who can sign in stays one', async () => {
  const last = { code: 'account.last_administrator' }
  await expect(hub.administration.setRoles(anna.person, ['auditor'], by())).rejects.toMatchObject(
    last,
  )
  const ben = await somebody('ben@example.com', ['administrator'])
  await hub.administration.disable(ben.person, by())
  await expect(hub.administration.setRoles(anna.person, [], by())).rejects.toMatchObject(last)
  await hub.administration.enable(ben.person, by())
  await hub.administration.setRoles(anna.person, [], by())
  await expect(hub.administration.disable(ben.person, by())).rejects.toMatchObject(last)
  expect((await hub.people.get(ben.person)).account?.roles).toEqual(['administrator'])
})

test('of two administrators who lose the role at the same moment one keeps it', async () => {
  const ben = await somebody('ben@example.com', ['administrator'])
  const outcomes = await Promise.allSettled([
    hub.administration.setRoles(anna.person, [], by()),
    hub.administration.setRoles(ben.person, [], { by: ben.id }),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await addressesOf({ role: 'administrator' })).toHaveLength(1)
})

test('who is disabled is signed out and stays out until enabled; nobody disables themselves', async () => {
  const ben = await somebody('ben@example.com', ['administrator'])
  const credentials = { address: 'ben@example.com', password: PASSWORD }
  const { token } = await hub.signIn.withPassword(credentials, DESK)
  await hub.administration.disable(ben.person, by())
  expect(await hub.sessions.find(token)).toBeUndefined()
  await expect(hub.signIn.withPassword(credentials, DESK)).rejects.toMatchObject({
    code: 'sign_in.refused',
  })
  await expect(hub.administration.disable(ben.person, by())).rejects.toMatchObject({
    code: 'account.not_possible',
  })
  await hub.administration.enable(ben.person, by())
  await hub.signIn.withPassword(credentials, DESK)
  await expect(hub.administration.disable(anna.person, by())).rejects.toMatchObject({
    code: 'account.own',
  })
})

test('all sessions of somebody are ended at once', async () => {
  const ben = await somebody('ben@example.com', [])
  const credentials = { address: 'ben@example.com', password: PASSWORD }
  const { token } = await hub.signIn.withPassword(credentials, DESK)
  expect((await hub.people.get(ben.person)).account?.sessions).toBe(1)
  expect(await hub.administration.endSessions(ben.person, by())).toBe(1)
  expect(await hub.sessions.find(token)).toBeUndefined()
})

test('who has an account is not invited, and an accepted invitation not taken back', async () => {
  await expect(hub.administration.invite(anna.person, [], by())).rejects.toMatchObject({
    code: 'account.exists',
  })
  await expect(hub.administration.cancelInvitation(anna.person, by())).rejects.toMatchObject({
    code: 'account.not_invited',
  })
})

/** Somebody who is invited; no job is done here, so no link is sent. */
async function inviteBen(roles: Parameters<TestAccounts['give']>[1] = []) {
  const ben = { address: 'ben@example.com', name: 'Ben', language: 'en' } as const
  return hub.people.add({ ...ben, roles }, by())
}

test('with which roles somebody is invited stands in the audit log, also when invited again', async () => {
  const ben = await inviteBen(['administrator'])
  await hub.administration.invite(ben, ['auditor', 'person'], by())
  await hub.administration.invite(ben, undefined, by())
  const entries = (await hub.audit.list({ limit: 4 })).reverse()
  const { id: account } = (await hub.people.get(ben)).account ?? {}
  const invited = { action: 'account.invite', subject: ben, by: anna.id }
  expect(entries).toMatchObject([
    { action: 'person.add', subject: ben },
    { ...invited, detail: { account, roles: ['administrator'] } },
    { ...invited, detail: { account, again: true, roles: ['auditor'] } },
    { ...invited, detail: { account, again: true } },
  ])
  expect((await hub.people.get(ben)).account?.roles).toEqual(['auditor'])
})

test('an invitation that no mail left for is over after a week too, until somebody is invited anew', async () => {
  const ben = await inviteBen()
  const shown = async () => {
    const { account } = await hub.people.get(ben)
    return [account?.state, account?.invitationExpiresAt?.toISOString() ?? null]
  }
  expect(await shown()).toEqual(['invited', null])
  hub.pass({ days: 7 })
  expect(await shown()).toEqual(['invitation-expired', '2030-01-08T00:00:00.000Z'])
  await hub.administration.invite(ben, undefined, by())
  expect(await shown()).toEqual(['invited', null])
})

test('who accepts while they are invited again keeps the roles they came with', async () => {
  const ben = await inviteBen(['auditor'])
  let again: Promise<unknown> = Promise.resolve()
  await hub.db.transaction().execute(async (tx) => {
    await tx.updateTable('account').set({ status: 'active' }).where('personId', '=', ben).execute()
    again = hub.administration.invite(ben, ['administrator'], by()).catch((error: unknown) => error)
    await untilSomebodyWaits(hub.db)
  })
  expect(await again).toMatchObject({ code: 'account.exists' })
  expect((await hub.people.get(ben)).account).toMatchObject({ state: 'active', roles: ['auditor'] })
})

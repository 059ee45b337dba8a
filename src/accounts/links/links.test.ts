import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  DESK,
  PASSWORD,
  type TestAccounts,
  givenAccounts,
} from '../../../test/support/account-side.ts'
import { AccountJobs } from '../account-jobs.ts'
import type { AccountNotices } from '../notices.ts'

let hub: TestAccounts
let anna: string
let sent: { notice: string; to: string; facts: object }[]

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await hub.give('anna@example.com')
  sent = []
})

afterEach(() => hub.database.close())

/** Does what was put in, and keeps what is told to whom. */
async function doJobs(): Promise<void> {
  const keep =
    (notice: string) =>
    (to: { address: string }, facts: object): Promise<void> => {
      sent.push({ notice, to: to.address, facts })
      return Promise.resolve()
    }
  const notices: AccountNotices = {
    passwordReset: keep('passwordReset'),
    invitation: keep('invitation'),
    lockedOut: keep('lockedOut'),
    newSignIn: keep('newSignIn'),
    accountChanged: keep('accountChanged'),
  }
  const { db, audit, links } = hub
  const jobs = new AccountJobs({ db, audit, clock: { now: () => hub.now }, links, notices })
  for (const job of hub.jobs.splice(0)) await jobs.do(job)
}

/** The token of the link in the last mail. */
function lastToken(): string {
  const { link } = sent.at(-1)?.facts as { link: string }
  return link.split('#')[1] ?? ''
}

const reset = (token: string, password = 'three blind mice run') =>
  hub.links.completePasswordReset({ token, password }, DESK)

const signIn = (password = PASSWORD) =>
  hub.signIn.withPassword({ address: 'anna@example.com', password }, DESK)

test('a lost password is replaced by a link that came by mail', async () => {
  await hub.links.requestPasswordReset('ANNA@example.com', DESK)
  await doJobs()
  expect(sent).toMatchObject([{ notice: 'passwordReset', to: 'anna@example.com' }])
  expect(sent[0]?.facts).toMatchObject({
    link: expect.stringMatching(
      /^https:\/\/hub\.example\.com\/password-reset#[\w-]{43}$/,
    ) as string,
    expiresAt: new Date('2030-01-01T00:30:00Z'),
  })
  const { token } = await signIn()
  for (let tries = 0; tries < 5; tries += 1) await signIn('wrong').catch(() => undefined)
  await reset(lastToken())
  expect(await hub.sessions.find(token)).toBeUndefined()
  expect((await signIn('three blind mice run')).account.id).toBe(anna)
  expect((await hub.audit.list({ limit: 10 })).map(({ action }) => action)).toContain(
    'account.reset_password',
  )
  await expect(signIn()).rejects.toMatchObject({ code: 'sign_in.refused' })
  await doJobs()
  expect(sent.map(({ notice }) => notice)).toContain('accountChanged')
})

test('the token is nowhere in the database, the jobs or the audit log', async () => {
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  const jobs = JSON.stringify(hub.jobs)
  await doJobs()
  const rows = await hub.db.selectFrom('accountLink').selectAll().execute()
  const kept = JSON.stringify([rows, jobs, await hub.audit.list({ limit: 10 })])
  expect(kept).not.toContain(lastToken())
})

test.for(['nobody@example.com', 'no address', 'nul\0'])(
  'for %j nothing is sent, and nothing said of it',
  async (address) => {
    await hub.links.requestPasswordReset(address, DESK)
    await doJobs()
    expect(sent).toEqual([])
  },
)

test.for([
  { name: 'is disabled', change: { status: 'disabled' as const } },
  { name: 'signs in elsewhere only', change: { passwordHash: null } },
])('an account that $name is sent nothing', async ({ change }) => {
  await hub.db.updateTable('account').set(change).execute()
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  await doJobs()
  expect(sent).toEqual([])
})

test('an address is sent three mails in a row, then fewer', async () => {
  for (let times = 0; times < 5; times += 1) {
    await hub.links.requestPasswordReset('anna@example.com', DESK)
  }
  expect(hub.jobs).toHaveLength(3)
  hub.pass({ minutes: 5 })
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  expect(hub.jobs).toHaveLength(4)
})

test('a link works once, for half an hour, and not after a newer one', async () => {
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  await doJobs()
  const first = lastToken()
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  await doJobs()
  const second = lastToken()
  const invalid = { code: 'link.invalid' }
  await expect(reset(first)).rejects.toMatchObject(invalid)
  await expect(hub.links.look(second, 'invitation')).rejects.toMatchObject(invalid)
  await expect(reset('guess')).rejects.toMatchObject(invalid)
  await reset(second)
  await expect(reset(second, 'four calling birds')).rejects.toMatchObject(invalid)
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  await doJobs()
  hub.pass({ minutes: 30 })
  await expect(reset(lastToken())).rejects.toMatchObject(invalid)
})

test('a link to a new password does not outlive a change of the password', async () => {
  await hub.links.requestPasswordReset('anna@example.com', DESK)
  await doJobs()
  const found = await hub.sessions.find((await signIn()).token)
  if (found === undefined) throw new Error('anna is not signed in')
  const elsewhere = (await signIn()).token
  const wanted = 'four calling birds'
  await hub.profiles.changePassword(found, { current: PASSWORD, wanted }, DESK)
  await expect(reset(lastToken())).rejects.toMatchObject({ code: 'link.invalid' })
  expect(await hub.sessions.find(elsewhere)).toBeUndefined()
  await signIn(wanted)
})

test('of two who use one link at the same moment one wins', async () => {
  const { link } = await hub.links.makePasswordReset('anna@example.com', { by: 'command' })
  const token = link.split('#')[1] ?? ''
  const outcomes = await Promise.allSettled([
    reset(token, 'three blind mice run'),
    reset(token, 'four calling birds'),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test.for([
  { password: 'too short', code: 'password.unfit' },
  { password: 'Password1234!', code: 'password.common' },
  { password: 'aaaaaaaaaaaaaaaa', code: 'password.common' },
  { password: 'P@ssw0rd!P@ssw0rd!', code: 'password.common' },
  { password: 'anna@example.com', code: 'password.personal' },
  { password: 'ExampleAnna-2030', code: 'password.personal' },
])('the password $password is refused as $code, and the link stays good', async (each) => {
  const { link } = await hub.links.makePasswordReset('anna@example.com', { by: 'command' })
  const token = link.split('#')[1] ?? ''
  await expect(reset(token, each.password)).rejects.toMatchObject({ code: each.code })
  await reset(token)
})

test('the way back from a command is for accounts in use', async () => {
  await expect(
    hub.links.makePasswordReset('nobody@example.com', { by: 'command' }),
  ).rejects.toMatchObject({ code: 'account.not_found' })
})

test('an invitation is accepted once, with name, language and password', async () => {
  const by = anna
  const person = await hub.people.add(
    { address: 'ben@example.com', name: 'ben', language: 'en', roles: ['auditor'] },
    { by },
  )
  await doJobs()
  expect(sent).toMatchObject([
    { notice: 'invitation', to: 'ben@example.com', facts: { by: 'anna' } },
  ])
  const token = lastToken()
  expect(await hub.links.look(token, 'invitation')).toMatchObject({
    account: { address: 'ben@example.com', status: 'invited' },
    expiresAt: new Date('2030-01-08T00:00:00Z'),
  })
  const answer = { token, name: 'Ben Müller', language: 'fr', password: PASSWORD } as const
  const outcomes = await Promise.allSettled([
    hub.links.acceptInvitation(answer),
    hub.links.acceptInvitation(answer),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await hub.people.get(person)).toMatchObject({
    person: { name: 'Ben Müller', language: 'fr' },
    account: { state: 'active', roles: ['auditor'], hasPassword: true },
  })
  const address = 'ben@example.com'
  expect(
    (await hub.signIn.withPassword({ address, password: PASSWORD }, DESK)).account,
  ).toMatchObject({ name: 'Ben Müller' })
})

test('an invitation that was taken back, or is a week old, is void', async () => {
  const entered = { address: 'ben@example.com', name: 'Ben', language: 'en', roles: [] } as const
  const person = await hub.people.add(entered, { by: anna })
  await doJobs()
  const first = lastToken()
  hub.pass({ days: 7 })
  const invalid = { code: 'link.invalid' }
  await expect(hub.links.look(first, 'invitation')).rejects.toMatchObject(invalid)
  expect((await hub.people.get(person)).account?.state).toBe('invitation-expired')
  await hub.administration.invite(person, undefined, { by: anna })
  await doJobs()
  const second = lastToken()
  expect((await hub.people.get(person)).account?.state).toBe('invited')
  await hub.administration.cancelInvitation(person, { by: anna })
  await expect(hub.links.look(second, 'invitation')).rejects.toMatchObject(invalid)
  expect((await hub.people.get(person)).account).toBeUndefined()
})

test('who is locked out is told, and it stands in the audit log; nobody else is', async () => {
  for (const address of ['anna@example.com', 'nobody@example.com']) {
    for (let tries = 0; tries < 5; tries += 1) {
      await hub.signIn.withPassword({ address, password: 'x' }, DESK).catch(() => undefined)
    }
  }
  await doJobs()
  expect(sent).toMatchObject([{ notice: 'lockedOut', to: 'anna@example.com' }])
  const entries = await hub.audit.list({ limit: 5 })
  expect(entries.filter(({ action }) => action === 'account.locked')).toHaveLength(1)
})

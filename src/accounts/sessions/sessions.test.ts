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
  anna = await hub.give('anna@example.com', ['auditor'])
})

afterEach(() => hub.database.close())

const signIn = () =>
  hub.signIn.withPassword({ address: 'anna@example.com', password: PASSWORD }, DESK)

test('a token is nowhere in the database', async () => {
  const { token } = await signIn()
  const rows = await hub.db.selectFrom('session').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(token)
  expect(token).toMatch(/^[\w-]{43}$/)
})

test('a session that is not used ends after eight hours, one that is used after seven days', async () => {
  const { token } = await signIn()
  hub.pass({ minutes: 8 * 60 - 1 })
  expect(await hub.sessions.find(token)).toBeDefined()
  for (let hours = 8; hours < 7 * 24 - 8; hours += 7) {
    hub.pass({ hours: 7 })
    expect(await hub.sessions.find(token)).toBeDefined()
  }
  const used = await signIn()
  hub.pass({ hours: 8 })
  expect(await hub.sessions.find(used.token)).toBeUndefined()
  expect(await hub.sessions.find(token)).toBeUndefined()
})

test('using a session does not lengthen it beyond seven days', async () => {
  const { token } = await signIn()
  for (let hours = 0; hours < 7 * 24 - 4; hours += 4) {
    hub.pass({ hours: 4 })
    expect(await hub.sessions.find(token)).toBeDefined()
  }
  hub.pass({ hours: 4 })
  expect(await hub.sessions.find(token)).toBeUndefined()
})

test('roles are those of now, and who is disabled is out at once', async () => {
  const { token } = await signIn()
  expect(await hub.sessions.find(token)).toMatchObject({ account: { roles: ['auditor'] } })
  await hub.db
    .updateTable('account')
    .set({ roles: ['editor'] })
    .execute()
  expect(await hub.sessions.find(token)).toMatchObject({ account: { roles: ['editor'] } })
  await hub.db.updateTable('account').set({ status: 'disabled' }).execute()
  expect(await hub.sessions.find(token)).toBeUndefined()
})

test('sessions are listed, and ended one or all others at a time', async () => {
  const sessions = []
  for (let each = 0; each < 3; each += 1) {
    sessions.push(await signIn())
    hub.pass({ minutes: 1 })
  }
  const [first, second, third] = sessions
  const listed = await hub.sessions.list(anna)
  expect(listed.map(({ id }) => id)).toEqual([third, second, first].map((each) => each?.session.id))
  await hub.sessions.end(first?.session.id ?? '', { accountId: anna })
  expect(await hub.sessions.find(first?.token ?? '')).toBeUndefined()
  expect(await hub.sessions.endAll(hub.db, anna, { except: third?.session.id ?? '' })).toBe(1)
  expect(await hub.sessions.find(third?.token ?? '')).toBeDefined()
  await hub.sessions.endByToken(third?.token ?? '')
  expect(await hub.sessions.list(anna)).toEqual([])
})

test("nobody ends another's session", async () => {
  const ben = await hub.give('ben@example.com')
  const { session, token } = await signIn()
  await expect(hub.sessions.end(session.id, { accountId: ben })).rejects.toMatchObject({
    code: 'session.not_found',
  })
  await expect(hub.sessions.end('no uuid', { accountId: ben })).rejects.toMatchObject({
    code: 'session.not_found',
  })
  expect(await hub.sessions.find(token)).toBeDefined()
})

test('with the fifty-first browser the one not used for longest is signed out', async () => {
  const first = await signIn()
  hub.pass({ minutes: 1 })
  const second = await signIn()
  hub.pass({ minutes: 1 })
  await hub.sessions.find(first.token)
  for (let each = 0; each < 49; each += 1) {
    hub.pass({ minutes: 1 })
    await signIn()
  }
  expect(await hub.sessions.find(second.token)).toBeUndefined()
  expect(await hub.sessions.find(first.token)).toBeDefined()
  expect(await hub.sessions.list(anna)).toHaveLength(50)
})

test('what is over is forgotten', async () => {
  await signIn()
  hub.pass({ days: 8 })
  const { token } = await signIn()
  await hub.sessions.removeOld()
  expect(await hub.db.selectFrom('session').select('id').execute()).toHaveLength(1)
  expect(await hub.sessions.find(token)).toBeDefined()
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  DESK,
  PASSWORD,
  type TestAccounts,
  givenAccounts,
} from '../../../test/support/account-side.ts'
import type { Permission } from '../../contract/permissions.ts'

let hub: TestAccounts
let anna: string

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await hub.give('anna@example.com', ['auditor'])
})

afterEach(() => hub.database.close())

async function make(scopes: Permission[] = ['audit.read'], validityDays: number | null = null) {
  const owner = { id: anna, roles: ['auditor' as const] }
  const made = await hub.apiTokens.add(owner, { name: 'Report', scopes, validityDays, place: DESK })
  const [, id = '', secret = ''] = /^spt_([0-9a-f]{18})\.([\w-]{43})$/.exec(made.text) ?? []
  return { ...made, id, secret }
}

test('a token acts for its account within its scopes, and is kept as a hash', async () => {
  const { text, id, secret } = await make()
  expect(await hub.apiTokens.find(id, secret)).toMatchObject({
    account: { id: anna },
    permissions: new Set(['audit.read']),
  })
  expect(await hub.apiTokens.find(id, 'wrong')).toBeUndefined()
  expect(await hub.apiTokens.find('nul\0', secret)).toBeUndefined()
  const rows = await hub.db.selectFrom('apiToken').selectAll().execute()
  const kept = JSON.stringify([rows, hub.jobs, await hub.audit.list({ limit: 5 })])
  expect(kept).not.toContain(secret)
  expect(text).toContain(secret)
  expect(hub.jobs).toMatchObject([{ what: 'changed', change: 'api-token-made' }])
})

test('a token never does more than its account may at that moment', async () => {
  const { id, secret } = await make(['audit.read', 'self'])
  await hub.db
    .updateTable('account')
    .set({ roles: ['editor'] })
    .execute()
  expect((await hub.apiTokens.find(id, secret))?.permissions).toEqual(new Set(['self']))
  await hub.db.updateTable('account').set({ status: 'disabled' }).execute()
  expect(await hub.apiTokens.find(id, secret)).toBeUndefined()
})

test('nobody makes a token that may more than they', async () => {
  await expect(make(['audit.read', 'people.manage'])).rejects.toMatchObject({
    code: 'token.scope_unfit',
  })
})

test('a token ends with its time, or when it is revoked by its owner or an administrator', async () => {
  const short = await make(['audit.read'], 1)
  const long = await make()
  hub.pass({ days: 1 })
  expect(await hub.apiTokens.find(short.id, short.secret)).toBeUndefined()
  expect(await hub.apiTokens.find(long.id, long.secret)).toBeDefined()
  const ben = await hub.give('ben@example.com')
  const missing = { code: 'token.not_found' }
  await expect(hub.apiTokens.revoke(long.id, { accountId: ben, by: ben })).rejects.toMatchObject(
    missing,
  )
  await hub.apiTokens.revoke(long.id, { accountId: anna, by: ben })
  expect(await hub.apiTokens.find(long.id, long.secret)).toBeUndefined()
  await expect(hub.apiTokens.revoke(long.id, { accountId: anna, by: ben })).rejects.toMatchObject(
    missing,
  )
  expect(await hub.apiTokens.list(anna)).toMatchObject([
    { id: long.id, revokedAt: hub.now },
    { id: short.id, revokedAt: null },
  ])
})

test('an account has fifty tokens at most', async () => {
  for (let count = 0; count < 50; count += 1) await make()
  await expect(make()).rejects.toMatchObject({ code: 'token.too_many' })
})

test('a changed password ends all other sessions and renews the own one', async () => {
  const credentials = { address: 'anna@example.com', password: PASSWORD }
  const other = await hub.signIn.withPassword(credentials, DESK)
  const own = await hub.signIn.withPassword(credentials, DESK)
  const wanted = 'three blind mice run'
  const change = (current: string | undefined, next = wanted) =>
    hub.profiles.changePassword(own, { current, wanted: next }, DESK)
  await expect(change('wrong')).rejects.toMatchObject({ code: 'password.wrong' })
  await expect(change(undefined)).rejects.toMatchObject({ code: 'password.wrong' })
  await expect(change(PASSWORD, 'short')).rejects.toMatchObject({ code: 'password.unfit' })
  await expect(change(PASSWORD, PASSWORD)).rejects.toMatchObject({ code: 'password.common' })
  const renewed = await change(PASSWORD)
  expect(await hub.sessions.find(other.token)).toBeUndefined()
  expect(await hub.sessions.find(own.token)).toBeUndefined()
  expect(await hub.sessions.find(renewed.token)).toMatchObject({ session: { id: own.session.id } })
  await hub.signIn.withPassword({ ...credentials, password: wanted }, DESK)
  expect(hub.jobs).toMatchObject([{ what: 'changed', change: 'password-changed' }])
})

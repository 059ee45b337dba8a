import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { Audit } from '../audit/audit.ts'
import { silentLog } from '../base/log.ts'
import { Accounts } from './accounts.ts'
import { parseOwnAddress } from './address.ts'
import { hashPassword } from './password.ts'

let database: FreshDatabase
let audit: Audit
let accounts: Accounts
let now: Date

beforeEach(async () => {
  database = await freshDatabase()
  audit = new Audit(database)
  now = new Date('2030-01-01T00:00:00Z')
  accounts = hub()
})

afterEach(() => database.close())

/** Another hub on the same database. */
function hub(): Accounts {
  return new Accounts({ db: database.db, audit, clock: { now: () => now }, log: silentLog })
}

test('a person is found by the address in any case', async () => {
  const anna = await accounts.addPerson({
    address: 'Anna.Berg@Example.com',
    name: ' Anna Berg ',
    by: 'command',
  })
  expect(anna).toMatchObject({
    address: 'Anna.Berg@example.com',
    name: 'Anna Berg',
    createdAt: now,
  })
  expect(await accounts.findPerson('anna.BERG@EXAMPLE.com')).toEqual(anna)
  expect(await accounts.findPeople(['x@example.com', 'ANNA.berg@example.com'])).toEqual([anna])
  expect(await accounts.findPeople([])).toEqual([])
  expect(await accounts.findPerson('anna@example.com')).toBeUndefined()
  expect(await audit.list({ limit: 5 })).toMatchObject([
    { action: 'person.add', subject: anna.id, by: 'command', at: now },
  ])
})

test('nobody is added twice, not in another case, not at the same moment', async () => {
  const add = (address: string) => accounts.addPerson({ address, name: 'Anna', by: 'command' })
  const outcomes = await Promise.allSettled([add('anna@example.com'), add('ANNA@example.com')])
  expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(add('Anna@EXAMPLE.COM')).rejects.toMatchObject({ code: 'person.exists' })
  expect(await accounts.listPeople({ limit: 10 })).toHaveLength(1)
  expect(await audit.list({ limit: 10 })).toHaveLength(1)
})

test('people are listed by address, a page at a time', async () => {
  for (const address of ['c@example.com', 'a@example.com', 'B@example.com']) {
    await accounts.addPerson({ address, name: 'x', by: 'command' })
  }
  const first = await accounts.listPeople({ limit: 2 })
  expect(first.map((each) => each.address)).toEqual(['a@example.com', 'B@example.com'])
  const rest = await accounts.listPeople({ limit: 2, after: first[1]?.address ?? '' })
  expect(rest.map((each) => each.address)).toEqual(['c@example.com'])
})

test.for(['', '  ', 'two\nlines', 'nul\0', '\ud800', 'x'.repeat(201)])(
  'refuses the name %j',
  async (name) => {
    const person = { address: 'a@example.com', name, by: 'command' }
    await expect(accounts.addPerson(person)).rejects.toMatchObject({ code: 'name.malformed' })
    await expect(accounts.addCredential(name, { by: 'command' })).rejects.toMatchObject({
      code: 'name.malformed',
    })
  },
)

test('a credential opens with its own user name and secret only', async () => {
  const invoices = await accounts.addCredential('Invoice run', { by: 'command' })
  const payroll = await accounts.addCredential('Payroll', { by: 'command' })
  expect(invoices.user).toMatch(/^invoice-run-[0-9a-f]{8}$/)
  expect(invoices.secret).toMatch(/^sealpost_[\w-]{43}$/)
  const check = (user: string, secret: string) => accounts.checkCredential(user, secret)
  expect(await check(invoices.user, invoices.secret)).toMatchObject({
    id: invoices.id,
    name: 'Invoice run',
  })
  // From the cache.
  expect(await check(invoices.user, invoices.secret)).toMatchObject({ id: invoices.id })
  expect(await check(invoices.user, payroll.secret)).toBeUndefined()
  expect(await check(payroll.user, invoices.secret)).toBeUndefined()
  expect(await check(invoices.user, '')).toBeUndefined()
  expect(await check('nobody', invoices.secret)).toBeUndefined()
  expect(await check('nul\0', invoices.secret)).toBeUndefined()
  expect(await check(invoices.user.toUpperCase(), invoices.secret)).toBeUndefined()
})

test('the secret is nowhere in the database, nor anything of it in the audit log', async () => {
  const { secret } = await accounts.addCredential('Payroll', { by: 'command' })
  const rows = await database.db.selectFrom('credential').selectAll().execute()
  expect(JSON.stringify([rows, await audit.list({ limit: 5 })])).not.toContain(secret)
  expect(Object.keys((await accounts.listCredentials({ limit: 5 }))[0] ?? {})).not.toContain(
    'secretHash',
  )
})

test('a revoked credential is refused at once here, and within seconds in other hubs', async () => {
  const { user, secret } = await accounts.addCredential('Payroll', { by: 'command' })
  const other = hub()
  expect(await accounts.checkCredential(user, secret)).toBeDefined()
  expect(await other.checkCredential(user, secret)).toBeDefined()
  await accounts.revokeCredential('Payroll', { by: 'command' })
  expect(await accounts.checkCredential(user, secret)).toBeUndefined()
  now = new Date(now.getTime() + 5_000)
  expect(await other.checkCredential(user, secret)).toBeUndefined()
  await expect(accounts.revokeCredential('Payroll', { by: 'command' })).rejects.toMatchObject({
    code: 'credential.not_found',
  })
})

test('a name is free again once its credential is revoked', async () => {
  const first = await accounts.addCredential('Payroll', { by: 'command' })
  await expect(accounts.addCredential('Payroll', { by: 'command' })).rejects.toMatchObject({
    code: 'credential.exists',
  })
  await accounts.revokeCredential('Payroll', { by: 'command' })
  const second = await accounts.addCredential('Payroll', { by: 'command' })
  expect(second.user).not.toBe(first.user)
  expect(await accounts.listCredentials({ limit: 5 })).toHaveLength(2)
})

test('a password opens its own account only', async () => {
  const address = parseOwnAddress('Admin@example.com')
  const passwordHash = await hashPassword('correct horse battery')
  const add = () =>
    database.db
      .transaction()
      .execute((tx) =>
        accounts.addAdministrator(tx, { address, name: 'Admin', passwordHash, at: now }),
      )
  const id = await add()
  await expect(add()).rejects.toMatchObject({ code: 'account.exists' })
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await accounts.checkPassword('admin@EXAMPLE.com', 'correct horse battery')).toMatchObject({
    id,
    address: 'Admin@example.com',
    roles: ['administrator'],
  })
  expect(await accounts.checkPassword('admin@example.com', 'correct horse')).toBeUndefined()
  expect(await accounts.checkPassword('x@example.com', 'correct horse battery')).toBeUndefined()
  expect(await accounts.checkPassword('admin@example.com', 'x'.repeat(2_000))).toBeUndefined()
})

test.for([
  { password: 'x'.repeat(11), fits: false },
  { password: 'x'.repeat(12), fits: true },
  { password: '🔑'.repeat(11), fits: false },
  { password: 'x'.repeat(1_024), fits: true },
  { password: 'x'.repeat(1_025), fits: false },
])('a password of $password.length units fits: $fits', async ({ password, fits }) => {
  const outcome = await hashPassword(password).then(
    () => true,
    (error: unknown) => error,
  )
  if (fits) expect(outcome).toBe(true)
  else expect(outcome).toMatchObject({ code: 'password.unfit' })
})

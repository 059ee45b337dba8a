import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Authenticator } from '../../../test/support/authenticator.ts'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { Audit } from '../../audit/audit.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import { Accounts } from '../accounts.ts'
import { parseOwnAddress } from '../address.ts'
import { Factors } from './factors.ts'

const ORIGIN = 'https://mail.example.org'

let database: FreshDatabase
let audit: Audit
let factors: Factors
let now: Date
let told: string[]
/** Ids of two accounts. */
let anna: string
let bela: string

beforeEach(async () => {
  database = await freshDatabase()
  const { db } = database
  audit = new Audit({ db })
  now = new Date('2030-01-01T00:00:00Z')
  told = []
  const clock = { now: () => now }
  const accounts = new Accounts({ db, audit, clock, log: silentLog })
  const add = (name: string) =>
    db.transaction().execute((tx) => {
      const address = parseOwnAddress(`${name}@example.org`)
      return accounts.addAdministrator(tx, { address, name, passwordHash: 'none', at: now })
    })
  anna = await add('anna')
  bela = await add('bela')
  factors = new Factors({
    db,
    audit,
    clock,
    log: silentLog,
    master: generateSealingKey(),
    site: { origin: ORIGIN },
    siteName: () => Promise.resolve('Example'),
    tellOwner: (_tx, { accountId, what }) => {
      told.push(`${accountId === anna ? 'anna' : 'bela'}: ${what}`)
      return Promise.resolve()
    },
  })
})

afterEach(() => database.close())

const later = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000)
}

const actions = async () => (await audit.list({ limit: 100 })).map((each) => each.action)

/** An authenticator application that has the secret. */
async function enrolTotp(accountId: string) {
  const label = { issuer: 'Example', address: 'anna@example.org' }
  const { secret } = await factors.totp.enrol(accountId, label)
  const application = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = () => application.generate({ timestamp: now.getTime() })
  return { secret, code }
}

async function addPasskey(
  accountId: string,
  options: { verifies?: boolean; counts?: boolean } = {},
) {
  const authenticator = new Authenticator({ origin: ORIGIN, ...options })
  const owner = { id: accountId, address: 'anna@example.org', name: 'Anna' }
  const created = authenticator.create(await factors.passkeys.beginAdding(owner))
  const added = await factors.passkeys.add(accountId, { name: 'Laptop', created })
  return { authenticator, ...added }
}

const signIn = { as: 'sign-in' } as const

test('one-time codes count only when a code proved that an application has the secret', async () => {
  const { code } = await enrolTotp(anna)
  expect(await factors.methodsOf(anna)).toEqual([])
  expect(await factors.totp.use(anna, code())).toBe(false)
  await expect(factors.totp.confirm(anna, '000000')).rejects.toMatchObject({
    code: 'second_factor.wrong',
  })
  expect(await factors.totp.confirm(anna, code())).toHaveLength(10)
  expect(await factors.methodsOf(anna)).toEqual(['totp', 'recovery-code'])
  expect(await factors.methodsOf(bela)).toEqual([])
  expect(told).toEqual(['anna: second-factor-added'])
  expect(await actions()).toEqual(['totp.add', 'totp.begin'])
})

test('a one-time code opens once, also when it is sent twice at the same moment', async () => {
  const { code } = await enrolTotp(anna)
  await factors.totp.confirm(anna, code())
  expect(await factors.totp.use(anna, code())).toBe(false)
  later(30)
  const twice = await Promise.all([factors.totp.use(anna, code()), factors.totp.use(anna, code())])
  expect(twice.sort()).toEqual([false, true])
  later(30)
  const older = code()
  later(30)
  expect(await factors.totp.use(anna, code())).toBe(true)
  expect(await factors.totp.use(anna, older)).toBe(false)
  expect(await factors.totp.find(anna)).toMatchObject({ lastUsedAt: now })
})

test('a code of one account opens no other', async () => {
  const first = await enrolTotp(anna)
  await factors.totp.confirm(anna, first.code())
  const second = await enrolTotp(bela)
  await factors.totp.confirm(bela, second.code())
  later(30)
  expect(await factors.totp.use(bela, first.code())).toBe(false)
})

test('the secret is sealed for its account: moved to another one it does not open', async () => {
  const { code, secret } = await enrolTotp(anna)
  await factors.totp.confirm(anna, code())
  const rows = await database.db.selectFrom('totp').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(secret)
  await database.db.updateTable('totp').set({ accountId: bela }).execute()
  later(30)
  await expect(factors.totp.use(bela, code())).rejects.toMatchObject({ code: 'seal.broken' })
})

test('a secret that was not confirmed is replaced, a confirmed one has to be removed first', async () => {
  const first = await enrolTotp(anna)
  const second = await enrolTotp(anna)
  await expect(factors.totp.confirm(anna, first.code())).rejects.toMatchObject({
    code: 'second_factor.wrong',
  })
  await factors.totp.confirm(anna, second.code())
  await expect(enrolTotp(anna)).rejects.toMatchObject({ code: 'totp.exists' })
  await expect(factors.totp.confirm(anna, second.code())).rejects.toMatchObject({
    code: 'totp.exists',
  })
  await factors.totp.remove(anna)
  expect(await factors.methodsOf(anna)).toEqual([])
  expect(await factors.recoveryCodes.count(anna)).toBeNull()
  await expect(factors.totp.remove(anna)).rejects.toMatchObject({ code: 'totp.not_found' })
  await expect(factors.totp.confirm(anna, '000000')).rejects.toMatchObject({
    code: 'totp.not_begun',
  })
  expect(told).toEqual(['anna: second-factor-added', 'anna: second-factor-removed'])
})

test('a recovery code opens once, and its owner is told', async () => {
  const { code } = await enrolTotp(anna)
  const codes = (await factors.totp.confirm(anna, code())) ?? []
  const [first = '', second = ''] = codes
  expect(await factors.recoveryCodes.use(anna, first.toUpperCase())).toBe(true)
  expect(await factors.recoveryCodes.use(anna, first)).toBe(false)
  const twice = [factors.recoveryCodes.use(anna, second), factors.recoveryCodes.use(anna, second)]
  expect((await Promise.all(twice)).sort()).toEqual([false, true])
  expect(await factors.recoveryCodes.count(anna)).toEqual({ left: 8, made: 10, madeAt: now })
  expect(await factors.recoveryCodes.use(bela, codes[2] ?? '')).toBe(false)
  expect(told.slice(1)).toEqual(['anna: recovery-code-used', 'anna: recovery-code-used'])
  const rows = await database.db.selectFrom('recoveryCode').selectAll().execute()
  expect(JSON.stringify([rows, await audit.list({ limit: 100 })])).not.toContain(codes[3])
})

test('new recovery codes make the old ones void', async () => {
  await expect(factors.recoveryCodes.regenerate(anna)).rejects.toMatchObject({
    code: 'second_factor.missing',
  })
  const { recoveryCodes } = await addPasskey(anna)
  const again = await factors.recoveryCodes.regenerate(anna)
  expect(again).toHaveLength(10)
  expect(await factors.recoveryCodes.use(anna, recoveryCodes?.[0] ?? '')).toBe(false)
  expect(await factors.recoveryCodes.use(anna, again[0] ?? '')).toBe(true)
  expect(await actions()).toEqual(['recovery-code.use', 'recovery-codes.make', 'passkey.add'])
})

test('recovery codes are made with the first factor and go with the last', async () => {
  const { recoveryCodes, passkey } = await addPasskey(anna)
  expect(recoveryCodes).toHaveLength(10)
  const { code } = await enrolTotp(anna)
  expect(await factors.totp.confirm(anna, code())).toBeNull()
  expect(await factors.methodsOf(anna)).toEqual(['totp', 'passkey', 'recovery-code'])
  await factors.totp.remove(anna)
  expect(await factors.recoveryCodes.count(anna)).toMatchObject({ left: 10 })
  await factors.passkeys.remove(anna, passkey.id)
  expect(await factors.recoveryCodes.count(anna)).toBeNull()
})

test('a passkey tells who it is, without an address', async () => {
  const { authenticator, passkey } = await addPasskey(anna)
  expect(passkey).toMatchObject({ name: 'Laptop', isSynced: false, lastUsedAt: null })
  const options = await factors.passkeys.beginUsing(signIn)
  expect(options).toMatchObject({
    rpId: 'mail.example.org',
    allowCredentials: [],
    userVerification: 'required',
  })
  expect(await factors.passkeys.use(signIn, authenticator.sign(options))).toBe(anna)
  expect(await factors.passkeys.list(anna)).toMatchObject([{ lastUsedAt: now }])
})

test('a passkey is a second factor of its own account only', async () => {
  const { authenticator } = await addPasskey(anna)
  const ofAnna = { as: 'second-factor', accountId: anna } as const
  const ofBela = { as: 'second-factor', accountId: bela } as const
  const options = await factors.passkeys.beginUsing(ofAnna)
  expect(options.allowCredentials).toHaveLength(1)
  expect(await factors.passkeys.use(ofAnna, authenticator.sign(options))).toBe(anna)
  const another = await factors.passkeys.beginUsing(ofBela)
  await expect(factors.passkeys.use(ofBela, authenticator.sign(another))).rejects.toMatchObject({
    code: 'passkey.refused',
  })
})

test('a key that verifies nobody is a second factor, and not enough alone', async () => {
  const { authenticator } = await addPasskey(anna, { verifies: false })
  const use = { as: 'second-factor', accountId: anna } as const
  const asked = await factors.passkeys.beginUsing(use)
  expect(await factors.passkeys.use(use, authenticator.sign(asked))).toBe(anna)
  const alone = await factors.passkeys.beginUsing(signIn)
  await expect(factors.passkeys.use(signIn, authenticator.sign(alone))).rejects.toMatchObject({
    code: 'passkey.refused',
  })
})

test('a passkey whose counter stays 0 works again and again', async () => {
  const { authenticator } = await addPasskey(anna, { counts: false })
  for (let time = 0; time < 3; time += 1) {
    const options = await factors.passkeys.beginUsing(signIn)
    expect(await factors.passkeys.use(signIn, authenticator.sign(options))).toBe(anna)
  }
})

test.for<{ name: string; assertion: (authenticator: Authenticator) => Promise<unknown> }>([
  {
    name: 'was signed on a page of another site',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      return authenticator.sign(options, { origin: 'https://mail.example.net' })
    },
  },
  {
    name: 'is for another host name',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      return authenticator.sign({ ...options, rpId: 'example.org' })
    },
  },
  {
    name: 'answers a challenge for the second time',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      await factors.passkeys.use(signIn, authenticator.sign(options))
      return authenticator.sign(options)
    },
  },
  {
    name: 'answers a challenge that nobody made',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      return authenticator.sign({ ...options, challenge: 'A'.repeat(43) })
    },
  },
  {
    name: 'answers a challenge that was for a second factor',
    async assertion(authenticator) {
      const use = { as: 'second-factor', accountId: anna } as const
      return authenticator.sign(await factors.passkeys.beginUsing(use))
    },
  },
  {
    name: 'comes after five minutes',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      later(300)
      return authenticator.sign(options)
    },
  },
  {
    name: 'has a counter that went back',
    async assertion(authenticator) {
      const once = await factors.passkeys.beginUsing(signIn)
      await factors.passkeys.use(signIn, authenticator.sign(once))
      authenticator.counter -= 1
      return authenticator.sign(await factors.passkeys.beginUsing(signIn))
    },
  },
  {
    name: 'was signed by another key',
    async assertion(authenticator) {
      const options = await factors.passkeys.beginUsing(signIn)
      const { id, rawId } = authenticator.sign(options)
      return { ...new Authenticator({ origin: ORIGIN }).sign(options), id, rawId }
    },
  },
  {
    name: 'is of a passkey that nobody knows',
    async assertion() {
      const options = await factors.passkeys.beginUsing(signIn)
      return new Authenticator({ origin: ORIGIN }).sign(options)
    },
  },
])('an assertion is refused that $name', async ({ assertion }) => {
  const { authenticator } = await addPasskey(anna)
  const made = (await assertion(authenticator)) as ReturnType<Authenticator['sign']>
  await expect(factors.passkeys.use(signIn, made)).rejects.toMatchObject({
    code: 'passkey.refused',
  })
})

test('a passkey is added only from our page, by a challenge of its account, once', async () => {
  const authenticator = new Authenticator({ origin: ORIGIN })
  const owner = { id: anna, address: 'anna@example.org', name: 'Anna' }
  const refusal = { code: 'passkey.refused' }
  const foreign = authenticator.create(await factors.passkeys.beginAdding(owner), {
    origin: 'https://evil.example',
  })
  const add = (accountId: string, created: ReturnType<Authenticator['create']>) =>
    factors.passkeys.add(accountId, { name: 'Key', created })
  await expect(add(anna, foreign)).rejects.toMatchObject(refusal)
  const ofAnna = authenticator.create(await factors.passkeys.beginAdding(owner))
  await expect(add(bela, ofAnna)).rejects.toMatchObject(refusal)
  await expect(add(anna, ofAnna)).rejects.toMatchObject(refusal)
  const options = await factors.passkeys.beginAdding(owner)
  await add(anna, authenticator.create(options))
  await expect(add(anna, authenticator.create(options))).rejects.toMatchObject(refusal)
  const again = await factors.passkeys.beginAdding(owner)
  expect(again.excludeCredentials).toHaveLength(1)
  await expect(add(anna, authenticator.create(again))).rejects.toMatchObject({
    code: 'passkey.exists',
  })
})

test('a passkey is renamed and removed by its owner alone', async () => {
  const { passkey, authenticator } = await addPasskey(anna)
  const { id } = passkey
  const absent = { code: 'passkey.not_found' }
  await expect(factors.passkeys.rename(bela, { id, name: 'x' })).rejects.toMatchObject(absent)
  await expect(factors.passkeys.remove(bela, id)).rejects.toMatchObject(absent)
  await expect(factors.passkeys.remove(anna, 'no id')).rejects.toMatchObject(absent)
  expect(await factors.passkeys.rename(anna, { id, name: 'Key' })).toMatchObject({ name: 'Key' })
  await factors.passkeys.remove(anna, id)
  const options = await factors.passkeys.beginUsing(signIn)
  await expect(factors.passkeys.use(signIn, authenticator.sign(options))).rejects.toMatchObject({
    code: 'passkey.refused',
  })
  expect(await actions()).toEqual(['passkey.remove', 'passkey.rename', 'passkey.add'])
})

test('an account has twenty passkeys at most', async () => {
  for (let count = 0; count < 20; count += 1) await addPasskey(anna)
  await expect(addPasskey(anna)).rejects.toMatchObject({ code: 'passkey.too_many' })
})

test('who lost everything has it all removed, once, audited and told', async () => {
  const { code } = await enrolTotp(anna)
  await factors.totp.confirm(anna, code())
  await addPasskey(anna)
  await addPasskey(bela)
  told.length = 0
  expect(await factors.removeAll(anna, { by: 'command' })).toBe(true)
  expect(await factors.methodsOf(anna)).toEqual([])
  expect(await factors.recoveryCodes.count(anna)).toBeNull()
  expect(await factors.methodsOf(bela)).toEqual(['passkey', 'recovery-code'])
  expect(told).toEqual(['anna: second-factor-removed'])
  expect(await audit.list({ limit: 1 })).toMatchObject([
    {
      ...{ action: 'second-factors.remove', subject: anna, by: 'command' },
      detail: { totp: true, passkeys: 1, recoveryCodes: 10 },
    },
  ])
  expect(await factors.removeAll(anna, { by: 'command' })).toBe(false)
  expect(told).toHaveLength(1)
})

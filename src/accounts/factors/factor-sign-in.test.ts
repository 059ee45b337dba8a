import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  DESK,
  givenAccounts,
  PASSWORD,
  type TestAccounts,
} from '../../../test/support/account-side.ts'
import { Authenticator } from '../../../test/support/authenticator.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import { Factors } from './factors.ts'
import { FactorSignIn } from './factor-sign-in.ts'

const ORIGIN = 'http://localhost:8080'

let hub: TestAccounts
let factors: Factors
let factorSignIn: FactorSignIn
let anna: string

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await hub.give('anna@example.com')
  const { db, audit, lockOut, signIn } = hub
  const parts = { db, audit, clock: { now: () => hub.now }, log: silentLog }
  factors = new Factors({
    ...parts,
    master: generateSealingKey(),
    site: { origin: ORIGIN },
    siteName: () => Promise.resolve('Example'),
    tellOwner: () => Promise.resolve(),
  })
  factorSignIn = new FactorSignIn({
    ...parts,
    factors,
    lockOut,
    signIn,
    enqueue: (_, job) => {
      hub.jobs.push(job)
      return Promise.resolve()
    },
  })
})

afterEach(() => hub.database.close())

const password = () =>
  hub.signIn.withPassword({ address: 'anna@example.com', password: PASSWORD }, DESK)

/** Anna has one-time codes; `code` is that of now. */
async function givenTotp() {
  const { secret } = await factors.totp.enrol(anna, { issuer: 'Example', address: 'anna' })
  const application = new TOTP({ secret: Secret.fromBase32(secret) })
  const code = () => application.generate({ timestamp: hub.now.getTime() })
  const recoveryCodes = (await factors.totp.confirm(anna, code())) ?? []
  hub.factors.set(anna, await factors.methodsOf(anna))
  hub.pass({ minutes: 1 })
  return { code, recoveryCodes }
}

async function givenPasskey({ verifies = true } = {}) {
  const authenticator = new Authenticator({ origin: ORIGIN, verifies })
  const options = await factors.passkeys.beginAdding({ id: anna, address: 'a', name: 'Anna' })
  await factors.passkeys.add(anna, { name: 'Key', created: authenticator.create(options) })
  hub.factors.set(anna, await factors.methodsOf(anna))
  return authenticator
}

test('a one-time code completes the session, and the same code completes no other', async () => {
  const { code } = await givenTotp()
  const [first, second] = [await password(), await password()]
  const done = await factorSignIn.withTotp(first, code(), DESK)
  expect(done.session).toMatchObject({ state: 'signed-in', secondFactor: 'totp' })
  await expect(factorSignIn.withTotp(second, code(), DESK)).rejects.toMatchObject({
    code: 'second_factor.wrong',
  })
  await expect(factorSignIn.withTotp(done, code(), DESK)).rejects.toMatchObject({
    code: 'session.not_found',
  })
})

test('after five wrong codes none is looked at, and the owner is told once', async () => {
  const { code, recoveryCodes } = await givenTotp()
  const pending = await password()
  const wrong = (index: number) =>
    index % 2 === 0
      ? factorSignIn.withTotp(pending, '000000', DESK)
      : factorSignIn.withRecoveryCode(pending, 'wrong', DESK)
  for (let index = 0; index < 5; index += 1) {
    await expect(wrong(index)).rejects.toMatchObject({ code: 'second_factor.wrong' })
  }
  const locked = { code: 'sign_in.locked' }
  await expect(factorSignIn.withTotp(pending, code(), DESK)).rejects.toMatchObject(locked)
  await expect(
    factorSignIn.withRecoveryCode(pending, recoveryCodes[0] ?? '', DESK),
  ).rejects.toMatchObject(locked)
  expect(hub.jobs).toMatchObject([{ what: 'locked-out', address: 'anna@example.com' }])
  hub.pass({ minutes: 1 })
  const { session } = await factorSignIn.withTotp(pending, code(), DESK)
  expect(session.state).toBe('signed-in')
})

test('a recovery code completes one session', async () => {
  const { recoveryCodes } = await givenTotp()
  const [code = ''] = recoveryCodes
  const done = await factorSignIn.withRecoveryCode(await password(), code, DESK)
  expect(done.session).toMatchObject({ state: 'signed-in', secondFactor: 'recovery-code' })
  await expect(factorSignIn.withRecoveryCode(await password(), code, DESK)).rejects.toMatchObject({
    code: 'second_factor.wrong',
  })
})

test('a passkey alone opens a complete session', async () => {
  const authenticator = await givenPasskey()
  const options = await factorSignIn.beginWithPasskey(undefined)
  const opened = await factorSignIn.withPasskey(undefined, authenticator.sign(options), DESK)
  expect(opened).toMatchObject({
    account: { id: anna },
    session: { state: 'signed-in', method: 'passkey', secondFactor: 'passkey' },
  })
})

test('a passkey completes a session, and later proves anew who has it', async () => {
  const authenticator = await givenPasskey()
  const pending = await password()
  const options = await factorSignIn.beginWithPasskey(pending)
  const done = await factorSignIn.withPasskey(pending, authenticator.sign(options), DESK)
  expect(done.session).toMatchObject({ state: 'signed-in', secondFactor: 'passkey' })
  hub.pass({ minutes: 30 })
  const id = done.session.id
  await expect(hub.sessions.requireRecent(id)).rejects.toMatchObject({ code: 'session.not_recent' })
  const again = await factorSignIn.beginWithPasskey(done)
  await factorSignIn.withPasskey(done, authenticator.sign(again), DESK)
  expect(await hub.sessions.requireRecent(id)).toMatchObject({ id })
})

test('a key that anybody could touch completes a session, and confirms none', async () => {
  const authenticator = await givenPasskey({ verifies: false })
  const pending = await password()
  const options = await factorSignIn.beginWithPasskey(pending)
  const done = await factorSignIn.withPasskey(pending, authenticator.sign(options), DESK)
  expect(done.session.state).toBe('signed-in')
  const again = await factorSignIn.beginWithPasskey(done)
  expect(again.userVerification).toBe('required')
  await expect(
    factorSignIn.withPasskey(done, authenticator.sign(again), DESK),
  ).rejects.toMatchObject({ code: 'passkey.refused' })
})

test('who may not sign in gets in by no passkey either', async () => {
  const authenticator = await givenPasskey()
  await hub.db.updateTable('account').set({ status: 'disabled' }).execute()
  const options = await factorSignIn.beginWithPasskey(undefined)
  await expect(
    factorSignIn.withPasskey(undefined, authenticator.sign(options), DESK),
  ).rejects.toMatchObject({ code: 'sign_in.refused' })
})

test('what a provider vouched for needs no second factor when that is enough', async () => {
  await givenTotp()
  const proof = { method: 'openid', secondFactor: null } as const
  expect((await hub.signIn.begin(anna, proof, DESK)).session.state).toBe('needs-second-factor')
  const enough = await hub.signIn.begin(anna, { ...proof, isEnough: true }, DESK)
  expect(enough.session).toMatchObject({ state: 'signed-in', method: 'openid', secondFactor: null })
})

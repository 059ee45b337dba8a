/**
 * Signing in: by address and password here; whoever proved who they are otherwise (a passkey, OpenID
 * Connect) is let in by `begin`. An account with second factors gets a session that can do nothing but
 * give one.
 *
 * For an address that nobody has, the same is done and the same is said as for a wrong password.
 */

import { createHash } from 'node:crypto'
import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import { subscriberOf } from '../../base/ip-address.ts'
import type { Log } from '../../base/log.ts'
import type { SecondFactor } from '../../contract/session.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import type { Account } from '../accounts.ts'
import { addressKey } from '../address.ts'
import { isPassword } from '../password.ts'
import type {
  FoundSession,
  OpenedSession,
  Proof,
  SecondFactors,
  SignInPlace,
} from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { findAccount, findAccountOfAddress } from '../store.ts'
import { type LockOut, OF_ACCOUNT, OF_CLIENT, type Try, subjectOf } from './lock-out.ts'
import * as store from './store.ts'

export interface SignInParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly secondFactors: SecondFactors
  readonly enqueue: EnqueueAccountJob
}

export class SignIn {
  readonly #parts: SignInParts

  constructor(parts: SignInParts) {
    this.#parts = parts
  }

  /**
   * Signs in with address and password. The session may need a second factor still: see its `state`.
   *
   * @throws HubError `sign_in.refused`, `sign_in.locked`; neither says whether there is an account
   */
  async withPassword(
    { address, password }: { address: string; password: string },
    place: SignInPlace,
  ): Promise<OpenedSession> {
    const { db, lockOut, log } = this.#parts
    const key = addressKey(address)
    const client = subjectOf.client(place.address)
    allowed(await lockOut.begin(client, OF_CLIENT))
    const tried = allowed(await lockOut.begin(subjectOf.password(key), OF_ACCOUNT))
    // A text with NUL is no text to the database, and no address.
    const found = key.includes('\0') ? undefined : await findAccountOfAddress(db, key)
    const isRight = await isPassword(password, found?.passwordHash ?? undefined)
    if (!isRight || found?.status !== 'active') {
      await this.#failed({ address: key, tried, place })
      log.warn('sign_in.failed', { address: place.address })
      throw refused()
    }
    return this.begin(found.id, { method: 'password', secondFactor: null }, place, async (tx) => {
      await lockOut.clear(tx, subjectOf.password(key))
      await lockOut.takeBack(tx, client)
    })
  }

  /**
   * Begins a session for somebody whose proof was checked. It needs a second factor when the account
   * has some and none came with the proof, unless that is enough without (`isEnough`): a provider
   * asked for its own. `also` is done in the same transaction.
   *
   * @throws HubError `sign_in.refused`: the account may not sign in
   */
  async begin(
    accountId: string,
    { isEnough = false, ...proof }: Proof & { readonly isEnough?: boolean },
    place: SignInPlace,
    also: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<OpenedSession> {
    const { db, sessions, secondFactors } = this.#parts
    const needsMore =
      !isEnough &&
      proof.secondFactor === null &&
      (await secondFactors.methodsOf(accountId)).length > 0
    const opened = await db.transaction().execute(async (tx) => {
      await also(tx)
      const account = await findAccount(tx, accountId)
      if (account?.status !== 'active') throw refused()
      const state = needsMore ? 'needs-second-factor' : 'signed-in'
      const { token, session } = await sessions.open(tx, { accountId, state, proof, place })
      if (state === 'signed-in') await this.#completed(tx, account, proof, place)
      return { token, session, account }
    })
    this.#log(opened)
    return opened
  }

  /**
   * The second factor was given and checked: the session is complete, under a new token.
   *
   * @throws HubError `session.not_found`: over, or complete before; `sign_in.refused`
   */
  async completeSecondFactor(
    { session: { id, accountId, method } }: FoundSession,
    secondFactor: SecondFactor,
    place: SignInPlace,
  ): Promise<OpenedSession> {
    const { db, sessions, lockOut } = this.#parts
    const opened = await db.transaction().execute(async (tx) => {
      const { token, session } = await sessions.rotate(tx, {
        id,
        is: 'needs-second-factor',
        secondFactor,
      })
      const account = await findAccount(tx, accountId)
      if (account?.status !== 'active') throw refused()
      await lockOut.clear(tx, subjectOf.secondFactor(accountId))
      await this.#completed(tx, account, { method, secondFactor }, place)
      return { token, session, account }
    })
    this.#log(opened)
    return opened
  }

  /**
   * Takes the password once more: sensitive changes are possible for ten minutes from then on.
   *
   * @throws HubError `password.wrong`, `sign_in.locked`, `session.not_found`
   */
  async confirmPassword(
    { session, account }: FoundSession,
    password: string,
  ): Promise<OpenedSession> {
    await this.checkPassword(account, password)
    return this.confirmed({ session, account })
  }

  /**
   * Whoever has this session showed again who they are: the session goes on under a new token.
   *
   * @throws HubError `session.not_found`
   */
  async confirmed({ session: { id }, account }: FoundSession): Promise<OpenedSession> {
    const { db, sessions } = this.#parts
    const opened = await db
      .transaction()
      .execute((tx) => sessions.rotate(tx, { id, is: 'signed-in' }))
    return { ...opened, account }
  }

  /**
   * Whether this is the password of somebody signed in, who has some tries.
   *
   * @throws HubError `password.wrong`, `sign_in.locked`
   */
  async checkPassword({ id, addressKey: key }: Account, password: string): Promise<void> {
    const { db, lockOut } = this.#parts
    const subject = subjectOf.confirmation(id)
    allowed(await lockOut.begin(subject, OF_ACCOUNT))
    const found = await findAccountOfAddress(db, key)
    if (!(await isPassword(password, found?.passwordHash ?? undefined))) {
      throw new HubError('password.wrong', 'the password is not right')
    }
    await lockOut.clear(db, subject)
  }

  async #completed(
    tx: Transaction,
    account: Account,
    proof: Proof,
    place: SignInPlace,
  ): Promise<void> {
    const { clock, audit, enqueue } = this.#parts
    const at = clock.now()
    const accountId = account.id
    const before = await store.markSignedIn(tx, { accountId, at })
    const isNew = await store.rememberPlace(tx, { accountId, placeHash: placeHash(place), at })
    // The first sign-in of all is from somewhere new, and nobody needs to be told.
    if (isNew && before) {
      const job = { accountId, at: at.toISOString(), place: { ...place } }
      await enqueue(tx, { what: 'new-sign-in', ...job })
    }
    const detail = { ...proof, address: place.address }
    const action = 'account.sign_in'
    await audit.record(tx, { action, subject: accountId, by: accountId, at, detail })
  }

  /** The job says nothing of whether there is an account: it is put in for every address alike. */
  async #failed({
    address,
    tried,
    place,
  }: {
    address: string
    tried: Try & { is: 'allowed' }
    place: SignInPlace
  }): Promise<void> {
    const { db, clock, enqueue } = this.#parts
    // Told once, at the first lock: who attacks must not be able to fill a mailbox.
    if (tried.lockedUntil === null || tried.count !== OF_ACCOUNT.tries) return
    const [at, until] = [clock.now().toISOString(), tried.lockedUntil.toISOString()]
    await db
      .transaction()
      .execute((tx) => enqueue(tx, { what: 'locked-out', address, at, until, place: { ...place } }))
  }

  #log({ session, account }: OpenedSession): void {
    const { id, state, method, secondFactor } = session
    this.#parts.log.info('session.opened', {
      id,
      accountId: account.id,
      state,
      method,
      secondFactor,
    })
  }
}

/**
 * A try that may go on.
 *
 * @throws HubError `sign_in.locked`
 */
export function allowed(tried: Try): Try & { is: 'allowed' } {
  if (tried.is === 'allowed') return tried
  throw new HubError('sign_in.locked', 'there were too many tries: wait', {
    detail: { until: tried.until.toISOString() },
  })
}

/** A browser that was updated, or has another address of the same network, is no new place. */
function placeHash({ address, userAgent }: SignInPlace): Uint8Array {
  const browser = userAgent.replaceAll(/[\d._]+/g, '')
  return createHash('sha256')
    .update(`${subscriberOf(address)}\n${browser}`)
    .digest()
}

function refused(): HubError {
  return new HubError('sign_in.refused', 'address and password do not open an account')
}

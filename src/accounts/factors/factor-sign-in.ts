/**
 * Signing in with what people have beside a password: a second factor that completes a session, or a
 * passkey alone. Wrong codes count like wrong passwords; whoever gets that far has the password, so
 * the owner is told when it was tried too often.
 */

import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { SecondFactor } from '../../contract/session.ts'
import type { PasskeyAssertion, PasskeyRequest } from '../../contract/sign-in-methods.ts'
import type { Database } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import type { FoundSession, OpenedSession, SignInPlace } from '../sessions/session.ts'
import { type LockOut, OF_ACCOUNT, subjectOf } from '../sign-in/lock-out.ts'
import { allowed, type SignIn } from '../sign-in/sign-in.ts'
import type { Factors } from './factors.ts'
import type { PasskeyUse } from './passkeys.ts'

export interface FactorSignInParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly factors: Factors
  readonly lockOut: LockOut
  readonly signIn: SignIn
  readonly enqueue: EnqueueAccountJob
}

export class FactorSignIn {
  readonly #parts: FactorSignInParts

  constructor(parts: FactorSignInParts) {
    this.#parts = parts
  }

  /**
   * Completes a session by a code of the authenticator application.
   *
   * @throws HubError `second_factor.wrong`, `sign_in.locked`, `session.not_found`, `sign_in.refused`
   */
  withTotp(pending: FoundSession, code: string, place: SignInPlace): Promise<OpenedSession> {
    const { totp } = this.#parts.factors
    return this.#give(pending, place, 'totp', (accountId) => totp.use(accountId, code))
  }

  /**
   * Completes a session by a recovery code, which is used up.
   *
   * @throws HubError `second_factor.wrong`, `sign_in.locked`, `session.not_found`, `sign_in.refused`
   */
  withRecoveryCode(
    pending: FoundSession,
    code: string,
    place: SignInPlace,
  ): Promise<OpenedSession> {
    const { recoveryCodes } = this.#parts.factors
    return this.#give(pending, place, 'recovery-code', async (accountId) => {
      // Codes stand in for another factor; without one there is nothing that they complete.
      const isOne = (await this.#parts.factors.methodsOf(accountId)).includes('recovery-code')
      return isOne && recoveryCodes.use(accountId, code)
    })
  }

  /** What a browser needs to sign with a passkey: of this session's account, or anybody's. */
  beginWithPasskey(session: FoundSession | undefined): Promise<PasskeyRequest> {
    return this.#parts.factors.passkeys.beginUsing(useOf(session))
  }

  /**
   * By a passkey: completes a session that needs a second factor, proves anew who has one that is
   * complete, or else begins one.
   *
   * @throws HubError `passkey.refused`, `sign_in.locked`, `session.not_found`, `sign_in.refused`
   */
  async withPasskey(
    session: FoundSession | undefined,
    assertion: PasskeyAssertion,
    place: SignInPlace,
  ): Promise<OpenedSession> {
    const { factors, signIn } = this.#parts
    if (session?.session.state === 'needs-second-factor') {
      return this.#give(session, place, 'passkey', async () => {
        await factors.passkeys.use(useOf(session), assertion)
        return true
      })
    }
    const accountId = await factors.passkeys.use(useOf(session), assertion)
    if (session !== undefined) return signIn.confirmed(session)
    return signIn.begin(accountId, { method: 'passkey', secondFactor: 'passkey' }, place)
  }

  async #give(
    pending: FoundSession,
    place: SignInPlace,
    kind: SecondFactor,
    isRight: (accountId: string) => Promise<boolean>,
  ): Promise<OpenedSession> {
    const { db, clock, log, lockOut, signIn, enqueue } = this.#parts
    const { session, account } = pending
    if (session.state !== 'needs-second-factor') {
      throw new HubError('session.not_found', 'no session waits for a second factor')
    }
    const tried = allowed(await lockOut.begin(subjectOf.secondFactor(account.id), OF_ACCOUNT))
    if (await isRight(account.id)) return signIn.completeSecondFactor(pending, kind, place)
    log.warn('second_factor.wrong', { accountId: account.id, kind, address: place.address })
    const { lockedUntil } = tried
    // Told once, at the first lock: who attacks must not be able to fill a mailbox.
    if (lockedUntil !== null && tried.count === OF_ACCOUNT.tries) {
      const [at, until] = [clock.now().toISOString(), lockedUntil.toISOString()]
      const { address } = account
      const job = { what: 'locked-out', address, at, until, place: { ...place } } as const
      await db.transaction().execute((tx) => enqueue(tx, job))
    }
    throw new HubError('second_factor.wrong', 'the code is not right')
  }
}

/**
 * Whoever has a session shows the account's own passkey, verified or not beside a password of just
 * now; anybody else is verified, also who confirms a session that is open.
 */
function useOf(session: FoundSession | undefined): PasskeyUse {
  if (session === undefined) return { as: 'sign-in' }
  const isAlone = session.session.state === 'signed-in'
  return { as: 'second-factor', accountId: session.account.id, isAlone }
}

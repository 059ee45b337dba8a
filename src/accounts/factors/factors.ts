/**
 * What people sign in with beside a password: one-time codes by time, passkeys, and recovery codes
 * for when those are lost. Which of them an account can give is asked here; checking one of them uses
 * it up. Counting wrong ones, and what follows from right ones, is the sign-in's.
 */

import type { SecondFactor } from '../../contract/session.ts'
import { type PasskeyParts, Passkeys } from './passkeys.ts'
import { RecoveryCodes } from './recovery-codes.ts'
import * as store from './store.ts'
import { Totp, type TotpParts } from './totp.ts'

export class Factors {
  readonly #parts: Pick<TotpParts, 'db' | 'audit' | 'clock' | 'log' | 'tellOwner'>
  readonly totp: Totp
  readonly passkeys: Passkeys
  readonly recoveryCodes: RecoveryCodes

  constructor(parts: Omit<TotpParts & PasskeyParts, 'recoveryCodes'>) {
    this.#parts = parts
    this.recoveryCodes = new RecoveryCodes(parts)
    this.totp = new Totp({ ...parts, recoveryCodes: this.recoveryCodes })
    this.passkeys = new Passkeys({ ...parts, recoveryCodes: this.recoveryCodes })
  }

  /**
   * Kinds of second factor this account can give; none: it has none. Recovery codes are one only
   * beside another, which they stand in for.
   */
  async methodsOf(accountId: string): Promise<SecondFactor[]> {
    const [totp, passkeys, codes] = await Promise.all([
      this.totp.find(accountId),
      this.passkeys.list(accountId),
      this.recoveryCodes.count(accountId),
    ])
    const methods: SecondFactor[] = []
    if (totp !== undefined) methods.push('totp')
    if (passkeys.length > 0) methods.push('passkey')
    if (methods.length > 0 && codes !== null && codes.left > 0) methods.push('recovery-code')
    return methods
  }

  /** Whether this account has one that recovery codes can stand in for. */
  has(accountId: string): Promise<boolean> {
    return store.hasFactor(this.#parts.db, accountId)
  }

  /**
   * Removes all of them, for whoever lost them: the password alone opens the account then. False, and
   * nothing is told, when there were none.
   */
  async removeAll(accountId: string, { by }: { by: string }): Promise<boolean> {
    const { db, audit, clock, log, tellOwner } = this.#parts
    const at = clock.now()
    const removed = await db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      const detail = await store.deleteAllFactors(tx, accountId)
      if (!detail.totp && detail.passkeys === 0 && detail.recoveryCodes === 0) return false
      await tellOwner(tx, { accountId, what: 'second-factor-removed', at })
      const action = 'second-factors.remove'
      await audit.record(tx, { action, subject: accountId, by, at, detail })
      return true
    })
    if (removed) log.info('second_factors.removed', { accountId, by })
    return removed
  }
}

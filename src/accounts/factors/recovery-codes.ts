/** Ten codes for whoever lost everything else: each opens once. Only hashes are kept. */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { TellOwner } from './tell-owner.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code.ts'
import * as store from './store.ts'

/** How many there are, and how many of them were not used. */
export interface RecoveryCodeCount {
  readonly left: number
  readonly made: number
  readonly madeAt: Date
}

export class RecoveryCodes {
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  readonly #tellOwner: TellOwner

  constructor(parts: { db: Database; audit: Audit; clock: Clock; log: Log; tellOwner: TellOwner }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
    this.#tellOwner = parts.tellOwner
  }

  /** Null when the account never had any. */
  count(accountId: string): Promise<RecoveryCodeCount | null> {
    return store.countRecoveryCodes(this.#db, accountId)
  }

  /**
   * Makes ten new codes in place of all others and returns them, this once.
   *
   * @throws HubError `second_factor.missing`: recovery codes stand in for another factor
   */
  async regenerate(accountId: string): Promise<string[]> {
    const at = this.#clock.now()
    const codes = newRecoveryCodes()
    await this.#db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      if (!(await store.hasFactor(tx, accountId))) {
        throw new HubError('second_factor.missing', `the account ${accountId} has no other factor`)
      }
      await this.#put(tx, { accountId, codes, at })
      await this.#tellOwner(tx, { accountId, what: 'recovery-codes-made', at })
      await this.#audit.record(tx, {
        action: 'recovery-codes.make',
        subject: accountId,
        by: accountId,
        at,
      })
    })
    this.#log.info('recovery_codes.made', { accountId })
    return codes
  }

  /**
   * In the transaction that confirms a factor, with the account locked: makes the codes if there are
   * none. Null when there were some: those stay.
   */
  async ensure(
    tx: Transaction,
    { accountId, at }: { accountId: string; at: Date },
  ): Promise<string[] | null> {
    if ((await store.countRecoveryCodes(tx, accountId)) !== null) return null
    const codes = newRecoveryCodes()
    await this.#put(tx, { accountId, codes, at })
    return codes
  }

  /** Whether this is one of the account's codes that were not used; it is used by asking. */
  async use(accountId: string, code: string): Promise<boolean> {
    const at = this.#clock.now()
    const hash = hashRecoveryCode(code)
    const left = await this.#db.transaction().execute(async (tx) => {
      if (!(await store.takeRecoveryCode(tx, { accountId, hash, at }))) return undefined
      const count = await store.countRecoveryCodes(tx, accountId)
      const detail = { left: count?.left ?? 0 }
      await this.#tellOwner(tx, { accountId, what: 'recovery-code-used', at })
      await this.#audit.record(tx, {
        action: 'recovery-code.use',
        subject: accountId,
        by: accountId,
        at,
        detail,
      })
      return detail.left
    })
    if (left === undefined) return false
    this.#log.info('recovery_code.used', { accountId, left })
    return true
  }

  #put(
    tx: Transaction,
    { accountId, codes, at }: { accountId: string; codes: readonly string[]; at: Date },
  ): Promise<void> {
    const hashes = codes.map(hashRecoveryCode)
    return store.replaceRecoveryCodes(tx, { accountId, hashes, at })
  }
}

/**
 * One-time codes by time, as a second factor. The secret is shown once, sealed at rest, and counts
 * only when a code proved that an application has it. Each code opens once.
 */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type SealingKey, seal, unseal } from '../../base/seal.ts'
import type { Database } from '../../db/connection.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import * as store from './store.ts'
import type { TellOwner } from './tell-owner.ts'
import { encodeBase32, findTotpStep, newTotpSecret, totpUri } from './totp-code.ts'

export interface TotpParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly master: SealingKey
  readonly recoveryCodes: RecoveryCodes
  readonly tellOwner: TellOwner
}

export class Totp {
  readonly #parts: TotpParts

  constructor(parts: TotpParts) {
    this.#parts = parts
  }

  /** When it was confirmed and last used. Undefined when the account has none that counts. */
  async find(accountId: string): Promise<{ addedAt: Date; lastUsedAt: Date | null } | undefined> {
    const row = await store.findTotp(this.#parts.db, accountId)
    if (row === undefined || row.confirmedAt === null) return undefined
    return { addedAt: row.confirmedAt, lastUsedAt: row.lastUsedAt }
  }

  /**
   * Makes a new secret and returns it, this once. `issuer` and `address` are what the application
   * shows. One that was not confirmed before is void.
   *
   * @throws HubError `totp.exists`: there is one that counts; it has to be removed first
   */
  async enrol(
    accountId: string,
    label: { issuer: string; address: string },
  ): Promise<{ secret: string; uri: string }> {
    const { db, audit, clock, master } = this.#parts
    const at = clock.now()
    const secret = newTotpSecret()
    const sealedSecret = seal(master, purposeOf(accountId), secret)
    await db.transaction().execute(async (tx) => {
      if (!(await store.putTotp(tx, { accountId, sealedSecret, at }))) {
        throw new HubError('totp.exists', `the account ${accountId} has one-time codes already`)
      }
      await audit.record(tx, { action: 'totp.begin', subject: accountId, by: accountId, at })
    })
    return { secret: encodeBase32(secret), uri: totpUri(secret, label) }
  }

  /**
   * Makes the secret count, by a code of it. Returns the recovery codes when this is the account's
   * first second factor, else null.
   *
   * @throws HubError `totp.not_begun`, `totp.exists`, `second_factor.wrong`
   */
  async confirm(accountId: string, code: string): Promise<string[] | null> {
    const { db, audit, clock, log, master, recoveryCodes, tellOwner } = this.#parts
    const at = clock.now()
    const row = await store.findTotp(db, accountId)
    if (row === undefined) {
      throw new HubError('totp.not_begun', `the account ${accountId} has no one-time codes yet`)
    }
    if (row.confirmedAt !== null) {
      throw new HubError('totp.exists', `the account ${accountId} has one-time codes already`)
    }
    const secret = unseal(master, purposeOf(accountId), row.sealedSecret)
    const step = findTotpStep(secret, { code, at })
    if (step === undefined) throw new HubError('second_factor.wrong', 'the code is not right')
    const codes = await db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      if (!(await store.confirmTotp(tx, row, { step, at }))) {
        throw new HubError('totp.exists', `the account ${accountId} was changed meanwhile`)
      }
      const made = await recoveryCodes.ensure(tx, { accountId, at })
      await tellOwner(tx, { accountId, what: 'second-factor-added', at })
      await audit.record(tx, { action: 'totp.add', subject: accountId, by: accountId, at })
      return made
    })
    log.info('totp.added', { accountId })
    return codes
  }

  /** Whether this is a code of now that was not used; it is used by asking. */
  async use(accountId: string, code: string): Promise<boolean> {
    const { db, clock, master } = this.#parts
    const at = clock.now()
    const row = await store.findTotp(db, accountId)
    if (row === undefined || row.confirmedAt === null) return false
    const secret = unseal(master, purposeOf(accountId), row.sealedSecret)
    const step = findTotpStep(secret, { code, at })
    return step !== undefined && store.takeTotpStep(db, { accountId, step, at })
  }

  /**
   * Removes it, and the recovery codes when no other factor is left.
   *
   * @throws HubError `totp.not_found`
   */
  async remove(accountId: string): Promise<void> {
    const { db, audit, clock, log, tellOwner } = this.#parts
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      if (!(await store.deleteTotp(tx, accountId))) {
        throw new HubError('totp.not_found', `the account ${accountId} has no one-time codes`)
      }
      await store.deleteRecoveryCodesOfNothing(tx, accountId)
      await tellOwner(tx, { accountId, what: 'second-factor-removed', at })
      await audit.record(tx, { action: 'totp.remove', subject: accountId, by: accountId, at })
    })
    log.info('totp.removed', { accountId })
  }
}

function purposeOf(accountId: string): string {
  return `totp:${accountId}`
}

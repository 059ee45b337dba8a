/**
 * Passkeys: to sign in with nothing else, when the authenticator verified its owner, or as a second
 * factor. Each challenge is answered once and within minutes.
 */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type {
  PasskeyAssertion,
  PasskeyCreated,
  PasskeyCreation,
  PasskeyRequest,
} from '../../contract/sign-in-methods.ts'
import type { Database } from '../../db/connection.ts'
import { isRowId } from '../../db/row-id.ts'
import type { ChallengePurpose } from '../../db/tables/sign-in-methods.ts'
import {
  creationOptions,
  hashChallenge,
  requestOptions,
  type Site,
  verifyAssertion,
  verifyCreated,
} from './passkey-ceremony.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import * as store from './store.ts'
import type { TellOwner } from './tell-owner.ts'

export interface PasskeyParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly site: Site
  /** What authenticators show beside the address: the organisation. */
  readonly siteName: () => Promise<string>
  readonly recoveryCodes: RecoveryCodes
  readonly tellOwner: TellOwner
}

/** Without what only verification needs. */
export type Passkey = Pick<
  store.PasskeyRow,
  'id' | 'name' | 'createdAt' | 'lastUsedAt' | 'isSynced'
>

/** Whose passkey is asked for: an account's that gave its password, or anybody's. */
export type PasskeyUse =
  | { readonly as: 'sign-in' }
  | {
      readonly as: 'second-factor'
      readonly accountId: string
      /** Nothing else is given with it: whoever only finds a key in an open computer is refused. */
      readonly isAlone?: boolean
    }

/** Time to find the security key, and not much more. */
const CHALLENGE_MS = 5 * 60_000

/** Laptop, telephone, two security keys, and as many of the past. */
const MAX_PASSKEYS = 20

export class Passkeys {
  readonly #parts: PasskeyParts

  constructor(parts: PasskeyParts) {
    this.#parts = parts
  }

  /** Oldest first. */
  list(accountId: string): Promise<Passkey[]> {
    return store.listPasskeys(this.#parts.db, accountId)
  }

  /**
   * What a browser needs to make a passkey.
   *
   * @throws HubError `passkey.too_many`
   */
  async beginAdding(owner: {
    id: string
    address: string
    name: string
  }): Promise<PasskeyCreation> {
    const { site, siteName } = this.#parts
    const existing = await store.listPasskeys(this.#parts.db, owner.id)
    if (existing.length >= MAX_PASSKEYS) throw tooMany(owner.id)
    const options = await creationOptions(
      site,
      { ...owner, siteName: await siteName() },
      existing.map(known),
    )
    await this.#keep(options.challenge, { purpose: 'register', accountId: owner.id })
    return options
  }

  /**
   * Adds the passkey that a browser made. Returns the recovery codes when this is the account's first
   * second factor, else null.
   *
   * @throws HubError `passkey.refused`, `passkey.exists`, `passkey.too_many`
   */
  async add(
    accountId: string,
    { name, created }: { name: string; created: PasskeyCreated },
  ): Promise<{ passkey: Passkey; recoveryCodes: string[] | null }> {
    const { db, audit, clock, log, site, recoveryCodes, tellOwner } = this.#parts
    const { transports, ...made } = await verifyCreated(site, created, (hash) =>
      this.#take(hash, { purpose: 'register', accountId }),
    )
    const at = clock.now()
    const added = await db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      if ((await store.listPasskeys(tx, accountId)).length >= MAX_PASSKEYS) throw tooMany(accountId)
      const values = { ...made, accountId, name, createdAt: at, transports: [...transports] }
      const passkey = await store.insertPasskey(tx, values)
      if (passkey === undefined)
        throw new HubError('passkey.exists', 'the passkey is known already')
      const codes = await recoveryCodes.ensure(tx, { accountId, at })
      await tellOwner(tx, { accountId, what: 'second-factor-added', at })
      await audit.record(tx, {
        action: 'passkey.add',
        subject: accountId,
        by: accountId,
        at,
        detail: { passkey: passkey.id, name },
      })
      return { passkey, recoveryCodes: codes }
    })
    log.info('passkey.added', { accountId, passkey: added.passkey.id })
    return added
  }

  /** What a browser needs to sign with a passkey. */
  async beginUsing(use: PasskeyUse): Promise<PasskeyRequest> {
    const { db, site } = this.#parts
    if (use.as === 'sign-in') {
      const options = await requestOptions(site, undefined)
      await this.#keep(options.challenge, { purpose: 'sign-in', accountId: null })
      return options
    }
    const { accountId } = use
    const allowed = (await store.listPasskeys(db, accountId)).map(known)
    const options = await requestOptions(site, allowed, { isVerified: use.isAlone === true })
    await this.#keep(options.challenge, { purpose: 'second-factor', accountId })
    return options
  }

  /**
   * The account whose passkey signed. Used alone, the authenticator must have verified its owner.
   *
   * @throws HubError `passkey.refused`: whatever is wrong with it; the log says what
   */
  async use(use: PasskeyUse, assertion: PasskeyAssertion): Promise<string> {
    const { db, clock, log, site } = this.#parts
    const passkey = await store.findPasskey(db, Buffer.from(assertion.id, 'base64url'))
    const expected = {
      purpose: use.as,
      accountId: use.as === 'sign-in' ? null : use.accountId,
    }
    if (passkey === undefined || passkey.accountId !== (expected.accountId ?? passkey.accountId)) {
      throw new HubError('passkey.refused', 'the passkey was refused: it is not known here')
    }
    const { counter, isSynced } = await verifyAssertion(
      site,
      assertion,
      { ...passkey, needsVerification: use.as === 'sign-in' || use.isAlone === true },
      (hash) => this.#take(hash, expected),
    )
    const at = clock.now()
    if (!(await store.usePasskey(db, { id: passkey.id, counter, isSynced, at }))) {
      log.warn('passkey.counter_not_up', { accountId: passkey.accountId, passkey: passkey.id })
      throw new HubError('passkey.refused', 'the passkey was refused: its counter did not go up')
    }
    return passkey.accountId
  }

  /** @throws HubError `passkey.not_found`: the account has no such passkey */
  async rename(accountId: string, { id, name }: { id: string; name: string }): Promise<Passkey> {
    const { db, audit, clock } = this.#parts
    if (!isRowId(id)) throw notFound(id)
    const at = clock.now()
    return db.transaction().execute(async (tx) => {
      const passkey = await store.renamePasskey(tx, { accountId, id, name })
      if (passkey === undefined) throw notFound(id)
      await audit.record(tx, {
        action: 'passkey.rename',
        subject: accountId,
        by: accountId,
        at,
        detail: { passkey: id, name },
      })
      return passkey
    })
  }

  /**
   * Removes it, and the recovery codes when no other factor is left.
   *
   * @throws HubError `passkey.not_found`: the account has no such passkey
   */
  async remove(accountId: string, id: string): Promise<void> {
    const { db, audit, clock, log, tellOwner } = this.#parts
    if (!isRowId(id)) throw notFound(id)
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      const passkey = await store.deletePasskey(tx, { accountId, id })
      if (passkey === undefined) throw notFound(id)
      await store.deleteRecoveryCodesOfNothing(tx, accountId)
      await tellOwner(tx, { accountId, what: 'second-factor-removed', at })
      await audit.record(tx, {
        action: 'passkey.remove',
        subject: accountId,
        by: accountId,
        at,
        detail: { passkey: id, name: passkey.name },
      })
    })
    log.info('passkey.removed', { accountId, passkey: id })
  }

  async #keep(
    challenge: string,
    use: { purpose: ChallengePurpose; accountId: string | null },
  ): Promise<void> {
    const { db, clock } = this.#parts
    const at = clock.now()
    const expiresAt = new Date(at.getTime() + CHALLENGE_MS)
    await store.insertChallenge(db, { hash: hashChallenge(challenge), ...use, at, expiresAt })
  }

  async #take(
    hash: Uint8Array,
    use: { purpose: ChallengePurpose; accountId: string | null },
  ): Promise<boolean> {
    const { db, clock } = this.#parts
    const challenge = await store.takeChallenge(db, { hash, at: clock.now() })
    return challenge?.purpose === use.purpose && challenge.accountId === use.accountId
  }
}

function known({ credentialId, transports }: store.PasskeyRow) {
  return { id: credentialId.toString('base64url'), transports }
}

function tooMany(accountId: string): HubError {
  return new HubError(
    'passkey.too_many',
    `the account ${accountId} has ${MAX_PASSKEYS} passkeys already`,
  )
}

function notFound(id: string): HubError {
  return new HubError('passkey.not_found', `there is no passkey ${id}`)
}

/**
 * Tokens by which programs act for an account: `spt_ID.SECRET`, within the token's scopes and what the
 * account may do at that moment. The secret is shown once; its hash is kept.
 */

import { randomBytes } from 'node:crypto'
import type { Audit } from '../../audit/audit.ts'
import { equalSecrets } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type Permission, permissionsOf } from '../../contract/permissions.ts'
import type { Database } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import { type Account, parseName } from '../accounts.ts'
import { hashToken, newToken } from '../secret-token.ts'
import type { SignInPlace } from '../sessions/session.ts'
import * as store from './store.ts'

/** Tokens in use of one account: one for each program, and no more than a list can show. */
const TOKENS_OF_ONE = 50
const ID_BYTES = 9
const DAY_MS = 86_400_000
/** That a token was used is written so often: not with every request. */
const TOUCH_MS = 60_000

/** A token; the secret is not in it. */
export type ApiToken = store.ApiTokenRow

/** Who calls by a token. */
export interface FoundToken {
  readonly token: ApiToken
  readonly account: Account
  /** Of the account's, those that the token names. */
  readonly permissions: ReadonlySet<Permission>
}

export class ApiTokens {
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #log: Log
  readonly #enqueue: EnqueueAccountJob

  constructor(parts: {
    db: Database
    audit: Audit
    clock: Clock
    log: Log
    enqueue: EnqueueAccountJob
  }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#log = parts.log
    this.#enqueue = parts.enqueue
  }

  /**
   * Makes a token for an account, by itself. `validityDays: null` is until it is revoked.
   *
   * @throws HubError `name.malformed`, `token.scope_unfit`: more than the account may do now;
   *   `token.too_many`
   */
  async add(
    { id: accountId, roles }: Pick<Account, 'id' | 'roles'>,
    wanted: {
      name: string
      scopes: readonly Permission[]
      validityDays: number | null
      place: SignInPlace
    },
  ): Promise<{ text: string; token: ApiToken }> {
    const name = parseName(wanted.name)
    const scopes = [...new Set(wanted.scopes)].sort()
    const own = permissionsOf(roles)
    const foreign = scopes.filter((scope) => !own.has(scope))
    if (foreign.length > 0) {
      throw new HubError('token.scope_unfit', `this account lacks ${foreign.join(', ')}`)
    }
    const at = this.#clock.now()
    const { validityDays, place } = wanted
    const expiresAt = validityDays === null ? null : new Date(at.getTime() + validityDays * DAY_MS)
    const id = randomBytes(ID_BYTES).toString('hex')
    const secret = newToken()
    const token = await this.#db.transaction().execute(async (tx) => {
      await store.lockAccount(tx, accountId)
      if ((await store.countInUse(tx, { accountId, at })) >= TOKENS_OF_ONE) {
        throw new HubError('token.too_many', `an account has ${TOKENS_OF_ONE} tokens at most`)
      }
      const secretHash = hashToken(secret)
      const values = { id, accountId, name, secretHash, scopes, createdAt: at, expiresAt }
      const made = await store.insertToken(tx, values)
      const told = { accountId, at: at.toISOString(), place: { ...place } }
      await this.#enqueue(tx, { what: 'changed', change: 'api-token-made', ...told })
      const detail = { account: accountId, name, scopes, expiresAt: expiresAt?.toISOString() }
      const action = 'api_token.add'
      await this.#audit.record(tx, { action, subject: id, by: accountId, at, detail })
      return made
    })
    this.#log.info('api_token.added', { id, accountId, name })
    return { text: `spt_${id}.${secret}`, token }
  }

  /** Who has this token; undefined when it is wrong, over or revoked, or its account out of use. */
  async find(id: string, secret: string): Promise<FoundToken | undefined> {
    const at = this.#clock.now()
    const found = id.includes('\0') ? undefined : await store.findInUse(this.#db, { id, at })
    if (found === undefined) return undefined
    const { secretHash, token, account } = found
    if (!equalSecrets(hashToken(secret), secretHash)) return undefined
    if (token.lastUsedAt === null || at.getTime() - token.lastUsedAt.getTime() >= TOUCH_MS) {
      await store.touch(this.#db, { id, at })
    }
    return within(token, account)
  }

  /** Who has the token of this id, which proved itself before; undefined as in `find`. */
  async findById(id: string): Promise<FoundToken | undefined> {
    const found = await store.findInUse(this.#db, { id, at: this.#clock.now() })
    return found && within(found.token, found.account)
  }

  /** Newest first; revoked ones too. */
  list(accountId: string): Promise<ApiToken[]> {
    return store.listTokens(this.#db, { accountId, limit: 4 * TOKENS_OF_ONE })
  }

  /**
   * Revokes a token of this account, at once and for good.
   *
   * @throws HubError `token.not_found`: nor is one that was revoked before
   */
  async revoke(id: string, { accountId, by }: { accountId: string; by: string }): Promise<void> {
    const at = this.#clock.now()
    await this.#db.transaction().execute(async (tx) => {
      const name = id.includes('\0') ? undefined : await store.revoke(tx, { id, accountId, at })
      if (name === undefined) throw new HubError('token.not_found', 'there is no such token in use')
      const detail = { account: accountId, name }
      await this.#audit.record(tx, { action: 'api_token.revoke', subject: id, by, at, detail })
    })
    this.#log.info('api_token.revoked', { id, accountId, by })
  }
}

function within(token: ApiToken, account: Account): FoundToken {
  const own = permissionsOf(account.roles)
  const permissions = new Set(token.scopes.filter((scope) => own.has(scope)))
  return { token, account, permissions }
}

/** Which account somebody has whom a provider signed in: linked before, linked now, made, or none. */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Role } from '../../contract/permissions.ts'
import type { OpenIdSettings } from '../../contract/sign-in-settings.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { Account, Accounts } from '../accounts.ts'
import { type OwnAddress, parseOwnAddress } from '../address.ts'
import { INVITATION_MS } from '../links/links.ts'
import type { TellOwner } from '../factors/tell-owner.ts'
import type { SecondFactors } from '../sessions/session.ts'
import { findPerson, insertAccount, insertPerson } from '../store.ts'
import type { Claims } from './provider.ts'
import * as store from './store.ts'

interface Parts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly accounts: Pick<Accounts, 'findAccount' | 'findAccountOfAddress'>
  readonly secondFactors: SecondFactors
  readonly tellOwner: TellOwner
}

const MAX_NAME_CHARACTERS = 200

export class AccountOfClaims {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * @throws HubError `openid.address_unverified`, `openid.no_account`, `openid.invitation_expired`,
   *   `account.disabled`
   */
  async find(
    claims: Claims,
    settings: OpenIdSettings,
  ): Promise<{ account: Account; needsSecondFactor: boolean }> {
    const { db, clock, accounts } = this.#parts
    const { issuer, subject } = claims
    const linked = await store.useIdentity(db, { issuer, subject, at: clock.now() })
    if (linked !== undefined) {
      const account = active(await accounts.findAccount(linked))
      return { account, needsSecondFactor: await this.#isGuarded(account, settings) }
    }
    const address = vouchedAddress(claims, settings)
    const existing = await accounts.findAccountOfAddress(address.address)
    if (existing === undefined) return this.#make(claims, address, settings)
    if (existing.status === 'invited') return this.#accept(claims, existing, settings)
    const account = active(existing)
    // Not linked: should the second factors or the role go one day, this is decided anew.
    if (await this.#isGuarded(account, settings)) return { account, needsSecondFactor: true }
    await db.transaction().execute((tx) => this.#link(tx, claims, account.id))
    return { account, needsSecondFactor: false }
  }

  /** An administrator with second factors, and a provider that is not trusted for such. */
  async #isGuarded({ id, roles }: Account, settings: OpenIdSettings): Promise<boolean> {
    if (settings.trustForAdministrators || !roles.includes('administrator')) return false
    return (await this.#parts.secondFactors.methodsOf(id)).length > 0
  }

  /**
   * Whom an administrator invited, and a provider vouches for, needs no link any more: it is used up.
   * They have no password then, and no second factors yet.
   */
  async #accept(
    claims: Claims,
    { id }: Account,
    settings: OpenIdSettings,
  ): Promise<{ account: Account; needsSecondFactor: boolean }> {
    const { db, clock, audit, accounts } = this.#parts
    const at = clock.now()
    const isOpened = await db.transaction().execute(async (tx) => {
      if (!(await store.acceptInvitation(tx, { accountId: id, at, withinMs: INVITATION_MS }))) {
        return false
      }
      const detail = { issuer: claims.issuer }
      await audit.record(tx, { action: 'account.accept', subject: id, by: id, at, detail })
      await this.#link(tx, claims, id)
      return true
    })
    const account = await accounts.findAccount(id)
    if (isOpened) return { account: active(account), needsSecondFactor: false }
    if (account?.status === 'invited') {
      throw new HubError('openid.invitation_expired', `the invitation of ${id} is over`)
    }
    // Accepted by the link or in another tab meanwhile, or taken back.
    return this.find(claims, settings)
  }

  async #make(
    claims: Claims,
    address: OwnAddress,
    settings: OpenIdSettings,
  ): Promise<{ account: Account; needsSecondFactor: boolean }> {
    const { db, clock, audit, accounts } = this.#parts
    if (!settings.createAccounts || !settings.allowedDomains.includes(address.domain)) {
      throw noAccount(`${address.address} has no account`)
    }
    const at = clock.now()
    const roles = rolesOf(claims, settings)
    await db.transaction().execute(async (tx) => {
      const details = { address, name: nameOf(claims, address), at }
      const person = (await insertPerson(tx, details)) ?? (await findPerson(tx, address.key))
      const id =
        person &&
        (await insertAccount(tx, {
          personId: person.id,
          passwordHash: null,
          passwordChangedAt: null,
          roles,
          status: 'active',
          createdAt: at,
          lastSignInAt: null,
        }))
      if (id === undefined) throw noAccount(`${address.address} got an account meanwhile`)
      const { issuer } = claims
      const detail = { address: address.address, roles, issuer }
      await this.#link(tx, claims, id)
      await audit.record(tx, { action: 'account.add', subject: id, by: 'hub', at, detail })
    })
    const account = active(await accounts.findAccountOfAddress(address.address))
    return { account, needsSecondFactor: false }
  }

  async #link(tx: Transaction, { issuer, subject }: Claims, accountId: string): Promise<void> {
    const { clock, audit, tellOwner } = this.#parts
    const at = clock.now()
    // False when the same person came in twice at once: they are linked, and were told.
    if (!(await store.insertIdentity(tx, { issuer, subject, accountId, at }))) return
    await tellOwner(tx, { accountId, what: 'sign-in-linked', at })
    const detail = { issuer, subject }
    await audit.record(tx, { action: 'openid.link', subject: accountId, by: accountId, at, detail })
  }
}

function active(account: Account | undefined): Account {
  if (account?.status === 'active') return account
  if (account?.status === 'disabled') {
    throw new HubError('account.disabled', `the account ${account.id} is disabled`)
  }
  throw noAccount('the account was not opened yet')
}

/** The address, when the provider vouches for it and may. */
function vouchedAddress(claims: Claims, { allowedDomains }: OpenIdSettings): OwnAddress {
  if (!isVerified(claims)) {
    throw new HubError('openid.address_unverified', 'the provider does not vouch for the address')
  }
  const address = parseOwnAddress(typeof claims.email === 'string' ? claims.email : '')
  if (allowedDomains.length > 0 && !allowedDomains.includes(address.domain)) {
    throw noAccount(`${address.domain} is not among the allowed domains`)
  }
  return address
}

/**
 * `email_verified` (OpenID Connect Core 1.0 section 5.1); some send it as text. Microsoft has
 * `xms_edov` instead, an optional claim: the owner of the address's domain was verified.
 */
function isVerified({
  email,
  email_verified: verified,
  xms_edov: domainVerified,
}: Claims): boolean {
  const yes: unknown[] = [true, 'true', 1, '1']
  return typeof email === 'string' && yes.includes(verified ?? domainVerified)
}

function rolesOf(claims: Claims, { rolesClaim, roleMapping }: OpenIdSettings): Role[] {
  const claimed: unknown = rolesClaim === null ? undefined : claims[rolesClaim]
  const values: unknown[] = Array.isArray(claimed) ? claimed : [claimed]
  const mapped = roleMapping.filter(({ value }) => values.includes(value)).map(({ role }) => role)
  return [...new Set(mapped)].filter((role) => role !== 'person')
}

function nameOf({ name }: Claims, { address }: OwnAddress): string {
  const text = typeof name === 'string' ? name.normalize('NFC') : ''
  const plain = text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim()
  return [...plain].slice(0, MAX_NAME_CHARACTERS / 2).join('') || (address.split('@')[0] ?? address)
}

function noAccount(why: string): HubError {
  return new HubError('openid.no_account', why)
}

/**
 * Signing in by an OpenID provider. A sign-in that is at the provider is a row of its own, taken once
 * and only by the browser that began it. Somebody is known by issuer and subject; at first by a mail
 * address that the provider vouches for.
 *
 * An administrator with second factors gives one here too, and is not linked, unless the settings say
 * that the provider is trusted for administrators: it could otherwise make itself one.
 */

import type { Audit } from '../../audit/audit.ts'
import { decodeUtf8, encodeUtf8, toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type SealingKey, seal, unseal } from '../../base/seal.ts'
import type { Database } from '../../db/connection.ts'
import type { Account, Accounts } from '../accounts.ts'
import type { TellOwner } from '../factors/tell-owner.ts'
import { hashToken, newToken } from '../secret-token.ts'
import type { SecondFactors } from '../sessions/session.ts'
import { AccountOfClaims } from './account-of-claims.ts'
import { OpenIdProvider, type ProviderSettings } from './provider.ts'
import type { SignInSettings } from './sign-in-settings.ts'
import * as store from './store.ts'

export interface OpenIdParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly accounts: Pick<Accounts, 'findAccount' | 'findAccountOfAddress'>
  readonly secondFactors: SecondFactors
  /** Seals what a sign-in keeps until the browser is back. */
  readonly master: SealingKey
  /** Where the hub is opened: scheme, host and port. */
  readonly site: { readonly origin: string }
  readonly settings: () => Promise<SignInSettings>
  readonly tellOwner: TellOwner
}

/** Whom the provider signed in. */
export interface VouchedFor {
  readonly account: Account
  /** Whether second factors of the account, if it has some, are needed still. */
  readonly needsSecondFactor: boolean
}

/** Time to sign in at the provider, with a password that has to be found first. */
export const OPENID_SIGN_IN_MS = 10 * 60_000

const CALLBACK_PATH = '/api/v1/session/openid/callback'

export class OpenIdSignIn {
  readonly #parts: OpenIdParts
  readonly #provider: OpenIdProvider
  readonly #accountOf: AccountOfClaims

  constructor(parts: OpenIdParts) {
    this.#parts = parts
    this.#provider = new OpenIdProvider(parts)
    this.#accountOf = new AccountOfClaims(parts)
  }

  /** What has to be registered with the provider. */
  get redirectUri(): string {
    return this.#parts.site.origin + CALLBACK_PATH
  }

  /** Name of the provider for its button; undefined when nobody signs in by one. */
  async name(): Promise<string | undefined> {
    const { openid } = await this.#parts.settings()
    return openid.enabled ? openid.name : undefined
  }

  /** Providers by which an account has signed in, oldest first. */
  linksOf(accountId: string): Promise<{ issuer: string; createdAt: Date; lastUsedAt: Date }[]> {
    return store.listIdentities(this.#parts.db, accountId)
  }

  /**
   * Begins a sign-in: where the browser is sent, and a secret that it has to bring back.
   *
   * @throws HubError `openid.off`, `openid.failed`, `openid.unreachable`
   */
  async begin(): Promise<{ location: string; browser: string }> {
    const { db, clock, master } = this.#parts
    const settings = await this.#settings()
    const [state, nonce, verifier, browser] = [newToken(), newToken(), newToken(), newToken()]
    const { redirectUri } = this
    const checks = { state, nonce, verifier, redirectUri }
    const url = await this.#provider.authorizationUrl(settings, checks)
    const at = clock.now()
    const stateHash = hashToken(state)
    await store.insertSignIn(db, {
      stateHash,
      browserHash: hashToken(browser),
      issuer: settings.issuer,
      nonce,
      sealedVerifier: seal(master, purposeOf(stateHash), encodeUtf8(verifier)),
      at,
      expiresAt: new Date(at.getTime() + OPENID_SIGN_IN_MS),
    })
    return { location: url.href, browser }
  }

  /**
   * Ends a sign-in, by what the provider sent the browser back with (`?code=…&state=…`) and the secret
   * that the browser was given. Once.
   *
   * @throws HubError `openid.off`, `openid.expired`, `openid.refused`, `openid.failed`,
   * `openid.unreachable`, `openid.address_unverified`, `openid.no_account`, `account.disabled`
   */
  async complete({ search, browser }: { search: string; browser: string }): Promise<VouchedFor> {
    const { db, clock, master, log } = this.#parts
    const settings = await this.#settings()
    const returned = new URL(this.redirectUri)
    returned.search = search
    const state = returned.searchParams.get('state') ?? ''
    const stateHash = hashToken(state)
    const kept = await store.takeSignIn(db, {
      stateHash,
      browserHash: hashToken(browser),
      at: clock.now(),
    })
    if (kept === undefined || kept.issuer !== settings.issuer) {
      throw new HubError('openid.expired', 'no sign-in of this browser is under way')
    }
    const verifier = decodeUtf8(unseal(master, purposeOf(stateHash), kept.sealedVerifier))
    const checks = { state, nonce: kept.nonce, verifier, returned }
    const claims = await this.#provider.claimsOf(settings, checks)
    const { openid } = await this.#parts.settings()
    const vouchedFor = await this.#accountOf.find(claims, openid)
    const { issuer, subject } = claims
    log.info('openid.signed_in', { issuer, subject, accountId: vouchedFor.account.id })
    return vouchedFor
  }

  async #settings(): Promise<ProviderSettings> {
    const { openid, clientSecret } = await this.#parts.settings()
    if (!openid.enabled) throw new HubError('openid.off', 'no OpenID provider is set up')
    return { ...openid, clientSecret: clientSecret === '' ? undefined : clientSecret }
  }
}

function purposeOf(stateHash: Uint8Array): string {
  return `openid-sign-in:${toHex(stateHash)}`
}

/**
 * An OpenID provider, by `openid-client`: authorization code with PKCE, state and nonce (OpenID Connect
 * Core 1.0 section 3.1; RFC 9700). Its configuration and keys are fetched anew after a while.
 */

import { createHash } from 'node:crypto'
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
} from 'openid-client'
import type { Clock } from '../../base/clock.ts'
import { HubError, messageOf } from '../../base/errors.ts'
import { guardedFetch, isFetchable } from './guarded-fetch.ts'

/** Which provider, and who we are to it. */
export interface ProviderSettings {
  readonly issuer: string
  readonly clientId: string
  /** Without one the client is public: PKCE alone protects the code. */
  readonly clientSecret: string | undefined
  readonly scopes: readonly string[]
}

/** What one sign-in keeps until the browser comes back. */
export interface SignInChecks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** What the provider says of somebody; only `issuer` and `subject` are sure to be there. */
export interface Claims {
  readonly issuer: string
  readonly subject: string
  readonly [claim: string]: unknown
}

/** A provider that changes its end points or keys is followed within this time. */
const KNOWN_MS = 10 * 60_000

export class OpenIdProvider {
  readonly #clock: Clock
  #known: { key: string; untilMs: number; configuration: Promise<Configuration> } | undefined

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  /**
   * Where the browser is sent.
   *
   * @throws HubError `openid.failed`, `openid.unreachable`
   */
  async authorizationUrl(
    settings: ProviderSettings,
    { state, nonce, verifier, redirectUri }: SignInChecks & { redirectUri: string },
  ): Promise<URL> {
    const configuration = await this.#configuration(settings)
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: settings.scopes.join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    if (!isFetchable(url)) throw failed('its authorization end point is not https')
    return url
  }

  /**
   * Whom the provider signed in, by the address at which the browser came back.
   *
   * @throws HubError `openid.refused`: the provider says no; `openid.failed`: its answer does not hold;
   * `openid.unreachable`
   */
  async claimsOf(
    settings: ProviderSettings,
    { state, nonce, verifier, returned }: SignInChecks & { returned: URL },
  ): Promise<Claims> {
    const configuration = await this.#configuration(settings)
    try {
      const tokens = await authorizationCodeGrant(configuration, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw failed('it sent no ID token')
      // Many providers put the address only there.
      const more =
        claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : {}
      return { ...more, ...claims, issuer: claims.iss, subject: claims.sub }
    } catch (error) {
      throw named(error)
    }
  }

  async #configuration(settings: ProviderSettings): Promise<Configuration> {
    const { issuer, clientId, clientSecret = '' } = settings
    const key = createHash('sha256').update(JSON.stringify([issuer, clientId, clientSecret]))
    const digest = key.digest('hex')
    const nowMs = this.#clock.now().getTime()
    if (this.#known?.key !== digest || this.#known.untilMs <= nowMs) {
      const configuration = discover(settings)
      const known = { key: digest, untilMs: nowMs + KNOWN_MS, configuration }
      this.#known = known
      configuration.catch(() => {
        if (this.#known === known) this.#known = undefined
      })
    }
    return this.#known.configuration
  }
}

async function discover(settings: ProviderSettings): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = settings
  const url = new URL(issuer)
  try {
    return await discovery(
      url,
      clientId,
      undefined,
      clientSecret === undefined ? None() : secretAuthentication(clientSecret),
      {
        [customFetch]: guardedFetch,
        // The guarded fetch decides: http is for providers on this machine.
        execute: url.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    )
  } catch (error) {
    throw named(error)
  }
}

/** By the Authorization header, which is the default of the standard, unless the provider has only the form. */
function secretAuthentication(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, ...request) => {
    const methods = server.token_endpoint_auth_methods_supported
    const isBasic = methods === undefined || methods.includes('client_secret_basic')
    ;(isBasic ? basic : post)(server, ...request)
  }
}

/** What the library throws, by what it means to who waits before the browser. */
function named(error: unknown): HubError {
  const causes = [error, error instanceof Error ? error.cause : undefined]
  const ours = causes.find((each) => each instanceof HubError)
  if (ours !== undefined) return ours
  if (error instanceof AuthorizationResponseError) {
    return new HubError('openid.refused', `the provider says ${error.error}`, { cause: error })
  }
  return failed(messageOf(error), error)
}

function failed(why: string, cause?: unknown): HubError {
  return new HubError('openid.failed', `the provider's answer does not hold: ${why}`, { cause })
}

/**
 * Finds out who calls, and refuses whoever may not: before a byte of the body is read.
 *
 * An Authorization header comes first; a session cookie counts only without one. What changes
 * something must not come from a page of another site.
 */

import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import { subscriberOf } from '../../base/ip-address.ts'
import type { Log } from '../../base/log.ts'
import type { ApiHub } from './api-hub.ts'
import { type Caller, refusalOf } from './caller.ts'
import { findCookie } from './cookies.ts'
import { findCredentials } from './credentials.ts'
import { checkCsrfToken, checkOrigin, CSRF_HEADER } from './csrf.ts'
import { RateLimit } from './rate-limit.ts'
import type { Route } from './route.ts'

const MINUTE_MS = 60_000
/** A program with a wrong secret is told so often; then it waits. Secrets cannot be guessed anyway. */
const FAILURES_A_MINUTE = 20
/** Signing in, also elsewhere, resetting, setting up: a person does one of them now and then, an office a few. */
const PUBLIC_CHANGES_A_MINUTE = 60
/** A page asks for some ten things; nobody opens two a second for long. */
const ACCOUNT_REQUESTS_A_MINUTE = 1_200

export interface WhoCallsParts {
  readonly hub: Pick<ApiHub, 'authenticate' | 'sessions' | 'tokens'>
  readonly clock: Clock
  readonly log: Log
  /** The origin that people open, such as `https://mail.example.org`. */
  readonly publicOrigin: () => string
}

/** A request that must come later, and how much later. */
export class MustWait extends HubError {
  readonly waitSeconds: number

  constructor(waitSeconds: number, message: string) {
    super('api.rate_limited', message)
    this.waitSeconds = waitSeconds
  }
}

export class WhoCalls {
  readonly #parts: WhoCallsParts
  readonly #failures: RateLimit
  readonly #publicChanges: RateLimit
  readonly #accountRequests: RateLimit

  constructor(parts: WhoCallsParts) {
    const { clock } = parts
    const windowMs = MINUTE_MS
    this.#parts = parts
    this.#failures = new RateLimit({ clock, windowMs, limit: FAILURES_A_MINUTE })
    this.#publicChanges = new RateLimit({ clock, windowMs, limit: PUBLIC_CHANGES_A_MINUTE })
    this.#accountRequests = new RateLimit({ clock, windowMs, limit: ACCOUNT_REQUESTS_A_MINUTE })
  }

  /** The session cookie's value. */
  sessionTokenOf(request: FastifyRequest): string | undefined {
    return findCookie(request.headers.cookie, 'session', this.how)
  }

  get how(): { isHttps: boolean } {
    return { isHttps: this.#parts.publicOrigin().startsWith('https:') }
  }

  /**
   * Who calls this route; undefined for nobody known on a public one. `found` is told as soon as it
   * is known who it is, also when they may not.
   *
   * @throws HubError `api.rate_limited`, `api.unauthenticated`, `api.origin_foreign`,
   * `api.csrf_missing`, `second_factor.required`, `api.forbidden`
   */
  async find(
    route: Route,
    request: FastifyRequest,
    { address, found }: { address: string; found: (caller: Caller) => void },
  ): Promise<void> {
    const subscriber = subscriberOf(address)
    const changes = route.method !== 'GET'
    if (route.permission === 'public') {
      if (changes) this.#checkOrigin(request)
      if (changes || route.beginsSignIn === true) take(this.#publicChanges, subscriber)
      // What watches the hub asks for its health, also while there is no database.
      if (!route.path.startsWith('/api/')) return
      const token = this.sessionTokenOf(request)
      const caller = token && (await this.#parts.hub.sessions.find(token))
      if (caller) found(caller)
      return
    }
    const { authorization } = request.headers
    const caller =
      authorization === undefined
        ? await this.#bySession(request)
        : await this.#byHeader(authorization, subscriber, address)
    if (caller === undefined || (caller.is === 'credential' && route.credentials !== true)) {
      throw new HubError('api.unauthenticated', 'the request has no valid credential')
    }
    found(caller)
    if (caller.is === 'account') take(this.#accountRequests, caller.id)
    if (changes) {
      this.#checkOrigin(request)
      const token = this.sessionTokenOf(request)
      if (authorization === undefined) checkCsrfToken(request.headers[CSRF_HEADER], token ?? '')
    }
    const refusal = refusalOf(caller, { permission: route.permission, toEnrol: route.toEnrol })
    if (refusal !== undefined) throw refusal
  }

  async #bySession(request: FastifyRequest): Promise<Caller | undefined> {
    const token = this.sessionTokenOf(request)
    return token === undefined ? undefined : this.#parts.hub.sessions.find(token)
  }

  async #byHeader(
    authorization: string,
    subscriber: string,
    address: string,
  ): Promise<Caller | undefined> {
    const waitSeconds = this.#failures.waitSeconds(subscriber)
    if (waitSeconds > 0) throw new MustWait(waitSeconds, `${address} failed to log in too often`)
    const credentials = findCredentials(authorization)
    if (credentials === undefined) return undefined
    const { hub, log } = this.#parts
    const { user, secret } = credentials
    const found =
      credentials.tokenId === undefined
        ? await hub.authenticate(user, secret)
        : await hub.tokens.find(credentials.tokenId, secret)
    if (found === undefined) {
      this.#failures.count(subscriber)
      log.warn('api.login_failed', { address })
      return undefined
    }
    return 'is' in found ? found : { is: 'credential', credential: found.credential }
  }

  #checkOrigin({ headers, host }: FastifyRequest): void {
    checkOrigin(headers.origin, { publicOrigin: this.#parts.publicOrigin(), host })
  }
}

function take(limit: RateLimit, key: string): void {
  const waitSeconds = limit.waitSeconds(key)
  if (waitSeconds > 0) throw new MustWait(waitSeconds, 'there were too many requests')
  limit.count(key)
}

/** Keeps access tokens until shortly before they expire: one request for all who wait for it. */

import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { TokenSource } from '../mail-route.ts'
import { requestToken, TOKEN_REQUEST_MS, type AccessToken } from './oauth-token.ts'

/** Clocks differ, and a token has to last until the server has read it. */
const MARGIN_MS = 60_000

export class TokenCache {
  readonly #clock: Clock
  readonly #kept = new Map<string, AccessToken>()
  readonly #asking = new Map<string, Promise<AccessToken>>()

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  /**
   * A token that lasts for another minute at least, if the source gives such.
   *
   * @throws HubError `delivery.token_refused`, `outbound.*`, `key.malformed`
   */
  async get(source: TokenSource): Promise<string> {
    const key = JSON.stringify(source)
    const kept = this.#kept.get(key)
    if (kept !== undefined && this.#isFresh(kept)) return kept.value
    let asking = this.#asking.get(key)
    if (asking === undefined) {
      asking = this.#ask(source, key).finally(() => this.#asking.delete(key))
      this.#asking.set(key, asking)
    }
    return (await asking).value
  }

  /** Forgets a token that a server has refused; another one that came meanwhile is kept. */
  forget(source: TokenSource, refused: string): void {
    const key = JSON.stringify(source)
    if (this.#kept.get(key)?.value === refused) this.#kept.delete(key)
  }

  async #ask(source: TokenSource, key: string): Promise<AccessToken> {
    const result = await requestToken(source, { clock: this.#clock, timeoutMs: TOKEN_REQUEST_MS })
    if (result.is === 'refused') {
      const { httpStatus, error = '', words } = result
      throw new HubError(
        'delivery.token_refused',
        `no access token: ${httpStatus} ${error} ${words}`,
      )
    }
    for (const [other, token] of this.#kept) if (!this.#isFresh(token)) this.#kept.delete(other)
    this.#kept.set(key, result.token)
    return result.token
  }

  #isFresh({ expiresAt }: AccessToken): boolean {
    return expiresAt.getTime() - MARGIN_MS > this.#clock.now().getTime()
  }
}

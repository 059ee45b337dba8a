import type { Clock } from '../../base/clock.ts'

/** Keys remembered; beyond that the oldest are forgotten, so that many cost no memory. */
const MAX_KEYS = 10_000

/** Counts what happens by key (an address, an account) and says who has to wait. */
export class RateLimit {
  readonly #clock: Clock
  readonly #limit: number
  readonly #windowMs: number
  readonly #counts = new Map<string, { count: number; since: number }>()

  /** As many as `limit` within `windowMs` from the first one on. */
  constructor({ clock, limit, windowMs }: { clock: Clock; limit: number; windowMs: number }) {
    this.#clock = clock
    this.#limit = limit
    this.#windowMs = windowMs
  }

  /** Seconds to wait before another one; 0 when none. */
  waitSeconds(key: string): number {
    const found = this.#counts.get(key)
    if (found === undefined || found.count < this.#limit) return 0
    const passedMs = this.#clock.now().getTime() - found.since
    if (passedMs < this.#windowMs) return Math.ceil((this.#windowMs - passedMs) / 1000)
    this.#counts.delete(key)
    return 0
  }

  count(key: string): void {
    const now = this.#clock.now().getTime()
    const found = this.#counts.get(key)
    if (found !== undefined && now - found.since < this.#windowMs) {
      found.count += 1
      return
    }
    this.#counts.delete(key)
    this.#counts.set(key, { count: 1, since: now })
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > MAX_KEYS && oldest !== undefined) this.#counts.delete(oldest)
  }
}

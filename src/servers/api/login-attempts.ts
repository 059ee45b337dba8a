import type { Clock } from '../../base/clock.ts'

/** A program with a wrong secret is told so often; then it waits. Secrets cannot be guessed anyway. */
const FAILURES = 20
const WINDOW_MS = 60_000
/** Addresses remembered; beyond that the oldest are forgotten, so that many cost no memory. */
const ADDRESSES = 10_000

/** Counts failed log-ins by address. */
export class LoginAttempts {
  readonly #clock: Clock
  readonly #failures = new Map<string, { count: number; since: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Seconds to wait before another try; 0 when none. */
  waitSeconds(address: string): number {
    const failures = this.#failures.get(address)
    if (failures === undefined || failures.count < FAILURES) return 0
    const passedMs = this.#clock.now().getTime() - failures.since
    if (passedMs < WINDOW_MS) return Math.ceil((WINDOW_MS - passedMs) / 1000)
    this.#failures.delete(address)
    return 0
  }

  failed(address: string): void {
    const now = this.#clock.now().getTime()
    const failures = this.#failures.get(address)
    if (failures !== undefined && now - failures.since < WINDOW_MS) {
      failures.count += 1
      return
    }
    this.#failures.delete(address)
    this.#failures.set(address, { count: 1, since: now })
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > ADDRESSES && oldest !== undefined) this.#failures.delete(oldest)
  }
}

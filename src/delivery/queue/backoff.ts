/** When a delivery that had to wait is tried again, and when it is given up. */

const MINUTE_MS = 60_000

/** RFC 5321 section 4.5.4.1: give up after 4 to 5 days. */
export const GIVE_UP_AFTER_MS = 5 * 24 * 60 * MINUTE_MS

/**
 * Waits after the first, second… failed attempt; the last one repeats. The first is short because
 * most faults are (a restart, greylisting); RFC 5321 asks for 30 minutes only "in general".
 */
const WAITS_MS = [1, 5, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE_MS)

/** A wait is this much shorter or longer at random, so that what failed together spreads. */
const JITTER = 0.2

/**
 * When to try again after `attempts` failed ones (at least 1), or undefined when that would be too
 * late. `random` is from 0 up to 1.
 */
export function nextAttempt({
  acceptedAt,
  now,
  attempts,
  random,
}: {
  acceptedAt: Date
  now: Date
  attempts: number
  random: number
}): Date | undefined {
  const wait = WAITS_MS[Math.min(attempts, WAITS_MS.length) - 1] ?? MINUTE_MS
  const at = now.getTime() + wait * (1 - JITTER + 2 * JITTER * random)
  return at > acceptedAt.getTime() + GIVE_UP_AFTER_MS ? undefined : new Date(at)
}

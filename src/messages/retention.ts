/** Erases what has been kept long enough (promise 9). The record of a message stays. */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import * as store from './store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Messages erased in one transaction. */
const BATCH = 500

/** RFC draft on the Idempotency-Key field leaves the time open; a repetition comes within a day. */
const IDEMPOTENCY_DAYS = 2

/**
 * Erases the content, and its key, of messages whose last delivery ended more than `retentionDays`
 * ago, and forgets old idempotency keys. Says how many messages it erased.
 */
export async function eraseExpired(
  { db, clock, log }: { db: Database; clock: Clock; log: Log },
  { retentionDays }: { retentionDays: number },
): Promise<number> {
  const now = clock.now()
  const before = new Date(now.getTime() - retentionDays * DAY_MS)
  let erased = 0
  for (;;) {
    const count = await store.eraseContents(db, { before, now, limit: BATCH })
    erased += count
    if (count < BATCH) break
  }
  await store.forgetIdempotencyKeys(db, new Date(now.getTime() - IDEMPOTENCY_DAYS * DAY_MS))
  if (erased > 0) log.info('messages.erased', { count: erased, before })
  return erased
}

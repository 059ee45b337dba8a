/**
 * Tries that may go wrong: passwords, codes, requests for mail. Each subject has some for free, then it
 * is locked for a while that doubles with every further one, never for good: whoever locks somebody
 * else out has to keep at it, and the owner has other ways in.
 *
 * A try counts before it is known whether it was right, in one statement, so that a hundred at once
 * are not a hundred for free; a right one takes the count back. Subjects are counted whether or not
 * they exist, so that a lock says nothing about that.
 */

import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { subscriberOf } from '../../base/ip-address.ts'
import type { Database } from '../../db/connection.ts'
import * as store from './store.ts'

/** How many tries, and what comes after. */
export interface TryLimit {
  /** The lock begins with this try, unless that was right. */
  readonly tries: number
  readonly firstLockMs: number
  readonly longestLockMs: number
  /** After so long without a try it begins anew. */
  readonly forgetMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * Passwords and codes of one account. NIST SP 800-63B section 5.2.2 allows 100 in a row; with these an
 * attacker has about 30 tries on the first day and 24 on each day after.
 */
export const OF_ACCOUNT: TryLimit = {
  tries: 5,
  firstLockMs: MINUTE_MS,
  longestLockMs: HOUR_MS,
  forgetMs: 24 * HOUR_MS,
}

/** From one network (IPv6: /64), over all accounts: an office behind one address mistypes now and then. */
export const OF_CLIENT: TryLimit = {
  tries: 30,
  firstLockMs: MINUTE_MS,
  longestLockMs: HOUR_MS,
  forgetMs: HOUR_MS,
}

/** Mails to one address on request: enough for who did not find the first, too few to bury anyone. */
export const OF_MAILBOX: TryLimit = {
  tries: 3,
  firstLockMs: 5 * MINUTE_MS,
  longestLockMs: HOUR_MS,
  forgetMs: 24 * HOUR_MS,
}

/** What is tried. Only these names exist, so that two never meet. */
export const subjectOf = {
  password: (addressKey: string) => `password:${addressKey}`,
  /** By whoever is signed in already. */
  confirmation: (accountId: string) => `confirmation:${accountId}`,
  secondFactor: (accountId: string) => `second-factor:${accountId}`,
  client: (address: string) => `client:${subscriberOf(address)}`,
  mailbox: (addressKey: string) => `mailbox:${addressKey}`,
  mailboxClient: (address: string) => `mailbox-client:${subscriberOf(address)}`,
}

/** What became of a try. */
export type Try =
  | {
      readonly is: 'allowed'
      /** Tries so far, with this one. */
      readonly count: number
      /** Until when the subject is locked if this one is wrong. */
      readonly lockedUntil: Date | null
    }
  | { readonly is: 'locked'; readonly until: Date }

export class LockOut {
  readonly #db: Database
  readonly #clock: Clock

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  /** Counts a try, unless the subject is locked. */
  async begin(subject: string, limit: TryLimit): Promise<Try> {
    const at = this.#clock.now()
    const hash = hashSubject(subject)
    const counted = await store.countTry(this.#db, { hash, limit, at })
    if (counted !== undefined) return { is: 'allowed', ...counted }
    return { is: 'locked', until: (await store.findLock(this.#db, { hash, at })) ?? at }
  }

  /** The try was right: all is forgotten. */
  async clear(db: Database, subject: string): Promise<void> {
    await store.deleteTries(db, [hashSubject(subject)])
  }

  /** The try was right, but says nothing of the ones before: it alone is taken back. */
  async takeBack(db: Database, subject: string): Promise<void> {
    await store.takeTryBack(db, hashSubject(subject))
  }

  /** Until when the subject is locked; undefined when it is not. */
  lockedUntil(subject: string): Promise<Date | undefined> {
    return store.findLock(this.#db, { hash: hashSubject(subject), at: this.#clock.now() })
  }

  /** Whether anything was locked. */
  async unlock(db: Database, subjects: readonly string[]): Promise<boolean> {
    return (await store.deleteTries(db, subjects.map(hashSubject))) > 0
  }

  /** Forgets what has no effect any more. */
  async removeOld(): Promise<void> {
    const before = new Date(this.#clock.now().getTime() - OF_ACCOUNT.forgetMs)
    await store.deleteOldTries(this.#db, before)
  }
}

function hashSubject(subject: string): Uint8Array {
  return createHash('sha256').update(subject).digest()
}

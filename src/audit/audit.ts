/**
 * The audit log: who did what to which thing, and when. It only grows.
 *
 * Every entry carries the SHA-256 of the one before and of itself, so that a change to any entry, or
 * one taken out of the middle, shows. Entries cut off at the end show only to someone who kept the
 * `head` elsewhere. The database refuses changes by a trigger; the chain is against whoever can get
 * around that.
 *
 * Entries are recorded in the transaction of the change that they tell of: both stand, or neither.
 */

import { createHash } from 'node:crypto'
import { concat, encodeUtf8, equalBytes, toHex } from '../base/bytes.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type JsonValue, canonicalJson } from '../base/canonical-json.ts'
import type { Database, Transaction } from '../db/connection.ts'
import * as store from './store.ts'
import type { StoredEntry } from './store.ts'

/** What is recorded. */
export interface AuditEntry {
  /** `thing.do`: `person.add`, `certificate.revoke`. */
  readonly action: string
  /** The thing it was done to: an id, an address, a name. */
  readonly subject: string
  /** Who did it: an account's id, or `command`, `setup`, `hub`. */
  readonly by: string
  readonly at: Date
  /** Facts about it. Never a secret: what stands here stays for ever. */
  readonly detail?: { readonly [name: string]: JsonValue | undefined }
}

/** An entry in its place. */
export interface RecordedEntry extends AuditEntry {
  readonly number: number
  readonly detail: { readonly [name: string]: JsonValue }
  /** Hex. */
  readonly hash: string
}

/** What is looked for. Everything given must hold. */
export interface AuditSearch {
  readonly limit: number
  readonly before?: number | undefined
  readonly action?: string | undefined
  readonly by?: string | undefined
  readonly subject?: string | undefined
  readonly from?: Date
  /** The first moment after the last. */
  readonly to?: Date
}

export interface AuditFound {
  readonly entries: readonly RecordedEntry[]
  /** By id, of those that are known now. */
  readonly names: ReadonlyMap<string, store.KnownName>
  /** `before` of the next page; null when this was the last. */
  readonly next: number | null
}

/** What became of checking the chain. The head is the last entry's hash, in hex. */
export type ChainVerdict =
  | { readonly is: 'whole'; readonly entries: number; readonly head: string }
  | {
      readonly is: 'broken'
      /** Number of the first entry that is not as it was recorded. */
      readonly entry: number
      readonly because: 'missing' | 'link_mismatch' | 'hash_mismatch'
    }

/** What the first entry follows. */
const NOTHING_BEFORE = new Uint8Array(32)

/** Entries checked at a time: some hundred bytes each. */
const PAGE = 1_000

export class Audit {
  readonly #db: Database
  readonly #clock: Clock
  #verifying: Promise<{ verdict: ChainVerdict; at: Date }> | undefined

  constructor({ db, clock = systemClock }: { db: Database; clock?: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  /**
   * Adds an entry. From here to its end the transaction keeps others from recording, so this comes
   * last in it; a transaction that records and then waits for a row may deadlock with another.
   */
  async record(tx: Transaction, entry: AuditEntry): Promise<void> {
    const last = await store.lockAndFindLast(tx)
    const next = {
      number: (last?.number ?? 0) + 1,
      at: entry.at,
      action: entry.action,
      subject: entry.subject,
      by: entry.by,
      detail: canonicalJson(entry.detail ?? {}),
      previousHash: last?.hash ?? NOTHING_BEFORE,
    }
    await store.insertEntry(tx, { ...next, hash: hashOf(next) })
  }

  /** Newest first, those before `before` when it is given, of one subject when it is given. */
  async list(query: {
    limit: number
    before?: number
    subject?: string
  }): Promise<RecordedEntry[]> {
    const entries = await store.findNewest(this.#db, query)
    return entries.map(asRecorded)
  }

  /**
   * A page of what somebody looks for, newest first, with the names that its ids have now. `by` and
   * `subject` may be ids or addresses; `action` is one, or the word before its dot.
   */
  async search(query: AuditSearch): Promise<AuditFound> {
    const { by, subject, limit, ...rest } = query
    const rows = await store.search(this.#db, {
      ...rest,
      limit: limit + 1,
      by: by === undefined ? undefined : await this.#idsFor(by),
      subject: subject === undefined ? undefined : await this.#idsFor(subject),
    })
    const entries = rows.slice(0, limit).map(asRecorded)
    const ids = entries.flatMap((entry) => [entry.subject, entry.by])
    return {
      entries,
      names: await store.findNames(this.#db, ids),
      next: rows.length > limit ? (entries.at(-1)?.number ?? null) : null,
    }
  }

  /** What the log may know somebody by: what was asked for, and the ids behind an address. */
  async #idsFor(text: string): Promise<string[]> {
    return [text, ...(await store.findIdsOf(this.#db, text))]
  }

  /** Checks the chain, once at a time: who asks meanwhile is told of the check under way. */
  verifyOnce(): Promise<{ verdict: ChainVerdict; at: Date }> {
    return (this.#verifying ??= this.verifyChain()
      .then((verdict) => ({ verdict, at: this.#clock.now() }))
      .finally(() => (this.#verifying = undefined)))
  }

  /** Computes every hash again, from the first entry on. */
  async verifyChain(): Promise<ChainVerdict> {
    let previousHash: Uint8Array = NOTHING_BEFORE
    let number = 0
    for (;;) {
      const entries = await store.findAfter(this.#db, { number, limit: PAGE })
      for (const entry of entries) {
        number += 1
        const because = whyNotNext(entry, { number, previousHash })
        if (because !== undefined) return { is: 'broken', entry: number, because }
        previousHash = entry.hash
      }
      if (entries.length < PAGE) return { is: 'whole', entries: number, head: toHex(previousHash) }
    }
  }
}

function asRecorded({ detail, hash, ...entry }: StoredEntry): RecordedEntry {
  const { number, at, action, subject, by } = entry
  return {
    ...{ number, at, action, subject, by, hash: toHex(hash) },
    detail: JSON.parse(detail) as Record<string, JsonValue>,
  }
}

function whyNotNext(
  entry: StoredEntry,
  { number, previousHash }: { number: number; previousHash: Uint8Array },
) {
  if (entry.number !== number) return 'missing'
  if (!equalBytes(entry.previousHash, previousHash)) return 'link_mismatch'
  if (!equalBytes(entry.hash, hashOf(entry))) return 'hash_mismatch'
  return undefined
}

/** The detail is hashed as the text that is stored: nothing is lost in reading it. */
function hashOf(entry: Omit<StoredEntry, 'hash'>): Uint8Array {
  const { number, at, action, subject, by, detail } = entry
  const content = canonicalJson({ number, at: at.toISOString(), action, subject, by, detail })
  return createHash('sha256')
    .update(concat([entry.previousHash, encodeUtf8(content)]))
    .digest()
}

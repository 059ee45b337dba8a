/**
 * Keeps what lists, searches and plots read in step with messages and deliveries.
 *
 * Whoever accepts or settles a message notes it in `message_change`, and does no more: the hot path
 * pays for one small row. What was noted is looked at here, many messages at once, every few seconds
 * and before anything is listed, so that a reader always sees what was there when they asked. Of a
 * message that was delivered meanwhile only its end is ever written.
 */

import type { Log } from '../../base/log.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import * as store from './store.ts'
import { namesOf, wordsOf } from './search-names.ts'

/** Messages brought up to date in one transaction. */
const BATCH = 2_000

/** What a reader waits for at most; a hub that is further behind tells what it has. */
const BATCHES_FOR_READER = 5

const EVERY_MS = 2_000

export class ListingRefresh {
  readonly #db: Database
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #isRunning = false

  constructor({ db, log }: { db: Database; log: Log }) {
    this.#db = db
    this.#log = log
  }

  start(): void {
    this.#isRunning = true
    this.#timer = setInterval(() => this.#wake(), EVERY_MS)
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    clearInterval(this.#timer)
    await this.#working
  }

  /** Brings everything up to date that was committed before, unless it is very much. */
  async catchUp(): Promise<void> {
    for (let batch = 0; batch < BATCHES_FOR_READER; batch += 1) {
      if (!(await refreshSome(this.#db))) return
    }
  }

  #wake(): void {
    if (this.#working !== undefined) return
    this.#working = this.#work()
      .catch((error: unknown) => this.#log.warn('listing.not_refreshed', { error }))
      .finally(() => {
        this.#working = undefined
      })
  }

  async #work(): Promise<void> {
    while (this.#isRunning && (await refreshSome(this.#db)));
  }
}

/** Looks at some of the changed messages; false when none were left. */
export async function refreshSome(db: Database): Promise<boolean> {
  // A reader with nothing to wait for does not queue behind others.
  if (!(await store.hasChanges(db))) return false
  return db.transaction().execute(async (tx) => {
    await store.lockListing(tx)
    const ids = await store.takeChanges(tx, BATCH)
    if (ids.length === 0) return false
    const names = await namesFor(tx, ids)
    await store.writeListings(tx, ids, names)
    return true
  })
}

/** Search names of messages that are listed for the first time: they never change. */
async function namesFor(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const messages = await store.findUnlisted(tx, ids)
  const wanted = new Map<string, store.SearchName>()
  const keysOf = new Map<string, Set<string>>()
  for (const { id, envelopeFrom, recipients } of messages) {
    const keys = new Set<string>()
    const add = (side: 'from' | 'to', address: string) => {
      for (const name of namesOf(address)) {
        const key = `${side} ${name}`
        keys.add(key)
        if (!wanted.has(key)) wanted.set(key, { side, name })
      }
    }
    add('from', envelopeFrom)
    for (const recipient of recipients) add('to', recipient)
    keysOf.set(id, keys)
  }
  const numbers = await numbersOf(tx, [...wanted.values()])
  const names = new Map(
    [...keysOf].map(([id, keys]) => [id, [...keys].map((key) => numbers.get(key) ?? 0)]),
  )
  await store.insertMessageNames(tx, names)
  return names
}

async function numbersOf(
  tx: Transaction,
  names: readonly store.SearchName[],
): Promise<Map<string, number>> {
  const known = await store.findNames(tx, names)
  const numbers = new Map(known.map(({ side, name, id }) => [`${side} ${name}`, id]))
  const missing = names.filter(({ side, name }) => !numbers.has(`${side} ${name}`))
  const added = await store.insertNames(tx, missing)
  await store.insertWords(
    tx,
    added.flatMap(({ id, name }) => wordsOf(name).map((word) => ({ word, nameId: id }))),
  )
  for (const { side, name, id } of added) numbers.set(`${side} ${name}`, id)
  return numbers
}

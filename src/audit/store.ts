import { sql } from 'kysely'
import { asBuffer } from '../base/bytes.ts'
import type { Database, Transaction } from '../db/connection.ts'

export interface StoredEntry {
  readonly number: number
  readonly at: Date
  readonly action: string
  readonly subject: string
  readonly by: string
  readonly detail: string
  readonly previousHash: Uint8Array
  readonly hash: Uint8Array
}

/** An arbitrary number that nothing else locks. */
const CHAIN_LOCK = 7_236_341

/**
 * The last entry, with the chain's end held until the transaction is over. The lock comes in a
 * statement of its own: a statement sees what was committed when it began, and this one waits.
 */
export async function lockAndFindLast(
  tx: Transaction,
): Promise<{ number: number; hash: Uint8Array } | undefined> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx)
  return tx
    .selectFrom('auditEntry')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function insertEntry(tx: Transaction, entry: StoredEntry): Promise<void> {
  await tx
    .insertInto('auditEntry')
    .values({
      ...entry,
      previousHash: asBuffer(entry.previousHash),
      hash: asBuffer(entry.hash),
    })
    .execute()
}

export function findNewest(
  db: Database,
  { limit, before, subject }: { limit: number; before?: number; subject?: string },
): Promise<StoredEntry[]> {
  return db
    .selectFrom('auditEntry')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0))
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
}

/** The entries that follow this number, in their order. */
export function findAfter(
  db: Database,
  { number, limit }: { number: number; limit: number },
): Promise<StoredEntry[]> {
  return db
    .selectFrom('auditEntry')
    .selectAll()
    .where('number', '>', number)
    .orderBy('number')
    .limit(limit)
    .execute()
}

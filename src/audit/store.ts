import { sql } from 'kysely'
import { asBuffer } from '../base/bytes.ts'
import type { Database, Transaction } from '../db/connection.ts'
import { isRowId } from '../db/row-id.ts'

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

/** What an id stands for now. */
export interface KnownName {
  readonly name: string
  readonly address: string | null
}

export function search(
  db: Database,
  query: {
    readonly limit: number
    readonly before?: number | undefined
    readonly action?: string | undefined
    readonly by?: readonly string[] | undefined
    readonly subject?: readonly string[] | undefined
    readonly from?: Date | undefined
    readonly to?: Date | undefined
  },
): Promise<StoredEntry[]> {
  const { limit, before, action, by, subject, from, to } = query
  let entries = db.selectFrom('auditEntry').selectAll()
  if (before !== undefined) entries = entries.where('number', '<', before)
  if (by !== undefined) entries = entries.where('by', 'in', by)
  if (subject !== undefined) entries = entries.where('subject', 'in', subject)
  if (from !== undefined) entries = entries.where('at', '>=', from)
  if (to !== undefined) entries = entries.where('at', '<', to)
  if (action !== undefined) {
    entries = entries.where((where) =>
      where.or([where('action', '=', action), where('action', '^@', `${action}.`)]),
    )
  }
  return entries.orderBy('number', 'desc').limit(limit).execute()
}

/** Ids of the person and the account with this address, and of the credential with this name. */
export async function findIdsOf(db: Database, text: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id::text from person where address_key = ${text.toLowerCase()}
    union all
    select a.id::text from account a join person p on p.id = a.person_id
      where p.address_key = ${text.toLowerCase()}
    union all
    select id::text from credential where name = ${text}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Names of people, of the accounts of people, and of credentials. */
export async function findNames(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, KnownName>> {
  const uuids = [...new Set(ids.filter(isRowId))]
  if (uuids.length === 0) return new Map()
  const { rows } = await sql<KnownName & { id: string }>`
    select id::text, name, address from person where id = any(${uuids}::uuid[])
    union all
    select a.id::text, p.name, p.address from account a join person p on p.id = a.person_id
      where a.id = any(${uuids}::uuid[])
    union all
    select id::text, name, null from credential where id = any(${uuids}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, name, address }) => [id, { name, address }]))
}

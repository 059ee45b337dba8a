import { sql } from 'kysely'
import { asBuffer } from '../../base/bytes.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { TryLimit } from './lock-out.ts'

/** Places of an account that are remembered: the ones it was last seen at. */
const PLACES = 50

/** Undefined when locked: then nothing is counted. */
export async function countTry(
  db: Database,
  { hash, limit, at }: { hash: Uint8Array; limit: TryLimit; at: Date },
): Promise<{ count: number; lockedUntil: Date | null } | undefined> {
  const forgetBefore = new Date(at.getTime() - limit.forgetMs)
  // The lock's length as a function of the count: first, twice that, four times… up to the longest.
  const lockAfter = (count: ReturnType<typeof sql<number>>) => sql<Date | null>`
    case when ${count} >= ${limit.tries}::int then ${at}::timestamptz + interval '1 millisecond' * least(
      ${limit.firstLockMs}::float8 * power(2::float8, least(${count} - ${limit.tries}::int, 30)),
      ${limit.longestLockMs}::float8) end`
  const next = sql<number>`(case when sign_in_failure.last_at < ${forgetBefore} then 1
    else sign_in_failure.count + 1 end)`
  const { rows } = await sql<{ count: number; lockedUntil: Date | null }>`
    insert into sign_in_failure (subject_hash, count, last_at, locked_until)
    values (${asBuffer(hash)}, 1, ${at}, ${lockAfter(sql<number>`1`)})
    on conflict (subject_hash) do update set
      count = ${next}, last_at = ${at}, locked_until = ${lockAfter(next)}
    where sign_in_failure.locked_until is null or sign_in_failure.locked_until <= ${at}
    returning count, locked_until`.execute(db)
  return rows[0]
}

export async function findLock(
  db: Database,
  { hash, at }: { hash: Uint8Array; at: Date },
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('signInFailure')
    .select('lockedUntil')
    .where('subjectHash', '=', asBuffer(hash))
    .where('lockedUntil', '>', at)
    .executeTakeFirst()
  return row?.lockedUntil ?? undefined
}

/** How many of them were there. */
export async function deleteTries(db: Database, hashes: readonly Uint8Array[]): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('signInFailure')
    .where('subjectHash', 'in', hashes.map(asBuffer))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

export async function takeTryBack(db: Database, hash: Uint8Array): Promise<void> {
  await db
    .updateTable('signInFailure')
    .set(({ eb }) => ({ count: eb('count', '-', 1), lockedUntil: null }))
    .where('subjectHash', '=', asBuffer(hash))
    .where('count', '>', 0)
    .execute()
}

export async function deleteOldTries(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('signInFailure').where('lastAt', '<', before).execute()
}

/** When the account signed in before; null when never. */
export async function markSignedIn(
  tx: Transaction,
  { accountId, at }: { accountId: string; at: Date },
): Promise<Date | null | undefined> {
  const before = await tx
    .selectFrom('account')
    .select('lastSignInAt')
    .where('id', '=', accountId)
    .where('status', '=', 'active')
    .forUpdate()
    .executeTakeFirst()
  if (before === undefined) return undefined
  await tx.updateTable('account').set({ lastSignInAt: at }).where('id', '=', accountId).execute()
  return before.lastSignInAt
}

/** Whether the account was never there before. */
export async function rememberPlace(
  tx: Transaction,
  { accountId, placeHash, at }: { accountId: string; placeHash: Uint8Array; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('accountPlace')
    .set({ seenAt: at })
    .where('accountId', '=', accountId)
    .where('placeHash', '=', asBuffer(placeHash))
    .executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n) return false
  await tx
    .insertInto('accountPlace')
    .values({ accountId, placeHash: asBuffer(placeHash), seenAt: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx
    .deleteFrom('accountPlace')
    .where('accountId', '=', accountId)
    .where('placeHash', 'not in', (query) =>
      query
        .selectFrom('accountPlace')
        .select('placeHash')
        .where('accountId', '=', accountId)
        .orderBy('seenAt', 'desc')
        .limit(PLACES),
    )
    .execute()
  return true
}

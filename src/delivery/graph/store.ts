/** Queries on the turns at mailboxes of Graph. */

import { sql } from 'kysely'
import type { Database, Transaction } from '../../db/connection.ts'

/** Holds the queue at a mailbox until the transaction ends: tickets are in the order of commits. */
export async function lockMailbox(tx: Transaction, mailbox: string): Promise<void> {
  const lock = () =>
    tx.selectFrom('mailbox').select('key').where('key', '=', mailbox).forUpdate().executeTakeFirst()
  if ((await lock()) !== undefined) return
  await tx
    .insertInto('mailbox')
    .values({ key: mailbox })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await lock()
}

/**
 * Takes out the tickets of processes that are gone, and those of this one but for `kept`. Says
 * whether there were any.
 */
export async function removeTickets(
  tx: Transaction,
  {
    mailbox,
    processId,
    kept,
    now,
  }: { mailbox: string; processId: string; kept: readonly number[]; now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from mailbox_turn t
    where t.mailbox = ${mailbox} and case
      when t.process_id = ${processId} then t.ticket <> all(${kept}::bigint[])
      else not exists (
        select from hub_process p where p.id = t.process_id and p.alive_until > ${now}) end`.execute(
    tx,
  )
  return (numAffectedRows ?? 0n) > 0n
}

/** Stands so many times at the end of the queue. */
export async function addTickets(
  tx: Transaction,
  { mailbox, processId, count }: { mailbox: string; processId: string; count: number },
): Promise<void> {
  if (count === 0) return
  await tx
    .insertInto('mailboxTurn')
    .values(Array.from({ length: count }, () => ({ mailbox, processId })))
    .execute()
}

/** All who stand at a mailbox, first come first. */
export function findTickets(
  tx: Transaction,
  mailbox: string,
): Promise<{ ticket: number; processId: string }[]> {
  return tx
    .selectFrom('mailboxTurn')
    .select(['ticket', 'processId'])
    .where('mailbox', '=', mailbox)
    .orderBy('ticket')
    .execute()
}

/** Gives back everything that a process has. */
export async function removeTicketsOf(db: Database, processId: string): Promise<void> {
  await db.deleteFrom('mailboxTurn').where('processId', '=', processId).execute()
}

/** Nobody should ask for so long, or for longer if that was said before. */
export async function pauseMailbox(db: Database, mailbox: string, ms: number): Promise<void> {
  await sql`
    insert into mailbox (key, paused_until)
    values (${mailbox}, clock_timestamp() + ${ms} * interval '1 millisecond')
    on conflict (key) do update
      set paused_until = greatest(mailbox.paused_until, excluded.paused_until)`.execute(db)
}

/** For how long nobody should ask; 0 when anybody may. */
export async function findPauseLeftMs(db: Database, mailbox: string): Promise<number> {
  const { rows } = await sql<{ leftMs: number }>`
    select 1000 * extract(epoch from paused_until - clock_timestamp())::float8 as left_ms
    from mailbox where key = ${mailbox}`.execute(db)
  return Math.max(0, rows[0]?.leftMs ?? 0)
}

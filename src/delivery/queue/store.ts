/** The queue's queries. Every one serves a batch. */

import { sql } from 'kysely'
import type { Database } from '../../db/connection.ts'
import type { DueDelivery, MessageEvent, Settlement } from './outbox.ts'

/** A due delivery, and how large its message is. */
export interface ClaimedDelivery extends DueDelivery {
  readonly sizeBytes: number
}

/**
 * Claims due deliveries for one process, oldest first. What a process claimed that is gone is free
 * again. Several hubs may ask at once: each row goes to one of them.
 */
export async function claimDue(
  db: Database,
  { processId, now, limit }: { processId: string; now: Date; limit: number },
): Promise<ClaimedDelivery[]> {
  const { rows } = await sql<ClaimedDelivery>`
    with due as (
      select message_id, position from delivery
      where state = 'waiting' and due_at <= ${now}
        and (claimed_by is null or not exists (
          select from hub_process p where p.id = delivery.claimed_by and p.alive_until > ${now}))
      order by due_at
      limit ${limit}
      for update skip locked)
    update delivery d set claimed_by = ${processId}
    from due where d.message_id = due.message_id and d.position = due.position
    returning d.message_id, d.position, d.recipient, d.copy, d.attempts,
      (select size_bytes from message m where m.id = d.message_id)`.execute(db)
  return rows
}

/** Gives back what the process claimed and will not come to: all of it, or of these messages. */
export async function releaseClaims(
  db: Database,
  processId: string,
  messageIds?: readonly string[],
): Promise<void> {
  let query = db
    .updateTable('delivery')
    .set({ claimedBy: null })
    .where('claimedBy', '=', processId)
    .where('state', '=', 'waiting')
  if (messageIds !== undefined) query = query.where('messageId', 'in', messageIds)
  await query.execute()
}

/**
 * Records what became of deliveries, with the events that led there, in one statement.
 *
 * A delivery that was held or cancelled while the attempt was under way stays so, unless the
 * attempt ended it: what was delivered was delivered.
 */
export async function settle(
  db: Database,
  { settlements, events }: { settlements: readonly Settlement[]; events: readonly MessageEvent[] },
): Promise<void> {
  const of = <Key extends keyof Settlement>(key: Key) => settlements.map((each) => each[key])
  await sql`
    with settled as (
      update delivery d set
        state = case when s.state = 'waiting' and d.state <> 'waiting' then d.state else s.state end,
        attempts = s.attempts, due_at = s.due_at, claimed_by = null, status = s.status,
        reply = s.reply, travelled = coalesce(s.travelled, d.travelled),
        finished_at = s.finished_at, bounce = s.bounce
      from unnest(
        ${of('messageId')}::uuid[], ${of('position')}::int[], ${of('state')}::text[],
        ${of('attempts')}::int[], ${of('dueAt')}::timestamptz[], ${of('status')}::text[],
        ${of('reply')}::text[], ${of('travelled')}::text[], ${of('finishedAt')}::timestamptz[],
        ${of('bounce')}::text[])
        as s (message_id, position, state, attempts, due_at, status, reply, travelled,
              finished_at, bounce)
      where d.message_id = s.message_id and d.position = s.position
        and d.state in ('waiting', 'held', 'cancelled')),
    changes as (
      insert into message_change
      select distinct message_id from unnest(${of('messageId')}::uuid[]) as s (message_id))
    insert into message_event (message_id, at, step, detail)
    select * from unnest(
      ${events.map(({ messageId }) => messageId)}::uuid[],
      ${events.map(({ at }) => at)}::timestamptz[],
      ${events.map(({ step }) => step)}::text[],
      ${events.map(({ detail }) => JSON.stringify(detail))}::json[])`.execute(db)
}

/** Says that a process lives, until then. */
export async function announceProcess(
  db: Database,
  process: {
    id: string
    host: string
    startedAt: Date
    aliveUntil: Date
    roles: string[]
    version: string
  },
): Promise<void> {
  await db
    .insertInto('hubProcess')
    .values(process)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ aliveUntil: process.aliveUntil }))
    .execute()
}

/** Forgets processes: the one, or all that were not seen since `before`. */
export async function forgetProcesses(
  db: Database,
  which: { id: string } | { before: Date },
): Promise<void> {
  const query = db.deleteFrom('hubProcess')
  await (
    'id' in which ? query.where('id', '=', which.id) : query.where('aliveUntil', '<', which.before)
  ).execute()
}

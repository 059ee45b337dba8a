import { sql } from 'kysely'
import type { Database, Transaction } from '../../db/connection.ts'
import type { DeliveryState } from '../../db/tables/messages.ts'

/** What an order changes: deliveries in one of these states, all of a message or some. */
export interface StateChange {
  readonly from: readonly DeliveryState[]
  readonly to: DeliveryState
  readonly finishedAt: Date | null
  /** Absent for all of them. */
  readonly positions?: readonly number[] | undefined
  readonly now: Date
}

/** Undefined when there is no such message. */
export function findErasure(
  db: Database,
  id: string,
): Promise<{ contentErasedAt: Date | null } | undefined> {
  return db.selectFrom('message').select('contentErasedAt').where('id', '=', id).executeTakeFirst()
}

/**
 * Moves deliveries from one state to another, due at once, and says which. A failure that is tried
 * again before its sender was told of it is not told.
 */
export async function changeStates(
  tx: Transaction,
  id: string,
  { from, to, finishedAt, positions, now }: StateChange,
): Promise<number[]> {
  const { rows } = await sql<{ position: number }>`
    with changed as (
      update delivery set state = ${to}, due_at = ${now}, finished_at = ${finishedAt},
        bounce = case when ${to} = 'waiting' and bounce = 'due' then 'none' else bounce end
      where message_id = ${id} and state = any (${from}::text[])
        -- A recipient without copy never had one: there is nothing to send it.
        and copy is not null
        and (${positions ?? null}::int[] is null or position = any (${positions ?? null}::int[]))
      returning position),
    noted as (
      insert into message_change select ${id}::uuid where exists (select from changed))
    select position from changed order by position`.execute(tx)
  return rows.map(({ position }) => position)
}

/** Makes all that waits due now, of recipients of one domain or of all; says how many messages and deliveries. */
export async function makeDue(
  tx: Transaction,
  { now, domain }: { now: Date; domain?: string | undefined },
): Promise<{ deliveries: number; messageIds: string[] }> {
  const { rows } = await sql<{ messageId: string }>`
    update delivery set due_at = ${now}
    where state = 'waiting' and due_at > ${now}
      and (${domain ?? null}::text is null or lower(split_part(recipient, '@', -1)) = ${domain ?? null})
    returning message_id`.execute(tx)
  return { deliveries: rows.length, messageIds: [...new Set(rows.map((row) => row.messageId))] }
}

/** The same entry on the timeline of many messages. */
export async function noteOnTimelines(
  tx: Transaction,
  messageIds: readonly string[],
  { at, step, detail }: { at: Date; step: string; detail: object },
): Promise<void> {
  await sql`
    insert into message_event (message_id, at, step, detail)
    select id, ${at}, ${step}, ${JSON.stringify(detail)}::json
    from unnest(${messageIds}::uuid[]) as m (id)`.execute(tx)
}

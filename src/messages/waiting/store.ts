/** Queries on what waits and what is held. They read the rows of the queue, which are few, and no others. */

import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../db/connection.ts'

export interface QueueFilter {
  readonly state?: 'waiting' | 'held' | undefined
  readonly domain?: string | undefined
}

export interface QueueTotals {
  waiting: number
  held: number
  due: number
  /** Identifier of the message that was accepted first. */
  oldest: string | null
  nextAttemptAt: Date | null
}

export async function countQueue(db: Database, now: Date): Promise<QueueTotals> {
  const { rows } = await sql<QueueTotals>`
    select count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'held') as held,
      count(*) filter (where state = 'waiting' and due_at <= ${now}) as due,
      (array_agg(message_id order by message_id))[1]::text as oldest,
      min(due_at) filter (where state = 'waiting') as next_attempt_at
    from (${queued(sql`message_id, state, due_at`)}) as q`.execute(db)
  return rows[0] ?? { waiting: 0, held: 0, due: 0, oldest: null, nextAttemptAt: null }
}

export interface QueueDomain {
  domain: string
  waiting: number
  held: number
  oldest: string
  nextAttemptAt: Date | null
}

/** By the domain of the recipient, those with most first. */
export async function countDomains(db: Database, limit: number): Promise<QueueDomain[]> {
  const { rows } = await sql<QueueDomain>`
    select lower(split_part(recipient, '@', -1)) as domain,
      count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'held') as held,
      (array_agg(message_id order by message_id))[1]::text as oldest,
      min(due_at) filter (where state = 'waiting') as next_attempt_at
    from (${queued(sql`message_id, recipient, state, due_at`)}) as q
    group by 1 order by count(*) desc, 1 limit ${limit}`.execute(db)
  return rows
}

export interface QueueError {
  status: string | null
  reply: string
  deliveries: number
}

/** Last answers, the same words once. */
export async function countErrors(db: Database, limit: number): Promise<QueueError[]> {
  const { rows } = await sql<QueueError>`
    select status, reply, count(*) as deliveries
    from (${queued(sql`status, reply`)}) as q where reply is not null
    group by status, reply order by count(*) desc, reply limit ${limit}`.execute(db)
  return rows
}

export interface QueueRow {
  messageId: string
  position: number
  recipient: string
  envelopeFrom: string
  acceptedAt: Date
  state: 'waiting' | 'held'
  isUnderWay: boolean
  attempts: number
  dueAt: Date
  status: string | null
  reply: string | null
}

/** Those accepted first, first. */
export async function findQueued(
  db: Database,
  { state, domain }: QueueFilter,
  { after, limit }: { after?: { messageId: string; position: number } | undefined; limit: number },
): Promise<QueueRow[]> {
  const conditions = [
    sql`true`,
    ...(state === undefined ? [] : [sql`q.state = ${state}`]),
    ...(domain === undefined ? [] : [sql`lower(split_part(q.recipient, '@', -1)) = ${domain}`]),
    ...(after === undefined
      ? []
      : [sql`(q.message_id, q.position) > (${after.messageId}::uuid, ${after.position}::int)`]),
  ]
  const { rows } = await sql<QueueRow>`
    select q.message_id, q.position, q.recipient, m.envelope_from, m.accepted_at, q.state,
      q.claimed_by is not null as is_under_way, q.attempts, q.due_at, q.status, q.reply
    from (
      select * from (${queued(sql`*`)}) as q where ${sql.join(conditions, sql` and `)}
      order by q.message_id, q.position limit ${limit}) as q
    join message m on m.id = q.message_id
    order by q.message_id, q.position`.execute(db)
  return rows
}

/** Each state by its own index. */
function queued(columns: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select ${columns} from delivery where state = 'waiting'
    union all select ${columns} from delivery where state = 'held'`
}

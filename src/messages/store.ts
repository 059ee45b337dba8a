/** Queries that write messages and their timeline, and read what delivery needs of them. */

import { sql } from 'kysely'
import type { Database } from '../db/connection.ts'
import type { LayerView } from '../contract/message-layers.ts'
import type { Plan, PlannedRecipient } from '../rules/decision.ts'
import type { Facts } from '../rules/facts.ts'
import type { SealedContent } from './content.ts'
import { parsePlan } from './record/stored.ts'
import type { SubmittingClient } from './submission.ts'

/** A message with all that is stored of it at its acceptance. */
export interface AcceptedMessage {
  readonly id: string
  readonly acceptedAt: Date
  readonly via: Facts['via']
  readonly envelopeFrom: string
  readonly smtpUtf8: boolean
  readonly headerMessageId: string | undefined
  readonly client: SubmittingClient
  readonly sizeBytes: number
  readonly facts: Facts
  readonly plan: Plan
  /** What it came with, if it is S/MIME. */
  readonly layers: readonly LayerView[] | undefined
  readonly sealed: SealedContent
  /** The process that will deliver it from memory, if there is one. */
  readonly claimedBy: string | undefined
}

/**
 * Stores messages with their content and recipients, all in one statement: when it resolves, they
 * are on stable storage. Arrays of columns keep the statement the same for every number of rows, and
 * content travels as one binary value.
 */
export async function insertMessages(
  db: Database,
  messages: readonly AcceptedMessage[],
): Promise<void> {
  const column = <Value>(read: (message: AcceptedMessage) => Value) => messages.map(read)
  const keys = Buffer.concat(column(({ sealed }) => sealed.sealedKey))
  const contents = Buffer.concat(column(({ sealed }) => sealed.content))
  const deliveries = messages.flatMap((message) =>
    message.plan.recipients.map((recipient, position) => ({ message, recipient, position })),
  )
  const of = <Value>(read: (delivery: (typeof deliveries)[number]) => Value) => deliveries.map(read)
  await sql`
    with accepted as (
      select * from unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ acceptedAt }) => acceptedAt)}::timestamptz[],
        ${column(({ via }) => via)}::text[], ${column((each) => each.envelopeFrom)}::text[],
        ${column(({ smtpUtf8 }) => smtpUtf8)}::boolean[],
        ${column((each) => each.headerMessageId ?? null)}::text[],
        ${column(({ client }) => JSON.stringify(client))}::json[],
        ${column(({ sizeBytes }) => sizeBytes)}::int[],
        ${column(({ facts }) => JSON.stringify(facts))}::json[],
        ${column(({ plan }) => JSON.stringify(plan))}::json[],
        ${column(({ layers }) => (layers === undefined ? null : JSON.stringify(layers)))}::json[],
        ${starts(column(({ sealed }) => sealed.sealedKey))}::int[],
        ${column(({ sealed }) => sealed.sealedKey.byteLength)}::int[],
        ${starts(column(({ sealed }) => sealed.content))}::int[],
        ${column(({ sealed }) => sealed.content.byteLength)}::int[])
      as m (id, accepted_at, via, envelope_from, smtp_utf8, header_message_id, client, size_bytes,
            facts, decision, layers, key_start, key_length, content_start, content_length)),
    messages as (
      insert into message (id, accepted_at, via, envelope_from, smtp_utf8, header_message_id,
                           client, size_bytes, facts, decision, layers)
      select id, accepted_at, via, envelope_from, smtp_utf8, header_message_id,
             client, size_bytes, facts, decision, layers from accepted),
    changes as (insert into message_change select id from accepted),
    contents as (
      insert into message_content (message_id, sealed_key, content)
      select id, substring(${keys}::bytea from key_start for key_length),
             substring(${contents}::bytea from content_start for content_length) from accepted)
    insert into delivery (message_id, position, recipient, copy, strength, state, due_at,
                          claimed_by, status, reply, finished_at, bounce)
    select * from unnest(
      ${of(({ message }) => message.id)}::uuid[], ${of(({ position }) => position)}::int[],
      ${of(({ recipient }) => recipient.address)}::text[],
      ${of(({ recipient }) => recipient.copy ?? null)}::int[],
      ${of(({ recipient }) => (recipient.gets === 'bounce' ? null : recipient.gets))}::text[],
      ${of(({ recipient }) => (recipient.gets === 'bounce' ? 'failed' : 'waiting'))}::text[],
      ${of(({ message }) => message.acceptedAt)}::timestamptz[],
      ${of((each) => (isBounce(each.recipient) ? null : (each.message.claimedBy ?? null)))}::uuid[],
      ${of(({ recipient }) => (isBounce(recipient) ? '5.7.5' : null))}::text[],
      ${of(({ recipient }) => (isBounce(recipient) ? NO_CERTIFICATE : null))}::text[],
      ${of(({ recipient, message }) => (isBounce(recipient) ? message.acceptedAt : null))}::timestamptz[],
      ${of(({ recipient, message }) => (isBounce(recipient) && message.envelopeFrom !== '' ? 'due' : 'none'))}::text[])
    `.execute(db)
}

/** What a recipient's sender is told under the outcome `each-or-bounce`. */
const NO_CERTIFICATE =
  'the message has to be encrypted, and no certificate of the recipient is known'

function isBounce(recipient: PlannedRecipient): boolean {
  return recipient.gets === 'bounce'
}

/** Where each value starts in their concatenation; `substring` counts from 1. */
function starts(values: readonly Uint8Array[]): number[] {
  let next = 1
  return values.map(({ byteLength }) => {
    const start = next
    next += byteLength
    return start
  })
}

/** Takes a caller's key for a message; when it was used before, says for which one. */
export async function useIdempotencyKey(
  db: Database,
  use: { credential: string; key: string; digest: string; messageId: string; usedAt: Date },
): Promise<{ messageId: string; digest: string } | undefined> {
  const inserted = await db
    .insertInto('idempotencyKey')
    .values(use)
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  if (inserted !== undefined) return undefined
  return findIdempotencyKey(db, use)
}

/** The message that a caller's key stands for. */
export function findIdempotencyKey(
  db: Database,
  { credential, key }: { credential: string; key: string },
): Promise<{ messageId: string; digest: string } | undefined> {
  return db
    .selectFrom('idempotencyKey')
    .select(['messageId', 'digest'])
    .where('credential', '=', credential)
    .where('key', '=', key)
    .executeTakeFirst()
}

/** A message read back for its delivery; those whose content was erased are missing. */
export interface StoredMessage {
  id: string
  acceptedAt: Date
  envelopeFrom: string
  smtpUtf8: boolean
  plan: Plan
  sealed: SealedContent
}

export async function findContents(
  db: Database,
  ids: readonly string[],
): Promise<readonly StoredMessage[]> {
  const rows = await db
    .selectFrom('message')
    .innerJoin('messageContent', 'messageContent.messageId', 'message.id')
    .select(['id', 'acceptedAt', 'envelopeFrom', 'smtpUtf8', 'decision', 'sealedKey', 'content'])
    .where('id', 'in', ids)
    .execute()
  return rows.map(({ decision, sealedKey, content, ...row }) => ({
    ...row,
    plan: parsePlan(decision),
    sealed: { sealedKey, content },
  }))
}

export async function insertEvents(
  db: Database,
  events: readonly { messageId: string; at: Date; step: string; detail: object }[],
): Promise<void> {
  if (events.length === 0) return
  await db
    .insertInto('messageEvent')
    .values(events.map((event) => ({ ...event, detail: JSON.stringify(event.detail) })))
    .execute()
}

/** Failures that senders have to be told of, locked against other hubs until the transaction ends. */
export interface DueBounce {
  messageId: string
  position: number
  recipient: string
  status: string | null
  reply: string | null
  finishedAt: Date | null
  attempts: number
}

export async function lockDueBounces(db: Database, limit: number): Promise<DueBounce[]> {
  return db
    .selectFrom('delivery')
    .select(['messageId', 'position', 'recipient', 'status', 'reply', 'finishedAt', 'attempts'])
    .where('bounce', '=', 'due')
    .orderBy('messageId')
    .orderBy('position')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
}

export async function markBounced(
  db: Database,
  { messageId, positions }: { messageId: string; positions: readonly number[] },
): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ bounce: 'sent' })
    .where('messageId', '=', messageId)
    .where('position', 'in', positions)
    .execute()
}

/**
 * Erases content and keys of messages whose last delivery ended before a moment. The rest of the
 * record stays. Says how many.
 */
export async function eraseContents(
  db: Database,
  { before, now, limit }: { before: Date; now: Date; limit: number },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    with old as (
      select m.id from message m join message_content c on c.message_id = m.id
      where m.accepted_at < ${before} and not exists (
        select from delivery d where d.message_id = m.id
          and (d.finished_at is null or d.finished_at >= ${before} or d.bounce = 'due'))
      order by m.id limit ${limit}),
    erased as (delete from message_content c using old where c.message_id = old.id)
    update message m set content_erased_at = ${now} from old where m.id = old.id
    returning m.id`.execute(db)
  return rows.length
}

/** Forgets idempotency keys that were used before a moment. */
export async function forgetIdempotencyKeys(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('idempotencyKey').where('usedAt', '<', before).execute()
}

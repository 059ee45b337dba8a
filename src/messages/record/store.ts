/** Queries on the record of one message: all that is known of it but its content. */

import { sql } from 'kysely'
import type { LayerView } from '../../contract/message-layers.ts'
import type { Database } from '../../db/connection.ts'
import type { DeliveryState } from '../../db/tables/messages.ts'
import type { Decision, Plan, Strength } from '../../rules/decision.ts'
import type { SubmittingClient } from '../submission.ts'
import { parseClient, parseFacts, parseLayers, parsePlan, type StoredFacts } from './stored.ts'

/** One line of a list of messages. */
export interface MessageSummary {
  id: string
  acceptedAt: Date
  via: string
  envelopeFrom: string
  headerMessageId: string | null
  sizeBytes: number
  recipients: string[]
  /** Of each recipient, in their order. */
  states: DeliveryState[]
}

/** Newest first. With `state`, those that have a delivery in it. */
export async function listMessages(
  db: Database,
  { limit, state, before }: { limit: number; state?: DeliveryState; before?: string },
): Promise<MessageSummary[]> {
  const { rows } = await sql<MessageSummary>`
    select m.id, m.accepted_at, m.via, m.envelope_from, m.header_message_id, m.size_bytes,
      array_agg(d.recipient order by d.position) as recipients,
      array_agg(d.state order by d.position) as states
    from message m join delivery d on d.message_id = m.id
    where (${before ?? null}::uuid is null or m.id < ${before ?? null}::uuid)
      and (${state ?? null}::text is null or exists (
        select from delivery s where s.message_id = m.id and s.state = ${state ?? null}))
    group by m.id order by m.id desc limit ${limit}`.execute(db)
  return rows
}

/** All that is known of one message, but its content. */
export interface MessageRecord {
  id: string
  acceptedAt: Date
  via: string
  envelopeFrom: string
  smtpUtf8: boolean
  headerMessageId: string | null
  client: SubmittingClient
  sizeBytes: number
  facts: StoredFacts
  decision: Plan & Decision
  layers: LayerView[]
  contentErasedAt: Date | null
  deliveries: DeliveryRecord[]
  events: EventRecord[]
}

export interface DeliveryRecord {
  position: number
  recipient: string
  copy: number | null
  strength: Strength | null
  state: DeliveryState
  attempts: number
  dueAt: Date
  status: string | null
  reply: string | null
  finishedAt: Date | null
}

export interface EventRecord {
  at: Date
  step: string
  detail: Record<string, unknown>
}

/** Longest timeline that is shown: five days of attempts for a thousand recipients stay below. */
const MAX_EVENTS = 10_000

export async function findMessage(db: Database, id: string): Promise<MessageRecord | undefined> {
  const message = await db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirst()
  if (message === undefined) return undefined
  const deliveries = await db
    .selectFrom('delivery')
    .select([
      'position',
      'recipient',
      'copy',
      'strength',
      'state',
      'attempts',
      'dueAt',
      'status',
      'reply',
      'finishedAt',
    ])
    .where('messageId', '=', id)
    .orderBy('position')
    .execute()
  const events = await db
    .selectFrom('messageEvent')
    .select(['at', 'step', 'detail'])
    .where('messageId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .limit(MAX_EVENTS)
    .execute()
  return {
    ...message,
    client: parseClient(message.client),
    facts: parseFacts(message.facts),
    decision: parsePlan(message.decision),
    layers: parseLayers(message.layers),
    deliveries,
    events: events.map((event) => ({ ...event, detail: event.detail as EventRecord['detail'] })),
  }
}

export interface CertificateRecord {
  fingerprint: string
  der: Uint8Array
  subject: string
  issuer: string
  notBefore: Date
  notAfter: Date
  owner: 'person' | 'partner' | 'hub' | 'authority'
}

/** Those that are known; certificates are never deleted, but a database may be older than a fact. */
export function findCertificates(
  db: Database,
  fingerprints: readonly string[],
): Promise<CertificateRecord[]> {
  if (fingerprints.length === 0) return Promise.resolve([])
  return db
    .selectFrom('certificate')
    .select(['fingerprint', 'der', 'subject', 'issuer', 'notBefore', 'notAfter', 'owner'])
    .where('fingerprint', 'in', fingerprints)
    .orderBy('fingerprint')
    .execute()
}

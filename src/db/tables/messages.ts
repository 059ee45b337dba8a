/** Rows of the mail side: messages, who they are for, and what happened to them. */

import type { ColumnType, Generated } from 'kysely'

/** A JSON column: read as a value, written as text. The folder that owns it knows its shape. */
type Json = ColumnType<unknown, string, string>

/** Where a delivery stands. Only `waiting` ones are ever attempted; the last four are final. */
export type DeliveryState = 'waiting' | 'held' | 'delivered' | 'failed' | 'cancelled'

/** One message as it was accepted, without its content. Never changed, but for the erasure. */
export interface MessageTable {
  /** UUID version 7: sorts by time of acceptance. */
  id: string
  acceptedAt: Date
  via: string
  /** Empty for the null reverse-path. */
  envelopeFrom: string
  smtpUtf8: boolean
  /** The Message-ID field, for people who look for a message. */
  headerMessageId: string | null
  /** What is known of who handed it over. */
  client: Json
  sizeBytes: number
  /** `rules/facts.ts` */
  facts: Json
  /** `rules/decision.ts`, always one that sends. */
  decision: Json
  /** `contract/message-layers.ts`; null for one that came without S/MIME. */
  layers: ColumnType<unknown, string | null | undefined, string | null>
  contentErasedAt: Date | null
}

/** Sealed content, gone after retention. */
export interface MessageContentTable {
  messageId: string
  /** The content's key, sealed with the master key. */
  sealedKey: Uint8Array
  content: Uint8Array
}

/** One message for one recipient. */
export interface DeliveryTable {
  messageId: string
  /** Place in the envelope, from 0. */
  position: number
  recipient: string
  /** Which copy of the decision it gets; null when it bounces without an attempt. */
  copy: number | null
  /** What the decision says of the way it must travel. */
  strength: 'encrypted' | 'clear' | 'passed' | null
  /** How it travelled. The database refuses another strength than the decided one. */
  travelled: 'encrypted' | 'clear' | 'passed' | null
  state: DeliveryState
  attempts: number
  /** When the next attempt may be made. */
  dueAt: Date
  /** The hub process that is at it; another may take it once that process is gone. */
  claimedBy: string | null
  /** The last answer: RFC 3463 status and words. */
  status: string | null
  reply: string | null
  finishedAt: Date | null
  /** Whether the sender has to be told of the failure. */
  bounce: 'none' | 'due' | 'sent'
}

/** One thing that happened to a message. */
export interface MessageEventTable {
  id: Generated<number>
  messageId: string
  at: Date
  step: string
  detail: Json
}

/** A caller's own name for a request, so that a repetition is not a second message. */
export interface IdempotencyKeyTable {
  credential: string
  key: string
  /** SHA-256 of the request, in hex. */
  digest: string
  messageId: string
  usedAt: Date
}

/** A running hub. What it claimed is free again once it has not been seen for a while. */
export interface HubProcessTable {
  id: string
  host: string
  startedAt: Date
  aliveUntil: Date
  /** What it does: `web`, `smtp`, `worker`. */
  roles: string[]
  version: string
}

export interface MessageTables {
  message: MessageTable
  messageContent: MessageContentTable
  delivery: DeliveryTable
  messageEvent: MessageEventTable
  idempotencyKey: IdempotencyKeyTable
  hubProcess: HubProcessTable
}

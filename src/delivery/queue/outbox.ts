/** What the queue asks of those whose mail it delivers (`messages/`). */

import type { DeliveryState } from '../../db/tables/messages.ts'
import type { Plan } from '../../rules/decision.ts'
import type { TransportTraits } from '../mail-route.ts'
import type { ReleasedCopy } from '../released-copy.ts'

/** A message that waits for its delivery, in memory. */
export interface QueuedMessage {
  readonly id: string
  readonly acceptedAt: Date
  /** Empty for the null reverse-path: its failures are told to nobody. */
  readonly envelopeFrom: string
  readonly smtpUtf8: boolean
  readonly plan: Plan
  /** The message as accepted: it never leaves as it is here. */
  readonly content: Uint8Array
}

/** One recipient that is due. */
export interface DueDelivery {
  readonly messageId: string
  readonly position: number
  readonly recipient: string
  /** Index of the plan's copies. */
  readonly copy: number
  /** Attempts made so far. */
  readonly attempts: number
}

/** Something that happened to a message, for its timeline. */
export interface MessageEvent {
  readonly messageId: string
  readonly at: Date
  readonly step: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Whether a message may leave: its copies by their index in the plan, or why it may not. */
export type Release =
  | {
      readonly is: 'released'
      readonly copies: ReadonlyMap<number, ReleasedCopy>
      readonly events: readonly MessageEvent[]
    }
  | {
      readonly is: 'held'
      readonly because: string
      readonly events: readonly MessageEvent[]
    }

export interface Outbox {
  /** Reads messages back from the database; one whose content is gone is missing in the answer. */
  load(ids: readonly string[]): Promise<readonly QueuedMessage[]>
  /**
   * Protects the copies that are asked for, and reads each back. They are encrypted as the way out
   * can carry it; as most can, when nothing is said of it.
   */
  release(
    message: QueuedMessage,
    copies: ReadonlySet<number>,
    traits?: Pick<TransportTraits, 'cipher'>,
  ): Promise<Release>
}

/** What an attempt, or the lack of one, made of a delivery. */
export interface Settlement {
  readonly messageId: string
  readonly position: number
  readonly state: DeliveryState
  readonly attempts: number
  /** When it is tried again, if it is `waiting`. */
  readonly dueAt: Date
  readonly status: string | null
  readonly reply: string | null
  readonly travelled: ReleasedCopy['strength'] | null
  readonly finishedAt: Date | null
  readonly bounce: 'none' | 'due'
}

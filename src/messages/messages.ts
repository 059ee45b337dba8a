/**
 * Messages: taken, decided, protected, handed to delivery, and remembered.
 *
 * The way of a message through this folder:
 * 1. `acceptance.ts`: its header is read (`intake.ts`), `rules/` decides, the content is sealed
 *    (`content.ts`), and all is stored with the recipients in one transaction shared with other
 *    messages. Only then is the sender told that it was taken.
 * 2. `delivery/queue.ts` comes to it, at once from memory or later from the table, and asks
 *    `release.ts` for what may leave: signed, encrypted, and read back by the reading side.
 * 3. Results and steps are recorded as they happen. Failures become bounces (`bounces.ts`), which
 *    are messages again. Contents are erased when their time is over (`retention.ts`).
 *
 * What stands still between two steps is in the database; a kill at any moment loses nothing that was
 * acknowledged, and may deliver twice what was under way.
 */

import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import type { DeliveryState } from '../db/tables/messages.ts'
import type { TransportTraits } from '../delivery/mail-route.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ReleasedCopy } from '../delivery/released-copy.ts'
import type { Acceptance, Handover } from './acceptance.ts'
import { isMessageId } from './message-id.ts'
import * as store from './store.ts'

/** What a person may do with the deliveries of a message, and which ones it changes. */
const ORDERS = {
  hold: { from: ['waiting'], to: 'held', step: 'held' },
  release: { from: ['held'], to: 'waiting', step: 'released' },
  retry: { from: ['waiting', 'failed'], to: 'waiting', step: 'retried' },
  cancel: { from: ['waiting', 'held'], to: 'cancelled', step: 'cancelled' },
} as const satisfies Record<
  string,
  { from: readonly DeliveryState[]; to: DeliveryState; step: string }
>

export type MessageOrder = keyof typeof ORDERS

export interface MessagesParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly acceptance: Acceptance
  /** Lets messages leave. */
  readonly outbox: Pick<Outbox, 'release'>
  /** Told that a delivery may have become due. */
  readonly onDue: () => void
}

/** A message that may leave, and that nothing was kept of. */
export interface UnstoredRelease {
  readonly released: ReleasedCopy
  /** By whom, when the decision was to sign. */
  readonly signedAs: string | undefined
}

export class Messages {
  readonly #parts: MessagesParts

  constructor(parts: MessagesParts) {
    this.#parts = parts
  }

  /** See `Acceptance.accept`. */
  accept(handover: Handover): Promise<{ id: string }> {
    return this.#parts.acceptance.accept(handover)
  }

  /**
   * Decides and protects a message of the hub's own for one recipient, and reads it back, as any that
   * leaves. It is neither stored nor queued: whoever asks for it sends it, once, and watches.
   *
   * @throws HubError `message.not_released`: it does not agree with its decision
   * @throws HubError what `accept` throws
   */
  async releaseUnstored(
    handover: Handover,
    traits?: Pick<TransportTraits, 'cipher'>,
  ): Promise<UnstoredRelease> {
    const { acceptance, outbox } = this.#parts
    const { row, content } = await acceptance.prepare(handover)
    const release = await outbox.release({ ...row, content }, new Set([0]), traits)
    const released = release.is === 'released' ? release.copies.get(0) : undefined
    if (released === undefined) {
      const why = release.is === 'held' ? release.because : 'it has no copy'
      throw new HubError('message.not_released', why)
    }
    const { signing } = row.plan
    return { released, signedAs: signing.is === 'signed' ? signing.author : undefined }
  }

  /** Newest first; those that have a delivery in `state`, and older than `before` (an identifier). */
  list(options: {
    limit: number
    state?: DeliveryState
    before?: string
  }): Promise<store.MessageSummary[]> {
    return store.listMessages(this.#parts.db, options)
  }

  /**
   * All that is known of a message but its content, with its timeline.
   *
   * @throws HubError `message.not_found`
   */
  async get(id: string): Promise<store.MessageRecord> {
    const message = await this.find(id)
    if (message === undefined) throw new HubError('message.not_found', `there is no message ${id}`)
    return message
  }

  /** As `get`; undefined when there is no such message. */
  find(id: string): Promise<store.MessageRecord | undefined> {
    return isMessageId(id) ? store.findMessage(this.#parts.db, id) : Promise.resolve(undefined)
  }

  /**
   * Holds, releases, retries or cancels what is not delivered yet. What was held because its
   * protection did not agree with its decision is protected and read back anew when it is released:
   * nothing leaves unchecked. An attempt that is under way is not interrupted.
   *
   * @throws HubError `message.not_found`, `message.not_possible`: no delivery is in a state for it;
   *   `message.content_erased`
   */
  async order(order: MessageOrder, id: string, { by }: { by: string }): Promise<number> {
    const { db, clock, log, onDue } = this.#parts
    const { from, to, step } = ORDERS[order]
    const message = await this.get(id)
    const now = clock.now()
    if (to === 'waiting' && message.contentErasedAt !== null) {
      throw new HubError('message.content_erased', `the content of message ${id} was erased`)
    }
    const count = await db.transaction().execute(async (tx) => {
      const finishedAt = to === 'cancelled' ? now : null
      const changed = await store.changeStates(tx, id, { from, to, finishedAt, now })
      if (changed === 0) {
        throw new HubError(
          'message.not_possible',
          `${order} is for deliveries that are ${from.join(' or ')}, and message ${id} has none`,
        )
      }
      await store.insertEvents(tx, [{ messageId: id, at: now, step, detail: { by } }])
      return changed
    })
    log.info(`message.${step}`, { messageId: id, deliveries: count, by })
    if (to === 'waiting') onDue()
    return count
  }
}

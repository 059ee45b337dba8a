/**
 * Messages: taken, decided, protected, handed to delivery, and remembered.
 *
 * The way of a message through this folder:
 * 1. `acceptance.ts`: its header is read (`intake.ts`), `rules/` decides, the content is sealed
 *    (`content.ts`), and all is stored with the recipients in one transaction shared with other
 *    messages. Only then is the sender told that it was taken.
 * 2. `delivery/queue/queue.ts` comes to it, at once from memory or later from the table, and asks
 *    `release.ts` for what may leave: signed, encrypted, and read back by the reading side.
 * 3. Results and steps are recorded as they happen. Failures become bounces (`bounces.ts`), which
 *    are messages again. Contents are erased when their time is over (`retention.ts`).
 *
 * People look at all this through `finding/` (lists, from what `listing/` keeps), `record/` (one message)
 * and `waiting/` (the queue), and intervene through `orders/`.
 *
 * What stands still between two steps is in the database; a kill at any moment loses nothing that was
 * acknowledged, and may deliver twice what was under way.
 */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import type { DeliveryState } from '../db/tables/messages.ts'
import type { TransportTraits } from '../delivery/mail-route.ts'
import type { Outbox } from '../delivery/queue/outbox.ts'
import type { ReleasedCopy } from '../delivery/released-copy.ts'
import type { Acceptance, Handover } from './acceptance.ts'
import { isMessageId } from './message-id.ts'
import { Finding } from './finding/finding.ts'
import { ListingRefresh } from './listing/refresh.ts'
import { Orders } from './orders/orders.ts'
import * as store from './record/store.ts'
import { OverviewPage } from './overview/overview.ts'
import { Waiting } from './waiting/waiting.ts'

export interface MessagesParts {
  readonly db: Database
  readonly audit: Audit
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
  /** Pages of the list, and how many there are. */
  readonly finding: Finding
  /** What people do with messages that are not delivered. */
  readonly orders: Orders
  readonly overview: OverviewPage
  /** The queue. */
  readonly waiting: Waiting
  readonly #parts: MessagesParts

  constructor(parts: MessagesParts) {
    this.#parts = parts
    const refresh = new ListingRefresh(parts)
    this.finding = new Finding({ ...parts, refresh })
    this.orders = new Orders(parts)
    this.waiting = new Waiting(parts)
    this.overview = new OverviewPage({ ...parts, finding: this.finding, refresh })
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
}

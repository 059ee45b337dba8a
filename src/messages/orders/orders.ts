/**
 * What people do with messages that are not delivered: hold, release, try again, cancel.
 *
 * The check and the change are one statement, so of two who order at once only one wins, and what
 * was delivered is never sent again. Order, entry on the timeline and audit entry share a transaction.
 */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { asHubError, type ErrorCode, HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../db/connection.ts'
import type { DeliveryState } from '../../db/tables/messages.ts'
import { isMessageId } from '../message-id.ts'
import * as store from './store.ts'

/** What a person may do with the deliveries of a message, and which ones it changes. */
export const ORDERS = {
  hold: { from: ['waiting'], to: 'held', step: 'held' },
  release: { from: ['held'], to: 'waiting', step: 'released' },
  retry: { from: ['waiting', 'failed'], to: 'waiting', step: 'retried' },
  cancel: { from: ['waiting', 'held'], to: 'cancelled', step: 'cancelled' },
} as const satisfies Record<
  string,
  { from: readonly DeliveryState[]; to: DeliveryState; step: string }
>

export type MessageOrder = keyof typeof ORDERS

/** Who orders: an account's id and name, or `command` alone. */
export interface OrderedBy {
  readonly by: string
  /** For the timeline, where people read it. */
  readonly name?: string | undefined
}

export type OrderResult =
  | { readonly id: string; readonly is: 'done'; readonly deliveries: number }
  | { readonly id: string; readonly is: 'refused'; readonly code: ErrorCode }

export interface OrdersParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  /** Told that a delivery may have become due. */
  readonly onDue: () => void
}

export class Orders {
  readonly #parts: OrdersParts

  constructor(parts: OrdersParts) {
    this.#parts = parts
  }

  /**
   * Changes deliveries of a message: all that are in a state for it, or only those at `positions`. What
   * was held because its protection did not agree with its decision is protected and read back anew
   * when it is released: nothing leaves unchecked. An attempt that is under way is not interrupted.
   * Says how many it changed.
   *
   * @throws HubError `message.not_found`, `message.not_possible`: no delivery is in a state for it;
   *   `message.content_erased`
   */
  async order(
    order: MessageOrder,
    id: string,
    { by, name, positions }: OrderedBy & { positions?: readonly number[] | undefined },
  ): Promise<number> {
    const { db, audit, clock, log, onDue } = this.#parts
    const { from, to, step } = ORDERS[order]
    const now = clock.now()
    const changed = await db.transaction().execute(async (tx) => {
      const message = isMessageId(id) ? await store.findErasure(tx, id) : undefined
      if (message === undefined) {
        throw new HubError('message.not_found', `there is no message ${id}`)
      }
      if (to === 'waiting' && message.contentErasedAt !== null) {
        throw new HubError('message.content_erased', `the content of message ${id} was erased`)
      }
      const finishedAt = to === 'cancelled' ? now : null
      const some = await store.changeStates(tx, id, { from, to, finishedAt, positions, now })
      if (some.length === 0) {
        throw new HubError(
          'message.not_possible',
          `${order} is for deliveries that are ${from.join(' or ')}, and message ${id} has none`,
        )
      }
      const detail = positions === undefined ? {} : { recipients: some }
      const who = name === undefined ? { by } : { by: name, account: by }
      await store.noteOnTimelines(tx, [id], { at: now, step, detail: { ...who, ...detail } })
      await audit.record(tx, {
        action: `message.${order}`,
        subject: id,
        by,
        at: now,
        detail: { deliveries: some.length, ...detail },
      })
      return some.length
    })
    log.info(`message.${step}`, { messageId: id, deliveries: changed, by })
    if (to === 'waiting') onDue()
    return changed
  }

  /** One order for many messages, each for itself: what is not possible for one hinders no other. */
  async orderAll(
    order: MessageOrder,
    ids: readonly string[],
    who: OrderedBy,
  ): Promise<OrderResult[]> {
    const results: OrderResult[] = []
    for (const id of ids) {
      try {
        results.push({ id, is: 'done', deliveries: await this.order(order, id, who) })
      } catch (error) {
        const { code, answer } = asHubError(error)
        // That the database is away is not about this message.
        if (answer.http >= 500) throw error
        results.push({ id, is: 'refused', code })
      }
    }
    return results
  }

  /** Has everything that waits tried now, of one domain or of all. Says how many deliveries. */
  async retryWaiting({
    domain,
    by,
    name,
  }: OrderedBy & { domain?: string | undefined }): Promise<number> {
    const { db, audit, clock, log, onDue } = this.#parts
    const now = clock.now()
    const deliveries = await db.transaction().execute(async (tx) => {
      const due = await store.makeDue(tx, { now, domain: domain?.toLowerCase() })
      if (due.deliveries === 0) return 0
      const detail = name === undefined ? { by } : { by: name, account: by }
      await store.noteOnTimelines(tx, due.messageIds, { at: now, step: 'retried', detail })
      await audit.record(tx, {
        action: 'queue.retry',
        subject: domain ?? 'all',
        by,
        at: now,
        detail: { deliveries: due.deliveries },
      })
      return due.deliveries
    })
    log.info('queue.retried', { domain, deliveries, by })
    if (deliveries > 0) onDue()
    return deliveries
  }
}

/** The mail queue as people see it: what waits for its next attempt, what is held, and why. */

import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { QueueQuery, QueueView } from '../../contract/queue.ts'
import type { Database } from '../../db/connection.ts'
import { isMessageId, momentOfMessageId } from '../message-id.ts'
import * as store from './store.ts'

const MAX_DOMAINS = 100
const MAX_ERRORS = 50

export class Waiting {
  readonly #db: Database
  readonly #clock: Clock

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  /** @throws HubError `usage.invalid`: `after` is no place in the queue */
  async look({ state, domain, after, limit }: QueueQuery): Promise<QueueView> {
    const page = { after: after === undefined ? undefined : placeOf(after), limit: limit + 1 }
    const filter = { state, domain: domain?.toLowerCase().replaceAll('\0', '') }
    const [totals, domains, errors, rows] = await Promise.all([
      store.countQueue(this.#db, this.#clock.now()),
      store.countDomains(this.#db, MAX_DOMAINS),
      store.countErrors(this.#db, MAX_ERRORS),
      store.findQueued(this.#db, filter, page),
    ])
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    const { waiting, held, due, oldest, nextAttemptAt } = totals
    return {
      counts: { waiting, held, due },
      oldestAcceptedAt: oldest === null ? null : acceptedAt(oldest),
      nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
      domains: domains.map((each) => ({
        domain: each.domain,
        waiting: each.waiting,
        held: each.held,
        oldestAcceptedAt: acceptedAt(each.oldest),
        nextAttemptAt: each.nextAttemptAt?.toISOString() ?? null,
      })),
      errors,
      deliveries: shown.map(({ envelopeFrom, acceptedAt, dueAt, ...row }) => ({
        ...row,
        from: envelopeFrom,
        acceptedAt: acceptedAt.toISOString(),
        dueAt: row.state === 'waiting' ? dueAt.toISOString() : null,
      })),
      next: last === undefined ? null : `${last.messageId}.${last.position}`,
    }
  }
}

function acceptedAt(messageId: string): string {
  return momentOfMessageId(messageId).toISOString()
}

function placeOf(text: string): { messageId: string; position: number } {
  const [messageId = '', position = ''] = text.split('.')
  if (!isMessageId(messageId) || !/^\d{1,9}$/.test(position)) {
    throw new HubError('usage.invalid', 'this is no place in the queue')
  }
  return { messageId, position: Number(position) }
}

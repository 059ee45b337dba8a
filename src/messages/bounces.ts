/**
 * Tells senders of recipients that did not get their message.
 *
 * A failure is recorded as *due to be told*; here it becomes a notification (`delivery/dsn.ts`), a
 * message of the hub's own that goes the way of all others. The notification is stored in the same
 * transaction that marks the failure as told, so that there is one for each, whatever dies when.
 */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKey } from '../base/seal.ts'
import type { Database } from '../db/connection.ts'
import { buildDsn } from '../delivery/dsn.ts'
import { forbidsClear } from '../rules/rules.ts'
import type { Acceptance, ReadyMessage } from './acceptance.ts'
import { openContent } from './content.ts'
import * as store from './store.ts'

export interface BouncesParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly master: SealingKey
  readonly acceptance: Acceptance
  /** The hub's own address, which notifications come from. */
  readonly sender: () => Promise<string>
  readonly hostName: string
  /** Told that a notification waits for its delivery. */
  readonly onDue: () => void
}

/** Failures told of in one transaction. */
const BATCH = 200

/** Failures that another process recorded, or that the last look missed, are found within this. */
const LOOK_EVERY_MS = 30_000

export class Bounces {
  readonly #parts: BouncesParts
  #looking: Promise<void> | undefined
  #isAskedAgain = false
  #timer: NodeJS.Timeout | undefined
  #isRunning = false

  constructor(parts: BouncesParts) {
    this.#parts = parts
  }

  start(): void {
    this.#isRunning = true
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS)
    this.wake()
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    clearInterval(this.#timer)
    await this.#looking
  }

  /** Looks for failures to be told, now. */
  wake(): void {
    if (!this.#isRunning) return
    if (this.#looking !== undefined) {
      this.#isAskedAgain = true
      return
    }
    this.#looking = this.#tellAll()
      .catch((error: unknown) => this.#parts.log.warn('bounces.not_sent', { error }))
      .finally(() => {
        this.#looking = undefined
        if (!this.#isAskedAgain) return
        this.#isAskedAgain = false
        this.wake()
      })
  }

  async #tellAll(): Promise<void> {
    const { db, log, onDue } = this.#parts
    for (;;) {
      const told = await db.transaction().execute((tx) => this.#tellSome(tx))
      for (const { id, of } of told)
        log.info('message.bounced', { messageId: of, notification: id })
      if (told.length > 0) onDue()
      if (told.length === 0 || !this.#isRunning) return
    }
  }

  /** Each notification that was stored, and the message that it is about. */
  async #tellSome(tx: Database): Promise<{ id: string; of: string }[]> {
    const { clock, log } = this.#parts
    const due = Map.groupBy(await store.lockDueBounces(tx, BATCH), (each) => each.messageId)
    if (due.size === 0) return []
    const messages = new Map(
      (await store.findContents(tx, [...due.keys()])).map((message) => [message.id, message]),
    )
    const told: { id: string; of: string }[] = []
    for (const [messageId, failures] of due) {
      const positions = failures.map(({ position }) => position)
      await store.markBounced(tx, { messageId, positions })
      const message = messages.get(messageId)
      if (message === undefined) {
        log.warn('message.bounce_without_content', { messageId })
        continue
      }
      const notification = await this.#notificationOf(message, failures)
      await store.insertMessages(tx, [notification.row])
      const { id } = notification.row
      const to = message.envelopeFrom
      await store.insertEvents(tx, [
        { messageId, at: clock.now(), step: 'bounced', detail: { notification: id, to } },
      ])
      told.push({ id, of: messageId })
    }
    return told
  }

  async #notificationOf(
    message: store.StoredMessage,
    failures: readonly store.DueBounce[],
  ): Promise<ReadyMessage> {
    const { acceptance, clock, hostName, master, sender } = this.#parts
    const { plan } = message
    const notification = buildDsn({
      kind: 'failed',
      to: message.envelopeFrom,
      from: await sender(),
      reportingHost: hostName,
      at: clock.now(),
      arrivedAt: message.acceptedAt,
      messageId: message.id,
      recipients: failures.map(({ recipient, status, reply, finishedAt, attempts }) => ({
        recipient,
        status: status ?? '5.0.0',
        ...(reply === null ? {} : { diagnostic: reply }),
        ...(attempts === 0 || finishedAt === null ? {} : { lastAttemptAt: finishedAt }),
      })),
      original: openContent(master, message.id, message.sealed),
      confidential:
        forbidsClear(plan.rule.outcome) ||
        plan.copies.some(({ strength }) => strength === 'encrypted'),
    })
    return acceptance.prepare({
      ...notification,
      via: 'hub',
      client: { address: '127.0.0.1' },
    })
  }
}

/**
 * The mail queue: every recipient of every message, until it is delivered or has failed for good.
 *
 * The queue is the table `delivery`; what is here is the work on it. Messages come to it in two ways:
 * offered by the process that has just accepted them, in memory, and claimed from the table, when
 * they waited for a further attempt or were left behind by a process that is gone. Either way they
 * are protected first (`Outbox.release`), for each attempt anew: only the message as accepted is
 * ever stored, sealed, and there is nothing else in the database that could leave by mistake.
 *
 * A result is recorded after the server's answer. A kill between the two delivers that message
 * again: twice rather than not at all.
 */

import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../db/connection.ts'
import { GroupCommit } from '../../db/group-commit.ts'
import { Courier, type Transport } from './courier.ts'
import type { DueDelivery, Outbox, QueuedMessage } from './outbox.ts'
import type { Presence } from './presence.ts'
import { isPassing, Recorder } from './recorder.ts'
import * as store from './store.ts'

/** Messages under way at once: enough to keep every connection and the signing threads busy. */
const MAX_ACTIVE = 64

/** Content in memory, under way and waiting. What comes above it stays in the database for later. */
const MAX_BYTES = 128 * 1024 * 1024

/** Deliveries claimed at once. */
const CLAIM_LIMIT = 500

const POLL_EVERY_MS = 1_000

interface Job {
  readonly messageId: string
  readonly sizeBytes: number
  readonly deliveries: readonly DueDelivery[]
  /** Absent when it has to be read back. */
  readonly message?: QueuedMessage
}

export interface QueueParts {
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
  readonly transport: Transport
  readonly outbox: Outbox
  readonly presence: Presence
  /** Told when senders have to learn of failures. */
  readonly onBounceDue: () => void
}

export class DeliveryQueue {
  readonly #parts: QueueParts
  readonly #recorder: Recorder
  readonly #courier: Courier
  readonly #loads: GroupCommit<string, QueuedMessage | undefined>
  readonly #jobs: Job[] = []
  readonly #active = new Set<Promise<void>>()
  readonly #unread = new Set<string>()
  #bytes = 0
  #activeBytes = 0
  #leftBehind = false
  #timer: NodeJS.Timeout | undefined
  #claiming: Promise<void> | undefined
  #running = false

  constructor(parts: QueueParts) {
    this.#parts = parts
    this.#recorder = new Recorder(parts)
    this.#courier = new Courier({ ...parts, recorder: this.#recorder })
    this.#loads = new GroupCommit<string, QueuedMessage | undefined>({
      store: async (ids) => {
        const loaded = await parts.outbox.load(ids)
        return ids.map((id) => loaded.find((message) => message.id === id))
      },
      sizeOf: () => 1,
      isOnesFault: (error) => !isPassing(error),
      batches: 2,
      maxItems: MAX_ACTIVE,
      maxBytes: MAX_ACTIVE,
    })
  }

  /**
   * The name in which a message may be stored that is offered next, if there is room in memory for
   * it. Without one it is stored unclaimed, and comes back from the table when there is.
   */
  reserve(sizeBytes: number): string | undefined {
    if (!this.#running || this.#bytes + sizeBytes > MAX_BYTES) {
      this.#leftBehind = true
      return undefined
    }
    this.#bytes += sizeBytes
    return this.#parts.presence.id
  }

  /** Gives a reservation back that came to nothing. */
  giveBack(sizeBytes: number): void {
    this.#bytes -= sizeBytes
  }

  /** Takes a message that there is a reservation for, and that is stored. */
  offer(message: QueuedMessage, deliveries: readonly DueDelivery[], sizeBytes: number): void {
    this.#jobs.push({ messageId: message.id, sizeBytes, deliveries, message })
    this.#startJobs()
  }

  start(): void {
    this.#running = true
    this.#timer = setInterval(() => this.wake(), POLL_EVERY_MS)
    this.wake()
  }

  /** Looks for due deliveries now instead of within a second. */
  wake(): void {
    if (this.#claiming !== undefined || !this.#running) return
    this.#claiming = this.#claim()
      .catch((error: unknown) => this.#parts.log.warn('queue.not_read', { error }))
      .finally(() => {
        this.#claiming = undefined
      })
  }

  /** Takes no more work, and resolves when the attempts under way are over and recorded. */
  async stop(): Promise<void> {
    this.#running = false
    this.#recorder.hurry()
    clearInterval(this.#timer)
    this.#jobs.length = 0
    await this.#claiming
    await Promise.all(this.#active)
  }

  async #claim(): Promise<void> {
    const { db, clock, presence } = this.#parts
    if (this.#unread.size > 0) {
      await store.releaseClaims(db, presence.id, [...this.#unread])
      this.#unread.clear()
    }
    while (this.#running && this.#jobs.length < CLAIM_LIMIT && this.#bytes < MAX_BYTES) {
      const limit = CLAIM_LIMIT - this.#jobs.length
      const due = await store.claimDue(db, { processId: presence.id, now: clock.now(), limit })
      for (const [messageId, deliveries] of Map.groupBy(due, (each) => each.messageId)) {
        const sizeBytes = deliveries[0]?.sizeBytes ?? 0
        this.#bytes += sizeBytes
        this.#jobs.push({ messageId, sizeBytes, deliveries })
      }
      this.#startJobs()
      this.#leftBehind = due.length === limit
      if (!this.#leftBehind) return
    }
  }

  #startJobs(): void {
    while (this.#running && this.#active.size < MAX_ACTIVE) {
      const job = this.#jobs[0]
      if (job === undefined) break
      if (this.#active.size > 0 && this.#activeBytes + job.sizeBytes > MAX_BYTES) break
      this.#jobs.shift()
      this.#activeBytes += job.sizeBytes
      const run = this.#run(job).finally(() => {
        this.#active.delete(run)
        this.#bytes -= job.sizeBytes
        this.#activeBytes -= job.sizeBytes
        this.#startJobs()
      })
      this.#active.add(run)
    }
    if (this.#leftBehind && this.#jobs.length === 0) this.wake()
  }

  async #run({ messageId, deliveries, ...job }: Job): Promise<void> {
    const { log } = this.#parts
    let message = job.message
    try {
      message ??= await this.#loads.add(messageId)
    } catch (error) {
      log.warn('queue.message_not_read', { messageId, error })
      this.#unread.add(messageId)
      return
    }
    try {
      if (message === undefined) await this.#courier.giveUp(messageId, deliveries)
      else await this.#courier.deliver(message, deliveries)
    } catch (error) {
      // It may have been delivered: it stays claimed, so that it is not sent again and again, until
      // the hub starts anew.
      log.error('queue.not_recorded', { messageId, error })
    }
  }
}

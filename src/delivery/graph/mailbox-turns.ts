/**
 * Turns at a mailbox of Graph, which takes four requests at once, whichever process of the hub they
 * come from.
 *
 * Processes stand in one queue, a table: the first four tickets have their turn. A process has at
 * most four there and keeps its own order behind them, so that none has to wait for all that another
 * wants to send. Whoever leaves says so by a signal. The tickets of a process that is gone count
 * until its presence has expired, as its claims on deliveries do.
 *
 * What this process has in the table is brought in line with what it knows, one transaction at a
 * time: so a ticket is not lost if an answer of the database is.
 */

import type { Clock } from '../../base/clock.ts'
import { asHubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../db/connection.ts'
import { type Signals, sendSignal } from '../../db/signals.ts'
import * as store from './store.ts'

/** Graph's limit for each application and mailbox. */
const AT_ONCE = 4

/** While somebody waits: signals may be lost, and a process that is killed sends none. */
const LOOK_AGAIN_MS = 3_000

interface Mailbox {
  readonly key: string
  /** Tickets that somebody here has their turn by. */
  readonly busy: Set<number>
  /** Tickets that wait for theirs. */
  queued: number[]
  readonly waiting: Waiter[]
  /** What the table has is not what it should have. */
  isStale: boolean
  settling: Promise<void> | undefined
  timer: NodeJS.Timeout | undefined
}

interface Waiter {
  readonly begin: (endTurn: () => void) => void
  readonly fail: (error: unknown) => void
}

/** One for a process: everybody who sends from a mailbox waits for the same turns. */
export class MailboxTurns {
  readonly #db: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #processId: string
  readonly #mailboxes = new Map<string, Mailbox>()
  readonly #stopListening: () => void
  #isStopping = false

  /** `processId`: of the presence of this process. Without one its tickets count for nothing. */
  constructor(parts: {
    db: Database
    signals: Signals
    clock: Clock
    log: Log
    processId: string
  }) {
    this.#db = parts.db
    this.#clock = parts.clock
    this.#log = parts.log
    this.#processId = parts.processId
    this.#stopListening = parts.signals.on('mailbox_turn', (key) => {
      for (const mailbox of this.#mailboxes.values()) {
        if (mailbox.waiting.length > 0 && (key ?? mailbox.key) === mailbox.key) {
          this.#refresh(mailbox)
        }
      }
    })
  }

  /**
   * Waits for a turn, and gives what ends it.
   *
   * @throws what the signal was aborted with; HubError `database.unavailable`
   */
  async take(key: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    const mailbox = this.#of(key)
    return new Promise((resolve, reject) => {
      const leave = () => {
        mailbox.waiting.splice(mailbox.waiting.indexOf(waiter), 1)
        reject(signal.reason as Error)
        this.#refresh(mailbox)
      }
      const waiter: Waiter = {
        begin(endTurn) {
          signal.removeEventListener('abort', leave)
          resolve(endTurn)
        },
        fail(error) {
          signal.removeEventListener('abort', leave)
          reject(asHubError(error))
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      mailbox.waiting.push(waiter)
      this.#refresh(mailbox)
    })
  }

  /** Nobody should ask for so long. */
  async pause(key: string, ms: number): Promise<void> {
    await store.pauseMailbox(this.#db, key, ms)
  }

  /** For how long nobody should ask; 0 when anybody may. */
  pauseLeftMs(key: string): Promise<number> {
    return store.findPauseLeftMs(this.#db, key)
  }

  /** Gives back what is left, once nobody sends any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopListening()
    for (const mailbox of this.#mailboxes.values()) {
      clearTimeout(mailbox.timer)
      await mailbox.settling
    }
    await store.removeTicketsOf(this.#db, this.#processId)
  }

  #of(key: string): Mailbox {
    const known = this.#mailboxes.get(key)
    if (known !== undefined) return known
    const mailbox: Mailbox = {
      key,
      busy: new Set(),
      queued: [],
      waiting: [],
      isStale: false,
      settling: undefined,
      timer: undefined,
    }
    this.#mailboxes.set(key, mailbox)
    return mailbox
  }

  #refresh(mailbox: Mailbox): void {
    mailbox.isStale = true
    if (this.#isStopping) return
    mailbox.settling ??= this.#settle(mailbox)
  }

  async #settle(mailbox: Mailbox): Promise<void> {
    while (mailbox.isStale) {
      mailbox.isStale = false
      try {
        this.#begin(mailbox, await this.#stand(mailbox))
      } catch (error) {
        this.#log.warn('graph.turns_not_counted', { error })
        for (const { fail } of mailbox.waiting.splice(0)) fail(error)
        this.#lookLater(mailbox)
        break
      }
    }
    if (mailbox.waiting.length > 0) this.#lookLater(mailbox)
    // In the same breath as the last look at `isStale`, so that nothing gets stale unseen.
    mailbox.settling = undefined
  }

  #lookLater(mailbox: Mailbox): void {
    clearTimeout(mailbox.timer)
    mailbox.timer = setTimeout(() => this.#refresh(mailbox), LOOK_AGAIN_MS).unref()
  }

  /** Has as many tickets as are needed, and gives those of this process that have their turn. */
  async #stand(mailbox: Mailbox): Promise<number[]> {
    const { key, busy, waiting } = mailbox
    const processId = this.#processId
    const wanted = Math.min(waiting.length, AT_ONCE - busy.size)
    mailbox.queued = mailbox.queued.slice(0, wanted)
    const held = new Set(busy)
    const kept = [...held, ...mailbox.queued]
    const count = wanted - mailbox.queued.length
    const tickets = await this.#db.transaction().execute(async (tx) => {
      await store.lockMailbox(tx, key)
      const now = this.#clock.now()
      const hasMoved = await store.removeTickets(tx, { mailbox: key, processId, kept, now })
      await store.addTickets(tx, { mailbox: key, processId, count })
      const all = await store.findTickets(tx, key)
      const hasOthers = all.some((each) => each.processId !== processId)
      if (hasMoved && hasOthers) await sendSignal(tx, 'mailbox_turn', key)
      return all
    })
    const isOurs = ({ ticket, processId: whose }: (typeof tickets)[number]) =>
      whose === processId && !held.has(ticket)
    mailbox.queued = tickets.filter(isOurs).map(({ ticket }) => ticket)
    return tickets
      .slice(0, AT_ONCE)
      .filter(isOurs)
      .map(({ ticket }) => ticket)
  }

  #begin(mailbox: Mailbox, due: readonly number[]): void {
    for (const ticket of due) {
      const next = mailbox.waiting.shift()
      if (next === undefined) return this.#refresh(mailbox)
      mailbox.queued = mailbox.queued.filter((each) => each !== ticket)
      mailbox.busy.add(ticket)
      next.begin(() => {
        if (mailbox.busy.delete(ticket)) this.#refresh(mailbox)
      })
    }
  }
}

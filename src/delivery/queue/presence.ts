/**
 * The presence of this process among those that share a database.
 *
 * Deliveries are claimed in the name of a process. One row per process is kept fresh, instead of a
 * lease on every delivery; once a process has not been seen for `ALIVE_FOR_MS`, what it claimed is
 * anyone's. A process that could not say so in time may deliver what another one took over: a
 * message twice rather than not at all.
 */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { hubVersion } from '../../base/version.ts'
import type { Database } from '../../db/connection.ts'
import * as store from './store.ts'

const ANNOUNCE_EVERY_MS = 10_000
/** After that without word of it a process is taken for gone. */
export const ALIVE_FOR_MS = 35_000

export class Presence {
  readonly id: string = randomUUID()
  readonly #db: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedAt: Date
  readonly #roles: readonly string[]
  #timer: NodeJS.Timeout | undefined

  constructor({
    db,
    clock,
    log,
    roles = [],
  }: {
    db: Database
    clock: Clock
    log: Log
    /** What this process does, for whoever looks at them. */
    roles?: readonly string[]
  }) {
    this.#db = db
    this.#clock = clock
    this.#log = log
    this.#startedAt = clock.now()
    this.#roles = roles
  }

  /**
   * Announces this process and keeps doing so. With `alone`, no other process can be using the
   * database, and whatever was claimed before is free at once.
   */
  async start({ alone }: { alone: boolean }): Promise<void> {
    if (alone) await store.forgetProcesses(this.#db, { before: new Date(8.64e15) })
    await this.#announce()
    this.#timer = setInterval(() => {
      this.#announce().catch((error: unknown) => {
        this.#log.warn('presence.not_announced', { error })
      })
    }, ANNOUNCE_EVERY_MS)
    this.#timer.unref()
  }

  /** Gives back every claim and is gone. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await store.releaseClaims(this.#db, this.id)
    await store.forgetProcesses(this.#db, { id: this.id })
  }

  async #announce(): Promise<void> {
    const now = this.#clock.now()
    await store.announceProcess(this.#db, {
      id: this.id,
      host: hostname(),
      startedAt: this.#startedAt,
      roles: [...this.#roles],
      version: hubVersion(),
      aliveUntil: new Date(now.getTime() + ALIVE_FOR_MS),
    })
  }
}

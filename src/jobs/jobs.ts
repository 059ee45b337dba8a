/**
 * Work that is done later, or again and again: kept as rows, so that a restart loses nothing
 * (graphile-worker, in the schema `job` of the hub's database). The mail queue is not here: it has a table
 * of its own in `delivery/`.
 *
 * A job is put in by the transaction that makes it necessary. It is run at least once, by one hub at
 * a time, and tried again with growing pauses when it fails; so whoever handles a kind of job must
 * bear being called twice for one.
 */

import { Logger, type Runner, parseCronItems, run, runMigrations } from 'graphile-worker'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { z } from 'zod'
import type { JsonValue } from '../base/canonical-json.ts'
import type { Log } from '../base/log.ts'
import {
  type ConnectionSettings,
  type Database,
  type Transaction,
  openPool,
} from '../db/connection.ts'
import * as store from './store.ts'
import { JOB_SCHEMA } from './store.ts'

/** A kind of job: its name, for ever, and what a job of it must carry. */
export interface JobKind<Payload extends JsonValue> {
  /** `thing.do`. */
  readonly name: string
  readonly payload: z.ZodType<Payload>
}

/** When and how a job is run. */
export interface JobOptions {
  /** Not before this moment; at once otherwise. */
  readonly at?: Date
  /** Of several jobs with one key that wait, only the last put in remains. */
  readonly key?: string
  /** Times it is tried at most, over about three days with the default of 25. */
  readonly maxAttempts?: number
}

/** Jobs at a time in one hub: they are rare, and mail goes before them. */
const CONCURRENCY = 2

/** One connection for each job, one to listen, one to keep the schedule. */
const CONNECTIONS = CONCURRENCY + 2

/** Between looks for jobs that are due; those put in now are told of by the database at once. */
const POLL_MS = 2_000

const RESTART_PAUSE_MS = 1_000

const DEFAULT_ATTEMPTS = 25

export class Jobs {
  readonly #connection: ConnectionSettings
  readonly #log: Log
  readonly #handlers = new Map<string, (payload: unknown) => Promise<void>>()
  readonly #schedule: { task: string; match: string; identifier: string }[] = []
  #pool: pg.Pool | undefined
  #runner: Runner | undefined
  #stopping = false
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: { connection: ConnectionSettings; log: Log }) {
    this.#connection = parts.connection
    this.#log = parts.log
  }

  /** Says who does jobs of a kind. All of them are said before `start`. */
  handle<Payload extends JsonValue>(
    kind: JobKind<Payload>,
    handler: (payload: Payload) => Promise<void>,
  ): void {
    this.#handlers.set(kind.name, (payload) => handler(kind.payload.parse(payload)))
  }

  /**
   * Does something by the clock: `cron` has minute, hour, day, month, weekday, in UTC. Of several
   * hubs one does it. A moment that passed while no hub ran is not made up for.
   */
  handleRegularly(name: string, cron: string, handler: () => Promise<void>): void {
    this.#handlers.set(name, handler)
    this.#schedule.push({ task: name, match: cron, identifier: name })
  }

  /** Makes or renews the tables of jobs; until then none can be put in. */
  async prepare(): Promise<void> {
    const pool = openPool(this.#connection, { log: this.#log, size: 1 })
    try {
      await runMigrations({ pgPool: pool, schema: JOB_SCHEMA, logger: overLog(this.#log) })
    } finally {
      await pool.end()
    }
  }

  /**
   * Begins to do jobs. A hub that is alone on its database says so: then whatever is marked as
   * being done was begun by a hub that died, and is done again at once instead of hours later.
   */
  async start(db: Database, { isAlone }: { isAlone: boolean }): Promise<void> {
    await this.prepare()
    if (isAlone) await store.releaseAll(db)
    this.#pool = openPool(this.#connection, { log: this.#log, size: CONNECTIONS })
    this.#runner = await this.#run(this.#pool)
    this.#ended = this.#supervise(this.#pool, this.#runner)
  }

  /** Lets jobs that are being done come to their end, and begins no more. */
  async stop(): Promise<void> {
    this.#stopping = true
    const running = this.#runner
    this.#runner = undefined
    await running?.stop()
    await this.#ended
    await this.#pool?.end()
  }

  #run(pgPool: pg.Pool): Promise<Runner> {
    const handlers = [...this.#handlers].map(([name, handle]) => [
      name,
      async (payload: unknown) => {
        this.#log.debug('job.begun', { name })
        try {
          await handle(payload)
        } catch (error) {
          this.#log.error('job.failed', { name, error })
          throw error
        }
        this.#log.info('job.done', { name })
      },
    ])
    return run({
      pgPool,
      schema: JOB_SCHEMA,
      concurrency: CONCURRENCY,
      pollInterval: POLL_MS,
      // Signals are the hub's to handle.
      noHandleSignals: true,
      logger: overLog(this.#log),
      taskList: Object.fromEntries(handlers) as Record<string, (payload: unknown) => Promise<void>>,
      parsedCronItems: parseCronItems(this.#schedule.map((each) => ({ ...each, options: {} }))),
    })
  }

  /** The runner gives up when the database goes away for long; the hub does not. */
  async #supervise(pool: pg.Pool, first: Runner): Promise<void> {
    let runner = first
    for (;;) {
      const reason = await runner.promise.catch((error: unknown) => error)
      if (this.#stopping) return
      this.#log.warn('jobs.interrupted', { error: reason })
      for (;;) {
        await sleep(RESTART_PAUSE_MS)
        if (this.#stopping) return
        try {
          runner = await this.#run(pool)
          break
        } catch (error) {
          this.#log.warn('jobs.interrupted', { error })
        }
      }
      this.#runner = runner
      if (this.#stopping) await runner.stop()
    }
  }
}

/** Puts a job in; it is there when the transaction is. */
export function enqueueJob<Payload extends JsonValue>(
  tx: Transaction,
  kind: JobKind<Payload>,
  payload: Payload,
  { at, key, maxAttempts = DEFAULT_ATTEMPTS }: JobOptions = {},
): Promise<void> {
  return store.insertJob(tx, { name: kind.name, payload, at, key, maxAttempts })
}

/** What the library says is about its own workings: nothing an operator need act on. */
function overLog(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.warn('jobs.trouble', { message })
    else log.debug('jobs.says', { message })
  })
}

/** Writes down what became of deliveries, many in one transaction. */

import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Database } from '../../db/connection.ts'
import { GroupCommit } from '../../db/group-commit.ts'
import type { MessageEvent, Settlement } from './outbox.ts'
import * as store from './store.ts'

/** What an attempt, or the lack of one, came to. */
export interface Outcome {
  readonly settlements: readonly Settlement[]
  readonly events: readonly MessageEvent[]
}

const AGAIN_AFTER_MS = 500

/** Nobody waits for a record; a kill meanwhile makes as many duplicates as messages are in it. */
const GATHER_MS = 15

export class Recorder {
  readonly #db: Database
  readonly #log: Log
  readonly #onBounceDue: () => void
  readonly #commits: GroupCommit<Outcome, undefined>
  #patient = true

  /** `onBounceDue` is told after failures were recorded that senders have to learn of. */
  constructor({ db, log, onBounceDue }: { db: Database; log: Log; onBounceDue: () => void }) {
    this.#db = db
    this.#log = log
    this.#onBounceDue = onBounceDue
    this.#commits = new GroupCommit({
      store: async (outcomes) => {
        await this.#storeAll(outcomes)
        return outcomes.map(() => undefined)
      },
      sizeOf: ({ settlements }) => settlements.length,
      isOnesFault: (error) => !isPassing(error),
      batches: 2,
      gatherMs: GATHER_MS,
      maxItems: 200,
      maxBytes: 2_000,
    })
  }

  /** Resolves when the outcome is on stable storage. */
  async record(outcome: Outcome): Promise<void> {
    await this.#commits.add(outcome)
    for (const { messageId, position, state, status, bounce } of outcome.settlements) {
      this.#log.info(`delivery.${state}`, { messageId, position, status })
      if (bounce === 'due') this.#onBounceDue()
    }
  }

  /** From now on a database that is gone is waited for no longer. */
  hurry(): void {
    this.#patient = false
  }

  /** The mail has travelled: when the database is gone, the record waits for its return. */
  async #storeAll(outcomes: readonly Outcome[]): Promise<void> {
    const all = {
      settlements: outcomes.flatMap(({ settlements }) => settlements),
      events: outcomes.flatMap(({ events }) => events),
    }
    for (;;) {
      try {
        await store.settle(this.#db, all)
        return
      } catch (error) {
        if (!isPassing(error) || !this.#patient) throw error
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
      }
    }
  }
}

/** True for failures of the database that pass by themselves, or when someone makes room. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof HubError &&
    (error.code === 'database.unavailable' || error.code === 'storage.full')
  )
}

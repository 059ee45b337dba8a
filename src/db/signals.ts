/**
 * Signals between the processes of a hub: LISTEN and NOTIFY. A signal is sent by a transaction and
 * arrives everywhere once that is committed, here too. It says that something changed, not what:
 * whoever hears one reads the database.
 *
 * Signals are lost while the connection is. When it is back, every listener is called once without
 * a payload, so that it looks for itself.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import type { Log } from '../base/log.ts'
import { type ConnectionSettings, type Transaction, pgConfig } from './connection.ts'

/** Names of what signals are about. */
export type SignalChannel = 'policy' | 'mail_test' | 'mailbox_turn' | 'account'

export type SignalHandler = (payload: string | undefined) => void

const RECONNECT_PAUSE_MS = 1_000

export class Signals {
  readonly #connection: ConnectionSettings
  readonly #log: Log
  readonly #handlers = new Map<SignalChannel, Set<SignalHandler>>()
  #client: pg.Client | undefined
  #isStopping = false
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: { connection: ConnectionSettings; log: Log }) {
    this.#connection = parts.connection
    this.#log = parts.log
  }

  /** Calls this for every signal of a channel, until the function that it returns is called. */
  on(channel: SignalChannel, handler: SignalHandler): () => void {
    const handlers = this.#handlers.get(channel) ?? new Set()
    this.#handlers.set(channel, handlers)
    handlers.add(handler)
    return () => void handlers.delete(handler)
  }

  /** Begins to listen. Resolves when signals arrive from now on. */
  async start(): Promise<void> {
    this.#ended = this.#stayConnected(await this.#connect())
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#client?.end().catch(() => undefined)
    await this.#ended
  }

  async #stayConnected(first: { lost: Promise<void> }): Promise<void> {
    let current = first
    for (;;) {
      await current.lost
      while (!this.#isStopping) {
        await sleep(RECONNECT_PAUSE_MS, undefined, { ref: false })
        try {
          current = await this.#connect()
          break
        } catch (error) {
          this.#log.debug('signals.not_connected', { error })
        }
      }
      if (this.#isStopping) return
      for (const handlers of this.#handlers.values()) tell(handlers, undefined)
    }
  }

  /** `lost` resolves when the connection is gone. */
  async #connect(): Promise<{ lost: Promise<void> }> {
    const client = new pg.Client(pgConfig(this.#connection))
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
    })
    client.on('notification', ({ channel, payload }) => {
      const handlers = this.#handlers.get(channel as SignalChannel)
      if (handlers !== undefined) tell(handlers, payload)
    })
    await client.connect()
    await client.query('listen policy; listen mail_test; listen mailbox_turn; listen account')
    this.#client = client
    return { lost }
  }
}

function tell(handlers: ReadonlySet<SignalHandler>, payload: string | undefined): void {
  for (const handler of [...handlers]) handler(payload)
}

/** Sent when the transaction is committed, and not if it is not. */
export async function sendSignal(
  tx: Transaction,
  channel: SignalChannel,
  payload: string,
): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(tx)
}

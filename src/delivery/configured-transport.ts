/** The way out that the organisation's mail configuration names at the time, for all mail. */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Transport } from './queue/courier.ts'
import type { DeliveryReport } from './queue/delivery-report.ts'
import { GraphTransport } from './graph/graph-transport.ts'
import type { MailboxTurns } from './graph/mailbox-turns.ts'
import { type MailRoute, traitsOf, type TransportTraits } from './mail-route.ts'
import type { OutgoingMessage } from './outgoing-message.ts'
import { SmtpTransport } from './smtp/smtp-client.ts'
import { TokenCache } from './oauth/token-cache.ts'

/** How old the settings may be that a message is sent by. */
const RECENT_MS = 1_000

interface Current {
  readonly key: string
  readonly route: MailRoute
  readonly transport: SmtpTransport | GraphTransport
}

export class ConfiguredTransport implements Transport {
  readonly #route: () => Promise<MailRoute | undefined>
  readonly #clock: Clock
  readonly #log: Log
  readonly #turns: MailboxTurns
  readonly #tokens: TokenCache
  readonly #leaving = new Set<Promise<void>>()
  #lookedAtMs = 0
  #looking: Promise<void> | undefined
  #current: Current | undefined

  /** `route` gives the way out, or undefined while there is none. */
  constructor(parts: {
    route: () => Promise<MailRoute | undefined>
    turns: MailboxTurns
    clock: Clock
    log: Log
  }) {
    this.#route = parts.route
    this.#clock = parts.clock
    this.#log = parts.log
    this.#turns = parts.turns
    this.#tokens = new TokenCache(parts)
  }

  async traits(): Promise<TransportTraits> {
    return traitsOf((await this.#find())?.route)
  }

  async deliver(message: OutgoingMessage): Promise<DeliveryReport> {
    const current = await this.#find()
    if (current === undefined) return waiting(message, NOWHERE_TO_GO)
    // The configuration may have changed while the message was being protected.
    const { cipher } = traitsOf(current.route)
    if (message.cipher !== undefined && message.cipher !== cipher) return waiting(message, CHANGED)
    return current.transport.deliver(message)
  }

  /** Resolves when no connection is left. */
  async stop(): Promise<void> {
    await this.#looking
    await Promise.all([this.#current?.transport.close(), ...this.#leaving])
  }

  async #find(): Promise<Current | undefined> {
    const nowMs = this.#clock.now().getTime()
    if (nowMs - this.#lookedAtMs >= RECENT_MS) {
      this.#lookedAtMs = nowMs
      this.#looking = this.#look().catch((error: unknown) => {
        // The settings that are known go on being used.
        this.#log.warn('mail.configuration_not_read', { error })
      })
    }
    await this.#looking
    return this.#current
  }

  /** Connections of a route that changed are closed when what they carry has arrived. */
  async #look(): Promise<void> {
    const route = await this.#route()
    const key = JSON.stringify(route)
    if (key === this.#current?.key) return
    const old = this.#current
    this.#current =
      route === undefined ? undefined : { key, route, transport: this.#transportFor(route) }
    if (old === undefined) return
    const closing = old.transport.close().finally(() => this.#leaving.delete(closing))
    this.#leaving.add(closing)
  }

  #transportFor(route: MailRoute): SmtpTransport | GraphTransport {
    const parts = { clock: this.#clock, log: this.#log, tokens: this.#tokens }
    if (route.is === 'graph') return new GraphTransport(route, { ...parts, turns: this.#turns })
    const { limits = {}, ...server } = route
    return new SmtpTransport(server, { ...parts, limits })
  }
}

const NOWHERE_TO_GO = 'e-mail is not configured: there is no server to hand mail to'
const CHANGED = 'the e-mail configuration has changed since the message was encrypted'

function waiting({ recipients }: OutgoingMessage, because: string): DeliveryReport {
  return {
    recipients: recipients.map((recipient) => ({
      recipient,
      is: 'deferred',
      status: '4.3.5',
      because,
    })),
    dialogue: [],
  }
}

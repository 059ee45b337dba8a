/** The way out through the organisation's mail server, as its settings name it at the time. */

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Transport } from './courier.ts'
import type { DeliveryReport } from './delivery-report.ts'
import { SmtpTransport } from './smtp-client.ts'
import type { SmtpRoute } from './smtp-route.ts'

/** How old the settings may be that a message is sent by. */
const RECENT_MS = 1_000

export class RelayTransport implements Transport {
  readonly #route: () => Promise<SmtpRoute | undefined>
  readonly #clock: Clock
  readonly #log: Log
  #lookedAtMs = 0
  #looking: Promise<void> | undefined
  #current: { key: string; transport: SmtpTransport } | undefined

  /** `route` gives the way out, or undefined while there is none. */
  constructor(parts: { route: () => Promise<SmtpRoute | undefined>; clock: Clock; log: Log }) {
    this.#route = parts.route
    this.#clock = parts.clock
    this.#log = parts.log
  }

  async deliver(message: Parameters<Transport['deliver']>[0]): Promise<DeliveryReport> {
    const nowMs = this.#clock.now().getTime()
    if (nowMs - this.#lookedAtMs >= RECENT_MS) {
      this.#lookedAtMs = nowMs
      this.#looking = this.#look().catch((error: unknown) => {
        // The settings that are known go on being used.
        this.#log.warn('relay.settings_not_read', { error })
      })
    }
    await this.#looking
    const transport = this.#current?.transport
    return transport === undefined ? nowhereToGo(message.recipients) : transport.deliver(message)
  }

  /** Resolves when no connection is left. */
  async stop(): Promise<void> {
    await this.#looking
    await this.#current?.transport.close()
  }

  /** Connections of a route that changed are closed when what they carry has arrived. */
  async #look(): Promise<void> {
    const route = await this.#route()
    const key = JSON.stringify(route ?? null)
    if (key === this.#current?.key) return
    const old = this.#current
    this.#current =
      route === undefined
        ? undefined
        : { key, transport: new SmtpTransport(route, { clock: this.#clock, log: this.#log }) }
    void old?.transport.close()
  }
}

function nowhereToGo(recipients: readonly string[]): DeliveryReport {
  const because = 'no mail server to hand mail to is set: sealpost settings set --relay'
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

/** The listeners of a hub, SMTP and HTTP, opened and closed together. */

import type { Clock } from '../base/clock.ts'
import type { Config } from '../base/config.ts'
import { HubError, hasNodeCode, messageOf } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { PublicAddress } from '../base/public-address.ts'
import { networkMatcher, type OrganizationSettings } from '../policies/organization-settings.ts'
import type { ApiHub } from './api/api-hub.ts'
import { ApiServer } from './api/api-server.ts'
import type { TlsMaterial } from './smtp/listener.ts'
import { SmtpServer } from './smtp/smtp-server.ts'
import { answeringInTime } from './time-limit.ts'

/** Where the listeners are; undefined for those that are not wanted. */
export interface Addresses {
  readonly web: string | undefined
  readonly submission: string | undefined
  readonly relay: string | undefined
}

export interface ListenersParts {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly hub: ApiHub
  readonly publicAddress: PublicAddress
  /** The settings of the moment; undefined before the set-up. */
  readonly settings: () => Promise<OrganizationSettings | undefined>
  /** What STARTTLS is done with; undefined before the set-up. */
  readonly tls: () => Promise<TlsMaterial | undefined>
}

/** Settings that a listener needs without waiting are read this often. */
const READ_SETTINGS_EVERY_MS = 1_000

/** How long clients in the middle of a message may take to finish it. */
const GRACE_MS = 10_000

export class Listeners {
  readonly #parts: ListenersParts
  readonly #open: SmtpServer[] = []
  #api: ApiServer | undefined
  #isKnownRelay: (address: string) => boolean = () => false
  #maxMessageBytes: number
  #tls: TlsMaterial | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(parts: ListenersParts) {
    this.#parts = parts
    this.#maxMessageBytes = parts.config.sizeLimit
  }

  /** Opens what the configuration asks for; says where, as `smtp://host:port` and `http://…`. */
  async open(): Promise<Addresses> {
    const { config } = this.#parts
    const has = (role: Config['roles'][number]) => config.roles.includes(role)
    await this.#offerTls()
    await this.#readSettings()
    this.#timer = setInterval(() => void this.#readSettings(), READ_SETTINGS_EVERY_MS)
    try {
      return {
        web: has('web') ? await this.#listenHttp() : undefined,
        submission: has('smtp') ? await this.#listen('submission', config.smtp) : undefined,
        relay:
          has('smtp') && config.smtpRelay !== undefined
            ? await this.#listen('relay', config.smtpRelay)
            : undefined,
      }
    } catch (cause) {
      if (!hasNodeCode(cause, 'EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND')) throw cause
      throw new HubError('listener.unusable', `a listener cannot be opened: ${messageOf(cause)}`, {
        cause,
      })
    }
  }

  /** Takes no more connections, and resolves when messages that were on their way in are answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([
      this.#api?.close(),
      ...this.#open.map((server) => server.close({ graceMs: GRACE_MS })),
    ])
  }

  async #listen(
    kind: 'submission' | 'relay',
    { host, port }: { host: string; port: number },
  ): Promise<string> {
    const { config, hub, log } = this.#parts
    // Read anew for each message, so that the organisation's limit holds at once.
    const largest = () => this.#maxMessageBytes
    const server = new SmtpServer(
      {
        kind,
        hostname: config.hostname,
        host,
        port,
        get maxMessageBytes() {
          return largest()
        },
        limits: { recipients: config.recipientsLimit },
        ...(this.#tls === undefined ? {} : { tls: this.#tls }),
      },
      {
        handlers: answeringInTime({
          authenticate: (user, secret) => hub.authenticate(user, secret),
          accept: (submission) => hub.accept(submission),
          isKnownRelay: (address: string) => this.#isKnownRelay(address),
        }),
        log,
      },
    )
    const bound = await server.listen()
    this.#open.push(server)
    return `smtp://${hostAndPort(bound)}`
  }

  async #listenHttp(): Promise<string> {
    const { config, hub, publicAddress, clock, log } = this.#parts
    const largest = () => this.#maxMessageBytes
    this.#api = new ApiServer(
      {
        ...config.http,
        sizeLimitBytes: config.sizeLimit,
        trustedProxies: config.trustedProxies,
        get maxMessageBytes() {
          return largest()
        },
      },
      { hub, publicAddress, clock, log },
    )
    return `http://${hostAndPort(await this.#api.listen())}`
  }

  /** A hub that is set up while it runs, by whatever way, offers STARTTLS from then on. */
  async #offerTls(): Promise<void> {
    this.#tls = await this.#parts.tls()
    if (this.#tls === undefined) return
    for (const server of this.#open) server.replaceTls(this.#tls)
  }

  async #readSettings(): Promise<void> {
    const { config, log, settings } = this.#parts
    try {
      const current = await settings()
      if (current === undefined) return
      this.#isKnownRelay = networkMatcher(current.knownRelays)
      this.#maxMessageBytes = Math.min(config.sizeLimit, current.sizeLimitBytes)
      if (this.#tls === undefined) await this.#offerTls()
    } catch (error) {
      // What was known goes on holding; the database is gone just now.
      log.debug('listeners.settings_not_read', { error })
    }
  }
}

function hostAndPort({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

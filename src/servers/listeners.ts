/** The SMTP listeners of a hub, opened and closed together. */

import { type Config } from '../base/config.ts'
import { type Log } from '../base/log.ts'
import { networkMatcher, type OrganizationSettings } from '../policies/organization-settings.ts'
import { type MailHandlers } from './mail-handlers.ts'
import { SmtpServer, type TlsMaterial } from './smtp/smtp-server.ts'

export interface ListenersParts {
  readonly config: Config
  readonly log: Log
  readonly handlers: Omit<MailHandlers, 'isKnownRelay'>
  /** The settings of the moment; undefined before the set-up. */
  readonly settings: () => Promise<OrganizationSettings | undefined>
  readonly tls: TlsMaterial | undefined
}

/** Settings that a listener needs without waiting are read this often. */
const READ_SETTINGS_EVERY_MS = 1_000

/** How long clients in the middle of a message may take to finish it. */
const GRACE_MS = 10_000

export class Listeners {
  readonly #parts: ListenersParts
  readonly #open: SmtpServer[] = []
  #isKnownRelay: (address: string) => boolean = () => false
  #maxMessageBytes: number
  #timer: NodeJS.Timeout | undefined

  constructor(parts: ListenersParts) {
    this.#parts = parts
    this.#maxMessageBytes = parts.config.sizeLimit
  }

  /** Opens what the configuration asks for; says where, as `smtp://host:port`. */
  async open(): Promise<{ submission: string; relay: string | undefined }> {
    const { config } = this.#parts
    await this.#readSettings()
    this.#timer = setInterval(() => void this.#readSettings(), READ_SETTINGS_EVERY_MS)
    const submission = await this.#listen('submission', config.smtp)
    const relay = config.smtpRelay && (await this.#listen('relay', config.smtpRelay))
    return { submission, relay }
  }

  /** Takes no more connections, and resolves when messages that were on their way in are answered. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#open.map((server) => server.close({ graceMs: GRACE_MS })))
  }

  /** Uses another certificate for the handshakes to come. */
  replaceTls(tls: TlsMaterial): void {
    for (const server of this.#open) server.replaceTls(tls)
  }

  async #listen(
    kind: 'submission' | 'relay',
    { host, port }: { host: string; port: number },
  ): Promise<string> {
    const { config, handlers, log, tls } = this.#parts
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
        ...(tls === undefined ? {} : { tls }),
      },
      {
        handlers: { ...handlers, isKnownRelay: (address) => this.#isKnownRelay(address) },
        log,
      },
    )
    this.#open.push(server)
    const bound = await server.listen()
    return `smtp://${bound.host.includes(':') ? `[${bound.host}]` : bound.host}:${bound.port}`
  }

  async #readSettings(): Promise<void> {
    const { config, log, settings } = this.#parts
    try {
      const current = await settings()
      if (current === undefined) return
      this.#isKnownRelay = networkMatcher(current.knownRelays)
      this.#maxMessageBytes = Math.min(config.sizeLimit, current.sizeLimitBytes)
    } catch (error) {
      // What was known goes on holding; the database is gone just now.
      log.debug('listeners.settings_not_read', { error })
    }
  }
}

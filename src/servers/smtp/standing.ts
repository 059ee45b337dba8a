import { HubError } from '../../base/errors.ts'
import type { SubmittingClient } from '../../messages/submission.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import type { Listener } from './listener.ts'
import type { Wire } from './wire.ts'

/** What is known of the client of one dialogue, and what it may therefore do. */
export class Standing {
  readonly address: string
  readonly #wire: Wire
  readonly #listener: Listener
  readonly #handlers: MailHandlers
  readonly #isTrusted: boolean
  readonly #startedMs = performance.now()
  /** The name by which it greeted. */
  hello: string | undefined
  /** It greeted with EHLO. */
  isExtended = false
  /** The one that it has proved to have. */
  credential: string | undefined

  constructor(parts: {
    wire: Wire
    listener: Listener
    handlers: MailHandlers
    client: { address: string; isLoopback: boolean }
  }) {
    this.address = parts.client.address
    this.#wire = parts.wire
    this.#listener = parts.listener
    this.#handlers = parts.handlers
    this.#isTrusted = parts.client.isLoopback && parts.listener.options.trustLoopback !== false
  }

  get canEncrypt(): boolean {
    return this.#listener.tls !== undefined && this.#wire.tls === undefined
  }

  /** Secrets may be said here: encrypted, or never on a wire at all. */
  get isPrivate(): boolean {
    return this.#wire.tls !== undefined || this.#isTrusted
  }

  /** How long the connection may stay open yet: strangers have to show soon who they are. */
  get remainingMs(): number {
    const { connectionTimeoutMs, loginTimeoutMs } = this.#listener.limits
    const isStranger =
      this.#listener.options.kind === 'submission'
        ? this.credential === undefined
        : !this.#handlers.isKnownRelay(this.address)
    const allowedMs = isStranger ? loginTimeoutMs : connectionTimeoutMs
    return this.#startedMs + allowedMs - performance.now()
  }

  /** What EHLO is answered with. */
  extensions(): string[] {
    const { kind, maxMessageBytes } = this.#listener.options
    const extensions = ['PIPELINING', `SIZE ${maxMessageBytes}`, '8BITMIME']
    extensions.push('SMTPUTF8', 'ENHANCEDSTATUSCODES')
    if (this.canEncrypt) extensions.push('STARTTLS')
    if (kind === 'submission' && this.isPrivate) extensions.push('AUTH PLAIN LOGIN')
    return extensions
  }

  /**
   * Says that a message may be handed over.
   *
   * @throws HubError `smtp.relay_denied`, `smtp.tls_required`, `smtp.authentication_required`
   */
  requirePermission(): void {
    if (this.#listener.options.kind === 'relay') {
      if (this.#handlers.isKnownRelay(this.address)) return
      throw new HubError('smtp.relay_denied', `${this.address} is no known relay`)
    }
    if (!this.isPrivate) throw new HubError('smtp.tls_required', 'mail in clear')
    if (this.credential === undefined) {
      throw new HubError('smtp.authentication_required', 'mail without log-in')
    }
  }

  /** Forgets what was learned in clear: RFC 3207 section 4.2. */
  forget(): void {
    this.hello = undefined
    this.isExtended = false
    this.credential = undefined
  }

  /** As the message is told of it. */
  client(): SubmittingClient {
    const client: SubmittingClient = { address: this.address }
    if (this.hello !== undefined) client.hello = this.hello
    if (this.#wire.tls !== undefined) client.tls = this.#wire.tls
    if (this.credential !== undefined) client.credential = this.credential
    return client
  }
}

/**
 * SMTP in: one server for two listeners.
 *
 * *submission* is for applications and people who log in; *relay* is for mail servers known by their
 * address. Both speak RFC 5321 with PIPELINING, SIZE, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES and
 * STARTTLS, and hand whole messages to the handlers; 250 is said only after `accept` has resolved.
 * No Received field is added here: its facts go along. CHUNKING is not offered.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { clientAddress } from '../client-address.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import { ContentBudget } from './content-collector.ts'
import type { Listener, SmtpServerOptions, TlsMaterial } from './listener.ts'
import { encodeRefusal } from './refusal.ts'
import { SmtpSession } from './session.ts'
import { SMTP_LIMITS } from './smtp-limits.ts'
import { Wire } from './wire.ts'

/** Connections over the limit that are told so before they are closed. */
const TURNED_AWAY_AT_ONCE = 50

export class SmtpServer {
  readonly #listener: Listener
  readonly #handlers: MailHandlers
  readonly #log: Log
  readonly #server: Server
  #turnedAway = 0
  readonly #open = new Map<Wire, { address: string }>()
  /** Dialogues that are not over: one may outlive its connection while its message is stored. */
  readonly #dialogues = new Set<Promise<void>>()

  constructor(options: SmtpServerOptions, parts: { handlers: MailHandlers; log: Log }) {
    const limits = { ...SMTP_LIMITS, ...options.limits }
    const budget = new ContentBudget(limits.contentBytes)
    this.#listener = { options, limits, budget, tls: undefined }
    this.#handlers = parts.handlers
    this.#log = parts.log.with({ listener: options.kind })
    if (options.tls !== undefined) this.replaceTls(options.tls)
    // Half-open, so that a client that has said all it wants still hears what became of it.
    const how = { allowHalfOpen: true, noDelay: true }
    this.#server = createServer(how, (socket) => this.#welcome(socket))
  }

  /** Starts listening; gives the address and port really used. */
  async listen(): Promise<{ host: string; port: number }> {
    const { host, port } = this.#listener.options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host, port, backlog: 1024 }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#server.on('error', (error) => this.#log.error('smtp.listener_failed', { error }))
    const address = this.#server.address() as AddressInfo
    this.#log.info('smtp.listening', { host: address.address, port: address.port })
    return { host: address.address, port: address.port }
  }

  /** Uses another certificate for the handshakes to come. At least TLS 1.2. */
  replaceTls({ certificatePem, keyPem }: TlsMaterial): void {
    const material = { cert: certificatePem, key: keyPem }
    this.#listener.tls = createSecureContext({ ...material, minVersion: 'TLSv1.2' })
  }

  /**
   * Stops: no new connections, 421 to whoever is between messages, and to the others once their
   * message has been answered. What is still open after `graceMs` is cut. Resolves when no message is
   * in the handlers' hands any more.
   */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const wire of this.#open.keys()) wire.interrupt()
    const timer = setTimeout(() => {
      for (const wire of this.#open.keys()) wire.destroy()
    }, graceMs)
    await closed
    await Promise.all(this.#dialogues)
    clearTimeout(timer)
  }

  #welcome(socket: Socket): void {
    const client = clientAddress(socket)
    if (this.#isFull(client.address)) {
      this.#turnAway(socket, client.address)
      return
    }
    const { stallTimeoutMs } = this.#listener.limits
    const wire = new Wire(socket, { stallTimeoutMs })
    const session = new SmtpSession({
      wire,
      listener: this.#listener,
      handlers: this.#handlers,
      log: this.#log,
      client,
    })
    socket.once('close', () => this.#open.delete(wire))
    this.#open.set(wire, { address: client.address })
    const dialogue = session.run().finally(() => this.#dialogues.delete(dialogue))
    this.#dialogues.add(dialogue)
  }

  /** Says why, unless too many are being told so already: then they would be the flood. */
  #turnAway(socket: Socket, address: string): void {
    this.#log.warn('smtp.too_many_connections', { address })
    if (this.#turnedAway >= TURNED_AWAY_AT_ONCE) {
      socket.destroy()
      return
    }
    this.#turnedAway += 1
    socket.once('close', () => (this.#turnedAway -= 1))
    const { stallTimeoutMs, lingerTimeoutMs } = this.#listener.limits
    const error = new HubError('smtp.too_many_connections', 'too many connections')
    new Wire(socket, { stallTimeoutMs }).finish(encodeRefusal(error), { lingerTimeoutMs })
  }

  #isFull(address: string): boolean {
    if (this.#open.size >= this.#listener.limits.connections) return true
    let same = 0
    for (const each of this.#open.values()) if (each.address === address) same += 1
    return same >= this.#listener.limits.connectionsPerAddress
  }
}

/** One connection to a mail server: bytes out, replies in, and a record of both. */

import { connect, type Socket } from 'node:net'
import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { isLoopback } from '../../base/ip-address.ts'
import type { MailStageName } from '../../contract/mail-stages.ts'
import type { Reply } from '../../formats/smtp/reply.ts'
import type { DialogueLine, TlsFacts } from '../queue/delivery-report.ts'
import { addressesOf, type Resolver, systemResolver } from './look-up.ts'
import type { SmtpRoute } from '../mail-route.ts'
import { settled } from '../queue/settled.ts'
import { ReplyInput } from './reply-input.ts'
import type { SmtpClientLimits } from './smtp-limits.ts'
import { encryptSocket } from './smtp-tls.ts'

/** Takes a line of the dialogue down. */
export type Recorder = (by: DialogueLine['by'], text: string) => void

/** What follows a connection while it comes about. */
export interface Opening {
  readonly limits: SmtpClientLimits
  readonly record: Recorder
  /** Ends whatever is waited for. */
  readonly signal?: AbortSignal
  /** Told before each stage of a dialogue begins. */
  readonly enter?: (stage: MailStageName) => void
  /** By default the system's. */
  readonly resolver?: Resolver
  /** Told of the encryption, or of its lack where it was possible. */
  readonly onTls?: (tls: TlsFacts | undefined) => void
  /** Asks for STARTTLS where it is not offered, to learn whether somebody has taken the offer away. */
  readonly asksAnyway?: boolean
  /** For a log-in by XOAUTH2. */
  readonly token?: string
}

export class SmtpConnection {
  readonly #route: SmtpRoute
  #socket: Socket
  readonly #input = new ReplyInput()
  #failure: HubError | undefined
  #wake: (() => void) | undefined
  #signal: AbortSignal | undefined
  /** Where the dialogue is taken down; each delivery sets its own. */
  record: Recorder
  /** Facts of the encryption; undefined in clear. */
  tls: TlsFacts | undefined
  /** Called once when the connection cannot be used any more. */
  onClose: (() => void) | undefined

  private constructor(route: SmtpRoute, socket: Socket, record: Recorder) {
    this.#route = route
    this.#socket = socket
    this.record = record
  }

  /**
   * Connects, and encrypts at once on an `implicit` route. Nothing was said yet.
   *
   * @throws HubError `delivery.connection_failed`, `delivery.timed_out`, `delivery.tls_failed`
   */
  static async open(
    route: SmtpRoute,
    { limits, record, signal, enter, onTls, resolver = systemResolver }: Opening,
  ): Promise<SmtpConnection> {
    const { host, port } = route
    enter?.('look-up')
    record('transport', `connecting to ${host} port ${port}`)
    const addresses = await addressesOf(host, { resolver, timeoutMs: limits.lookUpMs, signal })
    enter?.('connect')
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      lookup: (_host, options, done) => {
        const [first] = addresses
        if (options.all === true) done(null, [...addresses])
        else done(null, first?.address ?? '', first?.family)
      },
    })
    await settled(socket, 'connect', {
      timeoutMs: limits.connectMs,
      failure: 'delivery.connection_failed',
      signal,
    })
    record('transport', `connected to ${socket.remoteAddress ?? host}`)
    const connection = new SmtpConnection(route, socket, record)
    connection.follow(signal)
    if (route.tls === 'implicit') {
      enter?.('tls')
      await connection.encrypt({ timeoutMs: limits.handshakeMs })
      onTls?.(connection.tls)
    } else connection.#listen()
    return connection
  }

  /** False when it was closed, by whomever, or something came that nobody had asked for. */
  get isUsable(): boolean {
    return this.#failure === undefined && this.#input.isEmpty
  }

  /** The other end is this machine: what is said is on no wire. */
  get isLoopback(): boolean {
    return isLoopback(this.#socket.remoteAddress ?? '')
  }

  /** Sends commands, in one write. `shown` is what the record says of them, line by line. */
  send(commands: string, shown: readonly string[]): void {
    for (const line of shown) this.record('client', line)
    if (this.#failure === undefined) this.#socket.write(commands, 'utf8')
  }

  /**
   * Sends bytes and waits until the system has taken them.
   *
   * @throws HubError `delivery.connection_lost`, `delivery.timed_out`
   */
  async sendBytes(bytes: Uint8Array, { timeoutMs }: { timeoutMs: number }): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(this.#fail(new HubError('delivery.timed_out', 'the server takes no more content')))
      }, timeoutMs)
      this.#socket.write(bytes, (error) => {
        clearTimeout(timer)
        if (error === null || error === undefined) resolve()
        else reject(this.#fail(lost(error)))
      })
    })
  }

  /** Sends bytes without waiting. */
  post(...parts: readonly Uint8Array[]): void {
    if (this.#failure === undefined) this.#socket.write(concat(parts))
  }

  /**
   * The next reply.
   *
   * @throws HubError `delivery.connection_lost`, `delivery.timed_out`, `smtp.reply_malformed`; the
   * connection is of no use any more
   */
  async reply({ timeoutMs, to }: { timeoutMs: number; to: string }): Promise<Reply> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const reply = this.#input.next()
      if (reply !== undefined) {
        this.#recordReply(reply)
        return reply
      }
      if (this.#failure !== undefined) throw this.#failure
      const isLate = await this.#wait(deadline - performance.now())
      if (isLate) throw this.#fail(new HubError('delivery.timed_out', `no reply to ${to} in time`))
    }
  }

  /** A reply that is here already, such as the reason for which the server closed. */
  findReply(): Reply | undefined {
    const reply = this.#input.next()
    if (reply !== undefined) this.#recordReply(reply)
    return reply
  }

  /**
   * Turns the connection into a TLS one: see `encryptSocket`.
   *
   * @throws HubError `delivery.tls_failed`, `delivery.timed_out`
   */
  async encrypt({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    if (!this.#input.isEmpty) {
      // Said in clear by anybody on the way, to be believed as if it were said inside.
      throw this.#fail(new HubError('delivery.tls_failed', 'the server spoke before the handshake'))
    }
    this.#ignore()
    try {
      const signal = this.#signal
      const { socket, facts } = await encryptSocket(this.#socket, this.#route, {
        timeoutMs,
        signal,
      })
      this.#socket = socket
      this.tls = facts
    } catch (error) {
      throw this.#fail(error instanceof HubError ? error : lost(error))
    }
    this.record('transport', describe(this.tls))
    this.#listen()
  }

  /** Until told otherwise the connection fails when this is aborted, with its reason. */
  follow(signal: AbortSignal | undefined): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort)
    if (signal?.aborted === true) this.#onAbort()
  }

  /** Says QUIT and closes, without waiting for an answer. */
  quit(): void {
    if (this.#failure !== undefined) return
    this.record('client', 'QUIT')
    this.#socket.end('QUIT\r\n')
    this.#fail(new HubError('delivery.connection_lost', 'closed by us'))
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#fail(new HubError('delivery.connection_lost', 'closed by us'))
    this.#socket.destroy()
  }

  #recordReply({ code, status, lines }: Reply): void {
    for (const line of lines) this.record('server', [code, status, line].filter(Boolean).join(' '))
  }

  /** Waits for whatever comes; true when the time is over. */
  #wait(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isLate: boolean) => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve(isLate)
      }
      const timer = setTimeout(() => finish(true), Math.max(0, timeoutMs))
      this.#wake = () => finish(false)
    })
  }

  /** The first failure stands; the connection is closed by it, unless it has said QUIT. */
  #fail(failure: HubError): HubError {
    if (this.#failure === undefined) {
      this.#failure = failure
      if (!this.#socket.writableEnded) this.#socket.destroy()
      else this.#socket.setTimeout(1000, () => this.#socket.destroy())
      this.#wake?.()
      this.onClose?.()
    }
    return this.#failure
  }

  readonly #onAbort = () => {
    const reason: unknown = this.#signal?.reason
    this.#fail(reason instanceof HubError ? reason : lost(reason))
  }

  readonly #onData = (chunk: Buffer) => {
    try {
      this.#input.push(chunk)
    } catch (error) {
      this.#fail(error instanceof HubError ? error : lost(error))
    }
    this.#wake?.()
  }

  readonly #onOver = (cause?: unknown) => {
    this.#fail(lost(cause))
  }

  #listen(): void {
    this.#socket.on('data', this.#onData)
    for (const event of ['end', 'close', 'error']) this.#socket.on(event, this.#onOver)
  }

  #ignore(): void {
    this.#socket.off('data', this.#onData)
    for (const event of ['end', 'close', 'error']) this.#socket.off(event, this.#onOver)
  }
}

function lost(cause: unknown): HubError {
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  return new HubError('delivery.connection_lost', `the connection was lost${why}`, { cause })
}

function describe({ protocol, cipher, verified, because, peer, accepted }: TlsFacts): string {
  const word = accepted === undefined ? 'not verified' : 'accepted as configured'
  const trust = verified ? 'verified' : `${word} (${because ?? 'unknown'})`
  return `${protocol} ${cipher}, certificate of ${peer ?? 'nobody'} ${trust}`
}

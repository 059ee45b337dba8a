/** One connection to a mail server: bytes out, replies in, and a record of both. */

import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { asBuffer, concat } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { isLoopback } from '../base/ip-address.ts'
import { type Reply, REPLY_LINE_OCTETS, ReplyReader } from '../formats/smtp/reply.ts'
import type { DialogueLine, TlsFacts } from './delivery-report.ts'
import type { SmtpRoute } from './smtp-route.ts'
import { connectionWords } from './connection-words.ts'
import { trustedRoots } from './trusted-roots.ts'

/** Replies that came and were not asked for yet: one for each command of a pipelined batch. */
const WAITING_REPLIES = 20_000

const NOTHING = new Uint8Array(0)
const LF = 10

/** Takes a line of the dialogue down. */
export type Recorder = (by: DialogueLine['by'], text: string) => void

export class SmtpConnection {
  readonly #route: SmtpRoute
  #socket: Socket
  #input: Uint8Array = NOTHING
  #reader = new ReplyReader()
  #replies: Reply[] = []
  #failure: HubError | undefined
  #wake: (() => void) | undefined
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
    { connectMs, handshakeMs }: { connectMs: number; handshakeMs: number },
    record: Recorder,
  ): Promise<SmtpConnection> {
    const { host, port } = route
    record('transport', `connecting to ${host} port ${port}`)
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    await settled(socket, 'connect', {
      timeoutMs: connectMs,
      failure: 'delivery.connection_failed',
    })
    record('transport', `connected to ${socket.remoteAddress ?? host}`)
    const connection = new SmtpConnection(route, socket, record)
    if (route.tls === 'implicit') await connection.encrypt({ timeoutMs: handshakeMs })
    else connection.#listen()
    return connection
  }

  /** False when it was closed, by whomever, or something came that nobody had asked for. */
  get isUsable(): boolean {
    return this.#failure === undefined && this.#replies.length === 0 && this.#input.byteLength === 0
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
      const reply = this.#replies.shift()
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
    const reply = this.#replies.shift()
    if (reply !== undefined) this.#recordReply(reply)
    return reply
  }

  /**
   * Turns the connection into a TLS one. On `required` and `implicit` routes the certificate must be
   * trusted and name the host; on others whatever it shows is taken, and told in `tls`.
   *
   * @throws HubError `delivery.tls_failed`, `delivery.timed_out`
   */
  async encrypt({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    const { host, tls, ca } = this.#route
    if (this.#input.byteLength > 0 || this.#replies.length > 0) {
      // Said in clear by anybody on the way, to be believed as if it were said inside.
      throw this.#fail(new HubError('delivery.tls_failed', 'the server spoke before the handshake'))
    }
    const raw = this.#socket
    this.#ignore()
    const mustVerify = tls === 'required' || tls === 'implicit'
    const secure = connectTls({
      socket: raw,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: trustedRoots(ca),
      rejectUnauthorized: mustVerify,
    })
    raw.on('error', () => secure.destroy())
    this.#socket = secure
    try {
      await settled(secure, 'secureConnect', { timeoutMs, failure: 'delivery.tls_failed' })
    } catch (error) {
      throw this.#fail(error instanceof HubError ? error : lost(error))
    }
    this.tls = factsOf(secure)
    this.record('transport', describe(this.tls))
    this.#listen()
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

  readonly #onData = (chunk: Buffer) => {
    this.#input = this.#input.byteLength === 0 ? chunk : concat([this.#input, chunk])
    try {
      this.#readReplies()
    } catch (error) {
      this.#fail(error instanceof HubError ? error : lost(error))
    }
    this.#wake?.()
  }

  readonly #onOver = (cause?: unknown) => {
    this.#fail(lost(cause))
  }

  #readReplies(): void {
    const input = asBuffer(this.#input)
    let start = 0
    for (let end = input.indexOf(LF); end >= 0; end = input.indexOf(LF, start)) {
      if (end === start || input[end - 1] !== 13) {
        throw new HubError('smtp.reply_malformed', 'a reply line ends without CR')
      }
      const reply = this.#reader.push(input.subarray(start, end - 1))
      if (reply !== undefined) this.#replies.push(reply)
      start = end + 1
    }
    this.#input = input.subarray(start)
    if (this.#input.byteLength > REPLY_LINE_OCTETS || this.#replies.length > WAITING_REPLIES) {
      throw new HubError('smtp.reply_malformed', 'a reply without end')
    }
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

/** Waits for the one event that is good; destroys the socket on any other end. */
async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  {
    timeoutMs,
    failure,
  }: { timeoutMs: number; failure: 'delivery.connection_failed' | 'delivery.tls_failed' },
): Promise<void> {
  const what = event === 'connect' ? 'connection' : 'TLS handshake'
  await new Promise<void>((resolve, reject) => {
    const end = (error?: HubError) => {
      clearTimeout(timer)
      socket.off(event, onGood).off('error', onError).off('close', onClose)
      if (error === undefined) {
        resolve()
        return
      }
      // Errors that still come of a socket given up say nothing new.
      socket.on('error', () => undefined).destroy()
      reject(error)
    }
    const onGood = () => end()
    const onError = (cause: Error) => {
      end(new HubError(failure, `no ${what}: ${connectionWords(cause)}`, { cause }))
    }
    const onClose = () => end(new HubError(failure, `no ${what}: the server closed`))
    const timer = setTimeout(() => {
      end(new HubError('delivery.timed_out', `no ${what} in time`))
    }, timeoutMs)
    socket.once(event, onGood).once('error', onError).once('close', onClose)
  })
}

function factsOf(secure: TLSSocket): TlsFacts {
  const because = secure.authorizationError as unknown
  const peer = secure.getPeerX509Certificate()?.subject.replaceAll('\n', ', ')
  return {
    protocol: secure.getProtocol() ?? 'unknown',
    cipher: secure.getCipher().standardName,
    verified: secure.authorized,
    ...(secure.authorized
      ? {}
      : { because: because instanceof Error ? because.message : String(because) }),
    ...(peer === undefined ? {} : { peer }),
  }
}

function describe({ protocol, cipher, verified, because, peer }: TlsFacts): string {
  const trust = verified ? 'verified' : `not verified (${because ?? 'unknown'})`
  return `${protocol} ${cipher}, certificate of ${peer ?? 'nobody'} ${trust}`
}

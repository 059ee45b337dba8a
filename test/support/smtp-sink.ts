/**
 * A mail server for tests: keeps what it is given, and fails as it is told.
 *
 * It shares no code with the hub's own server and client, so that a mistake in one is seen in the
 * other. It trusts its callers and is no model of a server.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { TlsIdentity } from './tls-identity.ts'

/** A point of the dialogue at which a fault can happen; `content` is in the middle of the data. */
export type SinkStage =
  | 'connect'
  | 'ehlo'
  | 'helo'
  | 'starttls'
  | 'handshake'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'dot'
  | 'rset'

export interface SinkFaults {
  /**
   * The reply to give at a stage instead of the good one, whole lines without the final CRLF; a
   * function is given the client's line and may return undefined to be good.
   */
  reply?: Partial<Record<SinkStage, string | ((line: string) => string | undefined)>>
  /** Closes the connection at this stage without a reply. At `dot` the message is kept first. */
  closeAt?: SinkStage
  /** Never answers from this stage on, and keeps the connection open. */
  silentAt?: SinkStage
  /** Closes a connection after this many messages, in answer to the next MAIL. */
  closeAfterMessages?: number
}

export interface SinkMessage {
  from: string
  /** MAIL's parameters as they came, such as `SIZE=12 BODY=8BITMIME`. */
  parameters: string
  recipients: string[]
  /** Dots unstuffed, each line with its CRLF. */
  content: Uint8Array
  /** TLS protocol; undefined in clear. */
  tls: string | undefined
  /** User name of the log-in, if there was one. */
  user: string | undefined
  at: Date
}

export interface SinkOptions {
  /** EHLO keywords. Default: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, ENHANCEDSTATUSCODES. */
  extensions?: readonly string[]
  /** With an identity STARTTLS is offered, or TLS is spoken from the start when `implicit`. */
  tls?: TlsIdentity & { implicit?: boolean }
  /** Log-ins that are taken, as `user: secret`; AUTH is offered when given. */
  users?: Readonly<Record<string, string>>
  /** Mailboxes and the access tokens that XOAUTH2 takes for them. */
  tokens?: Readonly<Record<string, string>>
  faults?: SinkFaults
  port?: number
  /** Called for each message before its good reply is sent. */
  onMessage?: (message: SinkMessage) => void
}

export interface SmtpSink {
  readonly host: '127.0.0.1'
  readonly port: number
  /** In the order of their final dots. */
  readonly messages: readonly SinkMessage[]
  /** Every line any client sent, without content. */
  readonly lines: readonly string[]
  /** Every chunk of bytes as it arrived: shows what was written at once. */
  readonly chunks: readonly Uint8Array[]
  /** How many connections were ever opened. */
  readonly connections: number
  /** Replaces the faults from the next command on. */
  setFaults(faults: SinkFaults): void
  /** Resolves once this many messages were kept in total. */
  received(count: number): Promise<void>
  /** Closes every connection and stops listening; the port refuses from then on. */
  close(): Promise<void>
}

const EXTENSIONS = ['PIPELINING', 'SIZE 104857600', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']

/** Starts a sink on a free port of 127.0.0.1. */
export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const state: SinkState = {
    options,
    faults: options.faults ?? {},
    messages: [],
    lines: [],
    chunks: [],
    waiting: [],
  }
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    new SinkSession(socket, state).open()
  })
  const port = await listen(server, options.port ?? 0)
  return {
    host: '127.0.0.1',
    port,
    messages: state.messages,
    lines: state.lines,
    chunks: state.chunks,
    get connections() {
      return connections
    },
    setFaults(faults) {
      state.faults = faults
    },
    received(count) {
      if (state.messages.length >= count) return Promise.resolve()
      return new Promise((resolve) => state.waiting.push({ count, resolve }))
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

interface SinkState {
  options: SinkOptions
  faults: SinkFaults
  messages: SinkMessage[]
  lines: string[]
  chunks: Uint8Array[]
  waiting: { count: number; resolve: () => void }[]
}

/** One client. Text is latin1 throughout, so that content keeps its bytes. */
class SinkSession {
  readonly #state: SinkState
  #socket: Socket
  #input = ''
  #mode: 'commands' | 'content' | 'login' | 'refusal' | 'dead' = 'commands'
  #tls: string | undefined
  #user: string | undefined
  #loginParts: string[] = []
  #from = ''
  #parameters = ''
  #recipients: string[] = []
  #taken = 0

  constructor(socket: Socket, state: SinkState) {
    this.#socket = socket
    this.#state = state
  }

  open(): void {
    this.#socket.on('error', () => this.#socket.destroy())
    if (this.#fault('connect')) return
    if (this.#state.options.tls?.implicit === true) this.#encrypt(() => this.#greet())
    else {
      this.#listen()
      this.#greet()
    }
  }

  #greet(): void {
    this.#answer('connect', '', '220 sink.test ESMTP')
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#state.chunks.push(chunk)
      this.#input += chunk.toString('latin1')
      this.#read()
    })
  }

  #encrypt(then: () => void): void {
    const { tls } = this.#state.options
    if (tls === undefined || this.#fault('handshake')) return
    const raw = this.#socket
    raw.removeAllListeners('data')
    const secure = new TLSSocket(raw, { isServer: true, key: tls.keyPem, cert: tls.certificatePem })
    secure.on('error', () => secure.destroy())
    this.#socket = secure
    this.#input = ''
    this.#listen()
    secure.once('secure', () => {
      this.#tls = secure.getProtocol() ?? 'unknown'
      then()
    })
  }

  /** True when the fault of this stage has been carried out and nothing else may happen. */
  #fault(stage: SinkStage): boolean {
    const { faults } = this.#state
    if (faults.silentAt === stage) {
      this.#mode = 'dead'
      return true
    }
    if (faults.closeAt === stage) {
      this.#mode = 'dead'
      this.#socket.destroy()
      return true
    }
    return false
  }

  /** Sends the good reply, or the one that the faults ask for; true when it was the good one. */
  #answer(stage: SinkStage, line: string, good: string): boolean {
    if (stage !== 'connect' && this.#fault(stage)) return false
    const wanted = this.#state.faults.reply?.[stage]
    const bad = typeof wanted === 'function' ? wanted(line) : wanted
    this.#socket.write(`${bad ?? good}\r\n`, 'latin1')
    if (bad?.startsWith('421') === true) this.#socket.end()
    return bad === undefined
  }

  #read(): void {
    for (;;) {
      if (this.#mode === 'dead') return
      if (this.#mode === 'content') {
        if (!this.#readContent()) return
        continue
      }
      const end = this.#input.indexOf('\r\n')
      if (end < 0) return
      const line = this.#input.slice(0, end)
      this.#input = this.#input.slice(end + 2)
      this.#state.lines.push(line)
      if (this.#mode === 'login' || this.#mode === 'refusal') this.#login(line)
      else this.#command(line)
    }
  }

  #readContent(): boolean {
    if (this.#input !== '' && this.#fault('content')) return false
    const whole = this.#input.startsWith('.\r\n') ? 0 : this.#input.indexOf('\r\n.\r\n')
    if (whole < 0) return false
    const startsWithDot = this.#input.startsWith('.\r\n')
    const text = startsWithDot ? '' : this.#input.slice(0, whole + 2)
    this.#input = this.#input.slice(startsWithDot ? 3 : whole + 5)
    this.#mode = 'commands'
    const message: SinkMessage = {
      from: this.#from,
      parameters: this.#parameters,
      recipients: this.#recipients,
      content: Buffer.from(text.replace(/^\./gm, ''), 'latin1'),
      tls: this.#tls,
      user: this.#user,
      at: new Date(),
    }
    this.#recipients = []
    const wanted = this.#state.faults.reply?.dot
    const refused = typeof wanted === 'function' ? wanted(text) : wanted
    const takes = refused === undefined && message.recipients.length > 0
    if (takes) this.#keep(message)
    this.#answer('dot', text, takes ? '250 2.0.0 kept' : '554 5.5.1 no valid recipients')
    return true
  }

  #keep(message: SinkMessage): void {
    const { messages, waiting, options } = this.#state
    this.#taken += 1
    messages.push(message)
    options.onMessage?.(message)
    for (const each of waiting) if (messages.length >= each.count) each.resolve()
  }

  #command(line: string): void {
    const verb = line.split(' ')[0]?.toUpperCase() ?? ''
    switch (verb) {
      case 'EHLO':
        this.#answer('ehlo', line, this.#capabilities())
        return
      case 'HELO':
        this.#answer('helo', line, '250 sink.test')
        return
      case 'STARTTLS':
        if (this.#state.options.tls === undefined) this.#socket.write('502 5.5.1 no\r\n')
        else if (this.#answer('starttls', line, '220 2.0.0 go')) this.#encrypt(() => undefined)
        return
      case 'AUTH':
        this.#auth(line)
        return
      case 'MAIL':
        this.#mail(line)
        return
      case 'RCPT':
        if (this.#answer('rcpt', line, '250 2.1.5 ok')) {
          this.#recipients.push(decodeAddress(/<(.*)>/.exec(line)?.[1] ?? ''))
        }
        return
      case 'DATA':
        if (this.#answer('data', line, '354 go ahead')) this.#mode = 'content'
        return
      case 'RSET':
        this.#recipients = []
        this.#answer('rset', line, '250 2.0.0 ok')
        return
      case 'QUIT':
        this.#socket.end('221 2.0.0 bye\r\n')
        return
      default:
        this.#socket.write('250 2.0.0 ok\r\n')
    }
  }

  #capabilities(): string {
    const { tls, users, tokens, extensions } = this.#state.options
    const words = [...(extensions ?? EXTENSIONS)]
    if (tls !== undefined && this.#tls === undefined) words.push('STARTTLS')
    if (users !== undefined) words.push('AUTH PLAIN LOGIN')
    else if (tokens !== undefined) words.push('AUTH XOAUTH2')
    const lines = ['sink.test', ...words]
    return lines.map((word, at) => `250${at === lines.length - 1 ? ' ' : '-'}${word}`).join('\r\n')
  }

  #mail(line: string): void {
    const limit = this.#state.faults.closeAfterMessages
    if (limit !== undefined && this.#taken >= limit) {
      this.#socket.destroy()
      return
    }
    if (!this.#answer('mail', line, '250 2.1.0 ok')) return
    const match = /^MAIL FROM:<(.*)>(?: (.*))?$/i.exec(line)
    this.#from = decodeAddress(match?.[1] ?? '')
    this.#parameters = match?.[2] ?? ''
    this.#recipients = []
  }

  #auth(line: string): void {
    const [, mechanism = '', initial] = line.split(' ')
    if (mechanism.toUpperCase() === 'LOGIN') {
      this.#loginParts = []
      this.#mode = 'login'
      this.#socket.write('334 VXNlcm5hbWU6\r\n')
      return
    }
    if (mechanism.toUpperCase() === 'XOAUTH2') {
      this.#authByToken(line, decodeBase64(initial ?? ''))
      return
    }
    const [, user = '', secret = ''] = decodeBase64(initial ?? '').split('\0')
    this.#finishAuth(line, { user, secret })
  }

  /** A token that is not taken is explained first; the client answers with an empty line. */
  #authByToken(line: string, response: string): void {
    const [, user = '', token = ''] =
      /^user=([^\u0001]*)\u0001auth=Bearer ([^\u0001]*)\u0001\u0001$/.exec(response) ?? []
    if (this.#state.options.tokens?.[user] === token && token !== '') {
      if (this.#answer('auth', line, '235 2.7.0 Authentication successful')) this.#user = user
      return
    }
    const why = JSON.stringify({ status: '401', schemes: 'bearer' })
    this.#mode = 'refusal'
    this.#socket.write(`334 ${Buffer.from(why).toString('base64')}\r\n`)
  }

  #login(line: string): void {
    if (this.#mode === 'refusal') {
      this.#mode = 'commands'
      this.#socket.write(
        line === ''
          ? '535 5.7.3 Authentication unsuccessful\r\n'
          : '501 5.5.2 expected an empty line\r\n',
      )
      return
    }
    this.#loginParts.push(decodeBase64(line))
    if (this.#loginParts.length === 1) {
      this.#socket.write('334 UGFzc3dvcmQ6\r\n')
      return
    }
    this.#mode = 'commands'
    const [user = '', secret = ''] = this.#loginParts
    this.#finishAuth(line, { user, secret })
  }

  #finishAuth(line: string, { user, secret }: { user: string; secret: string }): void {
    if (this.#state.options.users?.[user] !== secret) {
      this.#socket.write('535 5.7.8 no\r\n')
      return
    }
    if (this.#answer('auth', line, '235 2.7.0 ok')) this.#user = user
  }
}

function decodeBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}

function decodeAddress(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

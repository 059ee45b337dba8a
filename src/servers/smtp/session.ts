/**
 * One client's dialogue, from the greeting to the last word.
 *
 * Commands are obeyed one after the other; a refused one is answered by its error's code. Whatever
 * makes the rest of the stream meaningless (a lone line end, a time limit) ends the dialogue.
 */

import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError, type ErrorCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type Command, parseCommand } from '../../formats/smtp/command.ts'
import { encodeReply } from '../../formats/smtp/reply.ts'
import type { SubmittingClient } from '../../messages/submission.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import { readLogin } from './login.ts'
import { MailTransaction } from './mail-transaction.ts'
import { encodeRefusal } from './refusal.ts'
import type { Listener } from './listener.ts'
import type { Wire } from './wire.ts'

/** Refusals that a client meets in good faith: they do not count as errors. */
const GOOD_FAITH: ReadonlySet<ErrorCode> = new Set([
  'smtp.recipients_too_many',
  'smtp.memory_short',
])

export class SmtpSession {
  readonly #wire: Wire
  readonly #listener: Listener
  readonly #handlers: MailHandlers
  readonly #log: Log
  readonly #address: string
  readonly #isTrusted: boolean
  readonly #startedMs = performance.now()
  #hello: string | undefined
  #extended = false
  #credential: string | undefined
  #transaction: MailTransaction | undefined
  #errors = 0
  #failedLogins = 0
  /** Set when the dialogue is over: what is said last, which may be nothing. */
  #lastWord: string | undefined

  constructor(parts: {
    wire: Wire
    listener: Listener
    handlers: MailHandlers
    log: Log
    client: { address: string; isLoopback: boolean }
  }) {
    this.#wire = parts.wire
    this.#listener = parts.listener
    this.#handlers = parts.handlers
    this.#log = parts.log
    this.#address = parts.client.address
    this.#isTrusted = parts.client.isLoopback && parts.listener.options.trustLoopback !== false
  }

  /** Holds the dialogue. Never rejects; the connection is closing when it resolves. */
  async run(): Promise<void> {
    try {
      if (this.#listener.options.implicitTls === true) await this.#encrypt()
      this.#say(220, '', `${this.#listener.options.hostname} ESMTP Sealpost`)
      while (this.#lastWord === undefined) await this.#step()
    } catch (error) {
      this.#end(error)
    }
    const { lingerTimeoutMs } = this.#listener.limits
    this.#wire.finish(this.#lastWord ?? '', { lingerTimeoutMs })
  }

  /** Reads and obeys one command. Throws what ends the dialogue. */
  async #step(): Promise<void> {
    const remainingMs = this.#remainingMs()
    const line = await this.#wire.readLine({
      timeoutMs: Math.min(remainingMs, this.#listener.limits.commandTimeoutMs),
      interruptible: this.#transaction === undefined,
    })
    if (line === undefined) {
      this.#lastWord = ''
      return
    }
    if (remainingMs <= 0)
      throw new HubError('smtp.timed_out', 'the connection is open for too long')
    try {
      await this.#obey(parseCommand(line))
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** How long the connection may stay open yet: strangers have to show soon who they are. */
  #remainingMs(): number {
    const { connectionTimeoutMs, loginTimeoutMs } = this.#listener.limits
    const isStranger =
      this.#listener.options.kind === 'submission'
        ? this.#credential === undefined
        : !this.#handlers.isKnownRelay(this.#address)
    const allowedMs = isStranger ? loginTimeoutMs : connectionTimeoutMs
    return this.#startedMs + allowedMs - performance.now()
  }

  async #obey(command: Command): Promise<void> {
    switch (command.verb) {
      case 'EHLO':
      case 'HELO':
        return this.#greet(command)
      case 'STARTTLS':
        return this.#startTls()
      case 'AUTH':
        return this.#authenticate(command)
      case 'MAIL':
        return this.#mail(command)
      case 'RCPT':
        return this.#rcpt(command.to)
      case 'DATA':
        return this.#data()
      case 'RSET':
        this.#transaction = undefined
        return this.#say(250, '2.0.0', 'Forgotten')
      case 'NOOP':
        return this.#say(250, '2.0.0', 'Fine')
      case 'HELP':
        return this.#say(214, '2.0.0', 'EHLO STARTTLS AUTH MAIL RCPT DATA RSET NOOP VRFY QUIT')
      case 'VRFY':
        // Whether someone exists is not for strangers: RFC 5321 section 7.3.
        return this.#say(252, '2.5.0', 'Send a message and see')
      case 'QUIT':
        this.#lastWord = encodeReply(221, '2.0.0', 'Goodbye')
        return
    }
  }

  #greet({ verb, name }: { verb: 'EHLO' | 'HELO'; name: string }): void {
    this.#hello = name
    this.#extended = verb === 'EHLO'
    this.#transaction = undefined
    const { hostname } = this.#listener.options
    if (!this.#extended) {
      this.#say(250, '', hostname)
      return
    }
    const extensions = ['PIPELINING', `SIZE ${this.#listener.options.maxMessageBytes}`, '8BITMIME']
    extensions.push('SMTPUTF8', 'ENHANCEDSTATUSCODES')
    if (this.#canEncrypt()) extensions.push('STARTTLS')
    if (this.#listener.options.kind === 'submission' && this.#isPrivate())
      extensions.push('AUTH PLAIN LOGIN')
    this.#say(250, '', hostname, ...extensions)
  }

  #canEncrypt(): boolean {
    return this.#listener.tls !== undefined && this.#wire.tls === undefined
  }

  /** Secrets may be said here: encrypted, or never on a wire at all. */
  #isPrivate(): boolean {
    return this.#wire.tls !== undefined || this.#isTrusted
  }

  async #startTls(): Promise<void> {
    if (this.#wire.tls !== undefined || this.#transaction !== undefined) throw outOfOrder()
    if (!this.#canEncrypt()) throw new HubError('smtp.command_unsupported', 'no TLS here')
    this.#say(220, '2.0.0', 'Go ahead')
    await this.#encrypt()
  }

  /** What was learned in clear is forgotten: RFC 3207 section 4.2. A failure ends the dialogue. */
  async #encrypt(): Promise<void> {
    const context = this.#listener.tls
    if (context === undefined) throw new HubError('smtp.tls_unavailable', 'no TLS here')
    const { handshakeTimeoutMs } = this.#listener.limits
    this.#hello = undefined
    this.#extended = false
    this.#credential = undefined
    try {
      await this.#wire.encrypt(context, { timeoutMs: handshakeTimeoutMs })
    } catch (error) {
      this.#log.info('smtp.handshake_failed', { address: this.#address, error })
      this.#lastWord = ''
    }
  }

  async #authenticate(command: Command & { verb: 'AUTH' }): Promise<void> {
    if (this.#listener.options.kind !== 'submission') {
      throw new HubError('smtp.command_unsupported', 'a relay takes no log-in')
    }
    if (!this.#extended || this.#credential !== undefined || this.#transaction !== undefined) {
      throw outOfOrder()
    }
    if (!this.#isPrivate()) throw new HubError('smtp.encryption_required', 'AUTH in clear')
    const login = await readLogin(command, (text) => this.#challenge(text))
    if (login === undefined) return
    const found = await this.#handlers.authenticate(login.user, login.secret)
    if (found === undefined) {
      this.#failedLogins += 1
      this.#log.warn('smtp.login_failed', { address: this.#address })
      if (this.#failedLogins >= this.#listener.limits.failedLogins) {
        this.#lastWord = encodeRefusal(new HubError('smtp.too_many_errors', 'failed log-ins'))
        return
      }
      throw new HubError('smtp.authentication_failed', 'no such credential')
    }
    this.#credential = found.credential
    this.#say(235, '2.7.0', 'Welcome')
  }

  /** Asks for a line of the log-in; undefined when the client has gone. */
  async #challenge(challenge: string): Promise<string | undefined> {
    this.#wire.reply(`334 ${challenge}\r\n`)
    const line = await this.#readLoginLine()
    return line === undefined ? undefined : decodeLatin1(line)
  }

  async #readLoginLine(): Promise<Uint8Array | undefined> {
    try {
      const timeoutMs = this.#remainingMs()
      const line = await this.#wire.readLine({ timeoutMs, interruptible: true })
      if (line === undefined) this.#lastWord = ''
      return line
    } catch (error) {
      // The stream is at fault here, not a command: the dialogue ends.
      this.#end(error)
      return undefined
    }
  }

  #mail(command: Command & { verb: 'MAIL' }): void {
    if (this.#hello === undefined || this.#transaction !== undefined) throw outOfOrder()
    this.#requirePermission()
    const parts = { listener: this.#listener, handlers: this.#handlers }
    this.#transaction = new MailTransaction(command, parts)
    this.#say(250, '2.1.0', 'Sender ok')
  }

  #requirePermission(): void {
    if (this.#listener.options.kind === 'relay') {
      if (this.#handlers.isKnownRelay(this.#address)) return
      throw new HubError('smtp.relay_denied', `${this.#address} is no known relay`)
    }
    if (!this.#isPrivate()) throw new HubError('smtp.tls_required', 'mail in clear')
    if (this.#credential === undefined) {
      throw new HubError('smtp.authentication_required', 'mail without log-in')
    }
  }

  #rcpt(to: string): void {
    if (this.#transaction === undefined) throw outOfOrder()
    this.#transaction.addRecipient(to)
    this.#say(250, '2.1.5', 'Recipient ok')
  }

  async #data(): Promise<void> {
    const transaction = this.#transaction
    if (transaction === undefined) throw outOfOrder()
    transaction.requireRecipients()
    this.#transaction = undefined
    this.#say(354, '', 'Send the message, then a dot on a line of its own')
    const handed = await transaction.handOver(this.#wire, this.#client())
    switch (handed.is) {
      case 'accepted':
        return this.#say(250, '2.0.0', `Accepted as ${handed.id}`)
      case 'refused':
        throw handed.error
      case 'broken':
        return this.#end(handed.error)
      case 'cut off':
        this.#lastWord = ''
    }
  }

  #client(): SubmittingClient {
    const client: SubmittingClient = { address: this.#address }
    if (this.#hello !== undefined) client.hello = this.#hello
    if (this.#wire.tls !== undefined) client.tls = this.#wire.tls
    if (this.#credential !== undefined) client.credential = this.#credential
    return client
  }

  #refuse(error: unknown): void {
    if (error instanceof HubError && error.code === 'smtp.other_protocol') {
      this.#end(error)
      return
    }
    this.#wire.reply(encodeRefusal(error))
    if (!(error instanceof HubError)) {
      this.#log.error('smtp.command_broke', { address: this.#address, error })
      return
    }
    this.#log.info('smtp.refused', { address: this.#address, code: error.code })
    if (GOOD_FAITH.has(error.code)) return
    this.#errors += 1
    if (this.#errors >= this.#listener.limits.errors) {
      this.#lastWord = encodeRefusal(new HubError('smtp.too_many_errors', 'too many errors'))
    }
  }

  /** Ends the dialogue by an error. */
  #end(error: unknown): void {
    this.#lastWord = encodeRefusal(error)
    if (error instanceof HubError) {
      this.#log.info('smtp.hung_up', { address: this.#address, code: error.code })
    } else {
      this.#log.error('smtp.session_broke', { address: this.#address, error })
    }
  }

  #say(code: number, status: string, ...texts: readonly string[]): void {
    this.#wire.reply(encodeReply(code, status, ...texts))
  }
}

function outOfOrder(): HubError {
  return new HubError('smtp.command_out_of_order', 'commands are out of order')
}

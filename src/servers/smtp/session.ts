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
import type { MailHandlers } from '../mail-handlers.ts'
import { readLogin } from './login.ts'
import { MailTransaction } from './mail-transaction.ts'
import { encodeRefusal } from './refusal.ts'
import type { Listener } from './listener.ts'
import { Standing } from './standing.ts'
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
  readonly #standing: Standing
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
    this.#standing = new Standing(parts)
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
    const remainingMs = this.#standing.remainingMs
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
    const standing = this.#standing
    standing.hello = name
    standing.isExtended = verb === 'EHLO'
    this.#transaction = undefined
    const { hostname } = this.#listener.options
    const extensions = standing.isExtended ? standing.extensions() : []
    this.#say(250, '', hostname, ...extensions)
  }

  async #startTls(): Promise<void> {
    if (this.#wire.tls !== undefined || this.#transaction !== undefined) throw outOfOrder()
    if (!this.#standing.canEncrypt) throw new HubError('smtp.command_unsupported', 'no TLS here')
    this.#say(220, '2.0.0', 'Go ahead')
    await this.#encrypt()
  }

  /** A failure ends the dialogue. */
  async #encrypt(): Promise<void> {
    const context = this.#listener.tls
    if (context === undefined) throw new HubError('smtp.tls_unavailable', 'no TLS here')
    const { handshakeTimeoutMs } = this.#listener.limits
    this.#standing.forget()
    try {
      await this.#wire.encrypt(context, { timeoutMs: handshakeTimeoutMs })
    } catch (error) {
      this.#log.info('smtp.handshake_failed', { address: this.#standing.address, error })
      this.#lastWord = ''
    }
  }

  async #authenticate(command: Command & { verb: 'AUTH' }): Promise<void> {
    if (this.#listener.options.kind !== 'submission') {
      throw new HubError('smtp.command_unsupported', 'a relay takes no log-in')
    }
    const standing = this.#standing
    const isOver = standing.credential !== undefined || this.#transaction !== undefined
    if (!standing.isExtended || isOver) throw outOfOrder()
    if (!standing.isPrivate) throw new HubError('smtp.encryption_required', 'AUTH in clear')
    const login = await readLogin(command, (text) => this.#challenge(text))
    if (login === undefined) return
    const found = await this.#handlers.authenticate(login.user, login.secret)
    if (found === undefined) {
      this.#failedLogins += 1
      this.#log.warn('smtp.login_failed', { address: this.#standing.address })
      if (this.#failedLogins >= this.#listener.limits.failedLogins) {
        this.#lastWord = encodeRefusal(new HubError('smtp.too_many_errors', 'failed log-ins'))
        return
      }
      throw new HubError('smtp.authentication_failed', 'no such credential')
    }
    standing.credential = found.credential
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
      const timeoutMs = this.#standing.remainingMs
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
    if (this.#standing.hello === undefined || this.#transaction !== undefined) throw outOfOrder()
    this.#standing.requirePermission()
    const parts = { listener: this.#listener, handlers: this.#handlers }
    this.#transaction = new MailTransaction(command, parts)
    this.#say(250, '2.1.0', 'Sender ok')
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
    const handed = await transaction.handOver(this.#wire, this.#standing.client())
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

  #refuse(error: unknown): void {
    if (error instanceof HubError && error.code === 'smtp.other_protocol') {
      this.#end(error)
      return
    }
    this.#wire.reply(encodeRefusal(error))
    if (!(error instanceof HubError)) {
      this.#log.error('smtp.command_broke', { address: this.#standing.address, error })
      return
    }
    this.#log.info('smtp.refused', { address: this.#standing.address, code: error.code })
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
      this.#log.info('smtp.hung_up', { address: this.#standing.address, code: error.code })
    } else {
      this.#log.error('smtp.session_broke', { address: this.#standing.address, error })
    }
  }

  #say(code: number, status: string, ...texts: readonly string[]): void {
    this.#wire.reply(encodeReply(code, status, ...texts))
  }
}

function outOfOrder(): HubError {
  return new HubError('smtp.command_out_of_order', 'commands are out of order')
}

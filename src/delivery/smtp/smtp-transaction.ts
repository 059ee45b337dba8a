/** One message on an open connection: MAIL, RCPT and DATA, and what became of each recipient. */

import { domainToASCII } from 'node:url'
import { asHubError, HubError } from '../../base/errors.ts'
import type { MailStageName } from '../../contract/mail-stages.ts'
import { encodeData } from '../../formats/smtp/data.ts'
import { needsSmtpUtf8 } from '../../formats/smtp/path.ts'
import type { Reply } from '../../formats/smtp/reply.ts'
import type { RecipientResult, SmtpReply } from '../queue/delivery-report.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import type { SmtpConnection } from './smtp-connection.ts'
import type { Capabilities } from './smtp-opening.ts'
import type { SmtpClientLimits } from './smtp-limits.ts'

/** Content is sent in blocks of this size; a smaller one goes in one write with its final dot. */
const BLOCK_BYTES = 256 * 1024

/** What a recipient is told when a whole message cannot go, before or after asking the server. */
interface Verdict {
  readonly is: 'deferred' | 'failed'
  readonly status: string
  readonly because: string
  readonly reply?: SmtpReply
  readonly ambiguous?: true
}

export interface TransactionOutcome {
  readonly results: RecipientResult[]
  /** The connection was closed before the server said a word but 421: another may do. */
  readonly untouched: boolean
  /** What broke the transaction off. */
  readonly error?: HubError
}

/**
 * Sends a message. Never throws and never sends anything twice: a connection lost after the final
 * dot makes the recipients `deferred` and `ambiguous`. The dialogue may go on with RSET or MAIL if
 * the connection is still usable.
 */
export async function sendMessage(
  connection: SmtpConnection,
  message: OutgoingMessage,
  circumstances: Circumstances,
): Promise<TransactionOutcome> {
  const transaction = new Transaction(connection, message, circumstances)
  try {
    await transaction.run()
  } catch (error) {
    transaction.breakOff(error)
    const { isUntouched: untouched } = transaction
    return { results: transaction.results(), untouched, error: asHubError(error) }
  }
  return { results: transaction.results(), untouched: transaction.isUntouched }
}

interface Circumstances {
  readonly capabilities: Capabilities
  readonly limits: SmtpClientLimits
  /** Told before each stage; without PIPELINING the reply is to that stage's command. */
  readonly enter?: (stage: MailStageName) => void
}

class Transaction {
  readonly #connection: SmtpConnection
  readonly #message: OutgoingMessage
  readonly #capabilities: Capabilities
  readonly #limits: SmtpClientLimits
  readonly #enter: (stage: MailStageName) => void
  readonly #results = new Map<string, RecipientResult>()
  /** The final dot may have reached the server. */
  #dotSent = false
  #heard = false
  #wasBroken = false

  constructor(
    connection: SmtpConnection,
    message: OutgoingMessage,
    { capabilities, limits, enter = () => undefined }: Circumstances,
  ) {
    this.#connection = connection
    this.#message = message
    this.#capabilities = capabilities
    this.#limits = limits
    this.#enter = enter
  }

  get isUntouched(): boolean {
    return this.#wasBroken && !this.#heard
  }

  results(): RecipientResult[] {
    return this.#message.recipients.map((recipient) => this.#resultOf(recipient))
  }

  async run(): Promise<void> {
    this.#enter('sender')
    const unsendable = whyUnsendable(this.#message, this.#capabilities)
    if (unsendable !== undefined) {
      this.#settle(this.#message.recipients, unsendable)
      return
    }
    const data = encodeData(this.#message.content)
    const recipients = this.#reachable()
    if (recipients.length === 0) return
    const taken = await this.#sendEnvelope(recipients)
    if (taken.length > 0) await this.#sendContent(taken, data)
  }

  /** What was not answered yet is deferred by an error. */
  breakOff(error: unknown): void {
    const { code, message, answer } = asHubError(error)
    this.#wasBroken = true
    const open = this.#message.recipients.filter((recipient) => !this.#results.has(recipient))
    if (code === 'smtp.content_malformed') {
      this.#settle(open, { is: 'failed', status: '5.6.0', because: message })
      return
    }
    // A server that closes may have said why.
    const last = this.#dotSent ? undefined : this.#connection.findReply()
    if (last !== undefined && !isGood(last)) this.#settle(open, verdictOf(last))
    const status = answer.smtp.split(' ')[1] ?? '4.4.2'
    const verdict: Verdict = { is: 'deferred', status, because: message }
    this.#settle(open, this.#dotSent ? { ...verdict, ambiguous: true } : verdict)
  }

  /** Recipients the server can be named; the others fail at once. */
  #reachable(): { recipient: string; address: string }[] {
    const reachable: { recipient: string; address: string }[] = []
    for (const recipient of this.#message.recipients) {
      const address = this.#capabilities.smtpUtf8 ? recipient : asciiAddress(recipient)
      if (address === undefined) this.#settle([recipient], UTF8_UNSUPPORTED)
      else reachable.push({ recipient, address })
    }
    return reachable
  }

  /** MAIL, RCPT and DATA; gives the recipients whom the content is for. */
  async #sendEnvelope(
    recipients: readonly { recipient: string; address: string }[],
  ): Promise<string[]> {
    const mail = this.#mailCommand()
    const rcpts = recipients.map(({ address }) => `RCPT TO:<${address}>`)
    if (this.#capabilities.pipelining) this.#say(mail, ...rcpts, 'DATA')
    else this.#say(mail)
    const mailReply = await this.#reply('MAIL', this.#limits.commandMs)
    if (!isGood(mailReply)) {
      this.#settle(this.#message.recipients, verdictOf(mailReply))
      if (!this.#capabilities.pipelining) return []
    }
    this.#enter('recipient')
    const taken: string[] = []
    for (const [at, { recipient }] of recipients.entries()) {
      if (!this.#capabilities.pipelining) this.#say(rcpts[at] ?? '')
      const reply = await this.#reply('RCPT', this.#limits.commandMs)
      if (isGood(reply) && !this.#results.has(recipient)) taken.push(recipient)
      else this.#settle([recipient], verdictOf(asRecipientReply(reply)))
    }
    if (!this.#capabilities.pipelining) {
      if (taken.length === 0) return []
      this.#enter('content')
      this.#say('DATA')
    }
    const dataReply = await this.#reply('DATA', this.#limits.dataMs)
    if (dataReply.code === 354) {
      if (taken.length === 0) await this.#sendNothing()
      return taken
    }
    this.#settle(taken, verdictOf(dataReply))
    return []
  }

  #mailCommand(): string {
    const { from, content, eightBit, smtpUtf8 } = this.#message
    const { size, eightBit: canEightBit, smtpUtf8: canUtf8 } = this.#capabilities
    const words = [`MAIL FROM:<${canUtf8 ? from : (asciiAddress(from) ?? from)}>`]
    if (size) words.push(`SIZE=${content.byteLength}`)
    if (eightBit && canEightBit) words.push('BODY=8BITMIME')
    const needsUtf8 = smtpUtf8 || [from, ...this.#message.recipients].some(needsSmtpUtf8)
    if (needsUtf8 && canUtf8) words.push('SMTPUTF8')
    return words.join(' ')
  }

  /** A server that wants content although it took no recipient gets none: RFC 2920 section 3.1. */
  async #sendNothing(): Promise<void> {
    this.#connection.send('.\r\n', ['.'])
    await this.#reply('the final dot', this.#limits.finalDotMs)
  }

  async #sendContent(recipients: readonly string[], data: readonly Uint8Array[]): Promise<void> {
    const size = data.reduce((sum, part) => sum + part.byteLength, 0)
    this.#connection.record('client', `<${size} bytes>`)
    if (size > BLOCK_BYTES) {
      for (const block of blocksOf(data[0])) {
        await this.#connection.sendBytes(block, { timeoutMs: this.#limits.contentBlockMs })
      }
      this.#dotSent = true
      this.#connection.post(...data.slice(1))
    } else {
      this.#dotSent = true
      this.#connection.post(...data)
    }
    const reply = await this.#reply('the final dot', this.#limits.finalDotMs)
    this.#enter('accepted')
    if (isGood(reply)) this.#deliver(recipients, reply)
    else this.#settle(recipients, verdictOf(reply))
  }

  #say(...lines: readonly string[]): void {
    this.#connection.send(lines.map((line) => `${line}\r\n`).join(''), lines)
  }

  async #reply(to: string, timeoutMs: number): Promise<Reply> {
    const reply = await this.#connection.reply({ timeoutMs, to })
    if (reply.code !== 421) {
      this.#heard = true
      return reply
    }
    // RFC 5321 section 3.8: the server closes, whatever it was asked. Nothing else will come.
    this.#connection.destroy()
    const open = this.#message.recipients.filter((recipient) => !this.#results.has(recipient))
    this.#settle(open, verdictOf(reply))
    throw new HubError('delivery.connection_lost', 'the server closes')
  }

  #deliver(recipients: readonly string[], reply: Reply): void {
    const status = reply.status ?? '2.0.0'
    for (const recipient of recipients) {
      this.#results.set(recipient, { recipient, is: 'delivered', status, reply: shownReply(reply) })
    }
  }

  /** The first word on a recipient stands. */
  #settle(recipients: readonly string[], verdict: Verdict): void {
    for (const recipient of recipients) {
      if (!this.#results.has(recipient)) this.#results.set(recipient, { recipient, ...verdict })
    }
  }

  #resultOf(recipient: string): RecipientResult {
    const because = 'the message was not sent'
    return this.#results.get(recipient) ?? { recipient, is: 'deferred', status: '4.3.0', because }
  }
}

const UTF8_UNSUPPORTED: Verdict = {
  is: 'failed',
  status: '5.6.7',
  because: 'the address or message needs SMTPUTF8, which the server does not offer',
}

/** Why a message cannot go through this server at all. */
function whyUnsendable(message: OutgoingMessage, server: Capabilities): Verdict | undefined {
  const { content, from, smtpUtf8, eightBit } = message
  if (!server.smtpUtf8 && (smtpUtf8 || asciiAddress(from) === undefined)) return UTF8_UNSUPPORTED
  if (eightBit && !server.eightBit) {
    const because = 'the message has 8-bit content, which the server does not offer to take'
    return { is: 'failed', status: '5.6.3', because }
  }
  if (server.sizeLimitBytes !== undefined && content.byteLength > server.sizeLimitBytes) {
    const because = `the message has ${content.byteLength} bytes, the server takes ${server.sizeLimitBytes}`
    return { is: 'failed', status: '5.3.4', because }
  }
  return undefined
}

/** With the domain in its ASCII form; undefined when the local part has none. */
function asciiAddress(address: string): string | undefined {
  if (!needsSmtpUtf8(address)) return address
  const at = address.lastIndexOf('@')
  const localPart = address.slice(0, at)
  const domain = domainToASCII(address.slice(at + 1))
  return needsSmtpUtf8(localPart) || domain === '' ? undefined : `${localPart}@${domain}`
}

function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300
}

/** RFC 5321 section 4.5.3.1.10: a 552 to RCPT means "too many", which another message mends. */
function asRecipientReply(reply: Reply): Reply {
  return reply.code === 552 ? { ...reply, code: 452, status: '4.5.3' } : reply
}

function verdictOf(reply: Reply): Verdict {
  const is = reply.code >= 500 ? 'failed' : 'deferred'
  const digit = is === 'failed' ? '5' : '4'
  const status = reply.status?.startsWith(digit) === true ? reply.status : `${digit}.0.0`
  const because = `the server said ${reply.code} ${reply.lines.join(' ')}`
  return { is, status, because, reply: shownReply(reply) }
}

function shownReply({ code, status, lines }: Reply): SmtpReply {
  return { code, text: lines.join('\n'), ...(status === undefined ? {} : { status }) }
}

function* blocksOf(bytes: Uint8Array = new Uint8Array(0)): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += BLOCK_BYTES) {
    yield bytes.subarray(at, at + BLOCK_BYTES)
  }
}

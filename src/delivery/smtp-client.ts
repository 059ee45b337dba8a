/**
 * SMTP out: hands messages on to one route over a few connections that are kept open.
 *
 * An attempt is a report, whatever came of it: see `delivery-report.ts`. When to try again is the
 * queue's business; here a message is sent at most once, but for one case: a connection that was
 * kept open and turns out to be gone before the server said a word is replaced by a new one.
 */

import type { Clock } from '../base/clock.ts'
import { asHubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { DeliveryReport, DialogueLine, RecipientResult } from './delivery-report.ts'
import type { SmtpConnection } from './smtp-connection.ts'
import { type Capabilities, openDialogue } from './smtp-opening.ts'
import { SMTP_CLIENT_LIMITS, type SmtpClientLimits, type SmtpRoute } from './smtp-route.ts'
import { type OutgoingMessage, sendMessage } from './smtp-transaction.ts'

interface Member {
  connection: SmtpConnection
  capabilities: Capabilities
  messages: number
  idleTimer?: NodeJS.Timeout
}

export class SmtpTransport {
  readonly #route: SmtpRoute
  readonly #limits: SmtpClientLimits
  readonly #clock: Clock
  readonly #log: Log
  readonly #idle: Member[] = []
  readonly #waiting: (() => void)[] = []
  readonly #closing: (() => void)[] = []
  #busy = 0
  #isClosing = false

  constructor(
    route: SmtpRoute,
    parts: { clock: Clock; log: Log; limits?: Partial<SmtpClientLimits> },
  ) {
    this.#route = route
    this.#limits = { ...SMTP_CLIENT_LIMITS, ...parts.limits }
    this.#clock = parts.clock
    this.#log = parts.log.with({ route: `${route.host}:${route.port}` })
  }

  /** Tries once. Waits for its turn when all connections are busy. Never rejects. */
  async deliver(message: OutgoingMessage): Promise<DeliveryReport> {
    const dialogue: DialogueLine[] = []
    const record = (by: DialogueLine['by'], text: string) => {
      dialogue.push({ at: this.#clock.now(), by, text })
    }
    await this.#enter()
    try {
      const kept = this.#takeIdle()
      if (kept !== undefined) {
        kept.connection.record = record
        const report = await this.#send(kept, message, dialogue)
        if (report !== undefined) return report
        record('transport', 'the connection was closed while it was idle: opening another')
      }
      return await this.#sendAnew(message, dialogue, record)
    } catch (error) {
      const { message: because, answer } = asHubError(error)
      record('transport', because)
      const status = answer.smtp.split(' ')[1] ?? '4.4.1'
      return { recipients: allDeferred(message, { status, because }), dialogue }
    } finally {
      this.#leave()
    }
  }

  /** Closes connections as they become free; resolves when none is left. */
  async close(): Promise<void> {
    this.#isClosing = true
    for (const member of this.#idle.splice(0)) this.#quit(member)
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#closing.push(resolve))
  }

  async #sendAnew(
    message: OutgoingMessage,
    dialogue: DialogueLine[],
    record: (by: DialogueLine['by'], text: string) => void,
  ): Promise<DeliveryReport> {
    const opened = await openDialogue(this.#route, this.#limits, record)
    const member: Member = { ...opened, messages: 0 }
    const { connection, capabilities } = member
    const { results } = await sendMessage(connection, message, {
      capabilities,
      limits: this.#limits,
    })
    return this.#finish(member, { results, dialogue })
  }

  /** Undefined when the connection was gone already and the message has to go on another. */
  async #send(
    member: Member,
    message: OutgoingMessage,
    dialogue: DialogueLine[],
  ): Promise<DeliveryReport | undefined> {
    const { connection, capabilities } = member
    const limits = this.#limits
    const { results, untouched } = await sendMessage(connection, message, { capabilities, limits })
    if (untouched && !results.some((result) => 'ambiguous' in result)) return undefined
    return this.#finish(member, { results, dialogue })
  }

  async #finish(
    member: Member,
    { results, dialogue }: { results: RecipientResult[]; dialogue: DialogueLine[] },
  ): Promise<DeliveryReport> {
    member.messages += 1
    const { tls } = member.connection
    await this.#keep(member, results)
    return { recipients: results, dialogue, ...(tls === undefined ? {} : { tls }) }
  }

  /** Back among the idle ones, if it can serve again. */
  async #keep(member: Member, results: readonly RecipientResult[]): Promise<void> {
    const { connection } = member
    if (!connection.isUsable) {
      connection.destroy()
      return
    }
    const isClean = results.every((result) => result.is === 'delivered')
    if (!isClean && !(await this.#reset(connection))) return
    connection.record = () => undefined
    if (this.#isClosing || member.messages >= this.#limits.messagesPerConnection) {
      this.#quit(member)
      return
    }
    member.idleTimer = setTimeout(() => this.#drop(member), this.#limits.idleMs)
    connection.onClose = () => this.#drop(member)
    this.#idle.push(member)
  }

  /** After a message that was not taken whole, the server may still be in the middle of it. */
  async #reset(connection: SmtpConnection): Promise<boolean> {
    connection.send('RSET\r\n', ['RSET'])
    try {
      const reply = await connection.reply({ timeoutMs: this.#limits.commandMs, to: 'RSET' })
      if (reply.code === 250) return true
    } catch (error) {
      this.#log.debug('smtp.reset_failed', { error })
    }
    connection.destroy()
    return false
  }

  #takeIdle(): Member | undefined {
    for (let member = this.#idle.pop(); member !== undefined; member = this.#idle.pop()) {
      clearTimeout(member.idleTimer)
      member.connection.onClose = undefined
      if (member.connection.isUsable) return member
      member.connection.destroy()
    }
    return undefined
  }

  /** Takes an idle connection out and closes it. */
  #drop(member: Member): void {
    const at = this.#idle.indexOf(member)
    if (at >= 0) this.#idle.splice(at, 1)
    this.#quit(member)
  }

  #quit(member: Member): void {
    clearTimeout(member.idleTimer)
    member.connection.onClose = undefined
    member.connection.quit()
  }

  async #enter(): Promise<void> {
    while (this.#busy >= this.#limits.connections) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#busy += 1
  }

  #leave(): void {
    this.#busy -= 1
    const next = this.#waiting.shift()
    if (next !== undefined) next()
    else if (this.#busy === 0) for (const done of this.#closing.splice(0)) done()
  }
}

function allDeferred(
  { recipients }: OutgoingMessage,
  { status, because }: { status: string; because: string },
): RecipientResult[] {
  return recipients.map((recipient) => ({ recipient, is: 'deferred', status, because }))
}

/**
 * SMTP out: hands messages on to one route over a few connections that are kept open.
 *
 * An attempt is a report, whatever came of it: see `delivery-report.ts`. When to try again is the
 * queue's business; here a message is sent at most once, but for one case: a connection that was
 * kept open and turns out to be gone before the server said a word is replaced by a new one.
 */

import type { Clock } from '../../base/clock.ts'
import { asHubError, HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { DeliveryReport, DialogueLine, RecipientResult } from '../queue/delivery-report.ts'
import { tokenSourceOf, type SmtpRoute } from '../mail-route.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import type { Recorder, SmtpConnection } from './smtp-connection.ts'
import { SMTP_CLIENT_LIMITS, type SmtpClientLimits } from './smtp-limits.ts'
import { type Capabilities, openDialogue } from './smtp-opening.ts'
import { sendMessage } from './smtp-transaction.ts'
import { TokenCache } from '../oauth/token-cache.ts'

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
  readonly #tokens: TokenCache
  readonly #idle: Member[] = []
  readonly #waiting: (() => void)[] = []
  readonly #closing: (() => void)[] = []
  #busy = 0
  #isClosing = false

  constructor(
    route: SmtpRoute,
    parts: { clock: Clock; log: Log; limits?: Partial<SmtpClientLimits>; tokens?: TokenCache },
  ) {
    this.#route = route
    this.#limits = { ...SMTP_CLIENT_LIMITS, ...parts.limits }
    this.#clock = parts.clock
    this.#tokens = parts.tokens ?? new TokenCache(parts)
    this.#log = parts.log.with({ route: `${route.host}:${route.port}` })
  }

  /** Tries once. Waits for its turn when all connections are busy. Never rejects. */
  async deliver(message: OutgoingMessage): Promise<DeliveryReport> {
    const dialogue: DialogueLine[] = []
    const record = (by: DialogueLine['by'], text: string) => {
      dialogue.push({ at: this.#clock.now(), by, text })
    }
    await this.#enter()
    const overall = new AbortController()
    const { attemptMs } = this.#limits
    const timer = setTimeout(() => overall.abort(tooLong(attemptMs)), attemptMs)
    try {
      const kept = this.#takeIdle()
      if (kept !== undefined) {
        kept.connection.record = record
        kept.connection.follow(overall.signal)
        const report = await this.#send(kept, message, dialogue)
        if (report !== undefined) return report
        record('transport', 'the connection was closed while it was idle: opening another')
      }
      return await this.#sendAnew(message, { dialogue, record, signal: overall.signal })
    } catch (error) {
      const { message: because, answer } = asHubError(error)
      record('transport', because)
      const status = answer.smtp.split(' ')[1] ?? '4.4.1'
      return { recipients: allDeferred(message, { status, because }), dialogue }
    } finally {
      clearTimeout(timer)
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
    {
      dialogue,
      record,
      signal,
    }: { dialogue: DialogueLine[]; record: Recorder; signal: AbortSignal },
  ): Promise<DeliveryReport> {
    const opened = await this.#open(record, signal)
    const member: Member = { ...opened, messages: 0 }
    const { connection, capabilities } = member
    const { results } = await sendMessage(connection, message, {
      capabilities,
      limits: this.#limits,
    })
    return this.#finish(member, { results, dialogue })
  }

  /** The token is fetched first: a server that is connected to would wait for it. */
  async #open(record: Recorder, signal: AbortSignal) {
    const source = tokenSourceOf(this.#route)
    const token = source && (await this.#tokens.get(source))
    try {
      return await openDialogue(this.#route, {
        limits: this.#limits,
        record,
        signal,
        ...(token === undefined ? {} : { token }),
      })
    } catch (error) {
      const isRefused = error instanceof HubError && error.code === 'delivery.login_failed'
      if (isRefused && source !== undefined) this.#tokens.forget(source, token ?? '')
      throw error
    }
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
    connection.follow(undefined)
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

function tooLong(attemptMs: number): HubError {
  return new HubError('delivery.timed_out', `the attempt took longer than ${attemptMs / 1000} s`)
}

function allDeferred(
  { recipients }: OutgoingMessage,
  { status, because }: { status: string; because: string },
): RecipientResult[] {
  return recipients.map((recipient) => ({ recipient, is: 'deferred', status, because }))
}

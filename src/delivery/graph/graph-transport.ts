/**
 * Mail out by Microsoft Graph: one request for each copy of a message, which names its recipients.
 *
 * Four requests at a time for a mailbox, over all processes of the hub; while Graph asks to be left alone nobody asks. A token is
 * used until it expires, and renewed once when Graph does not take it.
 */

import type { Clock } from '../../base/clock.ts'
import { asHubError, HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type {
  DeliveryReport,
  DialogueLine,
  RecipientResult,
  Undelivered,
} from '../queue/delivery-report.ts'
import { type GraphAnswer, type GraphRefusal, readGraphAnswer } from './graph-answer.ts'
import { addressTo } from './graph-envelope.ts'
import { GRAPH_LIMITS, mailboxKey, requestSendMail, sendMailUrl } from './graph-request.ts'
import { type GraphLimits, type GraphMailRoute, graphTokenSource, traitsOf } from '../mail-route.ts'
import type { MailboxTurns } from './mailbox-turns.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import type { TokenCache } from '../oauth/token-cache.ts'

type Refusal = Omit<Undelivered, 'recipient'>

export class GraphTransport {
  readonly #route: GraphMailRoute
  readonly #limits: GraphLimits
  readonly #clock: Clock
  readonly #log: Log
  readonly #tokens: TokenCache
  readonly #turns: MailboxTurns
  readonly #active = new Set<Promise<DeliveryReport>>()

  constructor(
    route: GraphMailRoute,
    parts: { clock: Clock; log: Log; tokens: TokenCache; turns: MailboxTurns },
  ) {
    this.#route = route
    this.#limits = { ...GRAPH_LIMITS, ...route.limits }
    this.#clock = parts.clock
    this.#log = parts.log.with({ mailbox: route.sender })
    this.#tokens = parts.tokens
    this.#turns = parts.turns
  }

  /** Tries once. Waits for its turn at the mailbox. Never rejects. */
  async deliver(message: OutgoingMessage): Promise<DeliveryReport> {
    const attempt = this.#attempt(message)
    this.#active.add(attempt)
    try {
      return await attempt
    } finally {
      this.#active.delete(attempt)
    }
  }

  /** Resolves when nothing is under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#active)
  }

  async #attempt(message: OutgoingMessage): Promise<DeliveryReport> {
    const dialogue: DialogueLine[] = []
    const record = (by: DialogueLine['by'], text: string) => {
      dialogue.push({ at: this.#clock.now(), by, text })
    }
    const { recipients } = message
    const overall = new AbortController()
    const timer = setTimeout(
      () => overall.abort(new HubError('delivery.timed_out', 'the attempt took too long')),
      this.#limits.attemptMs,
    )
    try {
      const content = addressTo(message.content, recipients)
      const tooLarge = whyTooLarge(content, this.#route)
      if (tooLarge !== undefined) return refused(recipients, tooLarge, dialogue)
      const answer = await this.#inTurn(content, { record, signal: overall.signal })
      if (answer.is === 'refused') return refused(recipients, verdictOf(answer), dialogue)
      return { recipients: recipients.map(accepted), dialogue }
    } catch (error) {
      const verdict = verdictOfError(error)
      record('transport', verdict.because)
      return refused(recipients, verdict, dialogue)
    } finally {
      clearTimeout(timer)
    }
  }

  async #inTurn(
    content: Uint8Array,
    circumstances: { record: Record; signal: AbortSignal },
  ): Promise<GraphAnswer> {
    const key = mailboxKey(this.#route)
    const endTurn = await this.#turns.take(key, circumstances.signal)
    try {
      const pauseMs = await this.#turns.pauseLeftMs(key)
      if (pauseMs > 0) return paused(pauseMs)
      const answer = await this.#send(content, circumstances)
      if (answer.is === 'refused' && answer.retryAfterMs !== undefined) {
        await this.#turns.pause(key, answer.retryAfterMs)
        this.#log.warn('graph.paused', { ms: answer.retryAfterMs, status: answer.httpStatus })
      }
      return answer
    } finally {
      endTurn()
    }
  }

  async #send(
    content: Uint8Array,
    { record, signal }: { record: Record; signal: AbortSignal },
  ): Promise<GraphAnswer> {
    const source = graphTokenSource(this.#route)
    const ask = async (token: string) => {
      record('client', `POST ${sendMailUrl(this.#route)} <${content.byteLength} bytes>`)
      const timeoutMs = this.#limits.requestMs
      const reply = await requestSendMail(this.#route, { content, token, timeoutMs, signal })
      const answer = readGraphAnswer(reply, this.#clock.now())
      record('server', wordsOf(answer))
      return answer
    }
    const token = await this.#tokens.get(source)
    const answer = await ask(token)
    if (answer.is === 'accepted' || answer.httpStatus !== 401) return answer
    this.#tokens.forget(source, token)
    record('transport', 'the access token was not taken: asking for another')
    return ask(await this.#tokens.get(source))
  }
}

type Record = (by: DialogueLine['by'], text: string) => void

/** What Graph said, with the number by which Microsoft finds the request. */
export function wordsOf(answer: GraphAnswer): string {
  const id = answer.requestId === undefined ? '' : ` (request-id ${answer.requestId})`
  if (answer.is === 'accepted') return `202 Accepted${id}`
  return [answer.httpStatus, answer.errorCode, answer.words].filter(Boolean).join(' ') + id
}

/** Why a message is too large for Graph, as it would travel. */
function whyTooLarge(content: Uint8Array, route: GraphMailRoute): Refusal | undefined {
  const { maxMessageBytes = Infinity } = traitsOf(route)
  if (content.byteLength <= maxMessageBytes) return undefined
  return {
    is: 'failed',
    status: '5.3.4',
    because: `the message has ${content.byteLength} bytes, Microsoft Graph takes ${maxMessageBytes}; larger ones need SMTP`,
  }
}

function paused(ms: number): GraphAnswer {
  return {
    is: 'refused',
    cause: 'graph.throttled',
    becomes: 'deferred',
    status: '4.3.2',
    httpStatus: 429,
    errorCode: '',
    words: 'Graph asked to be left alone for a while',
    retryAfterMs: Math.ceil(ms),
  }
}

function verdictOf(refusal: { is: 'refused' } & GraphRefusal): Refusal {
  return {
    is: refusal.becomes,
    status: refusal.status,
    because: `Microsoft Graph said ${wordsOf(refusal)}`,
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  }
}

function verdictOfError(error: unknown): Refusal {
  const { message: because, answer, detail, code } = asHubError(error)
  const status = answer.smtp.split(' ')[1] ?? '4.4.2'
  if (!status.startsWith('4.')) return { is: 'failed', status, because }
  // Whether a request was heard that was sent and not answered, nobody knows.
  const isAmbiguous = detail.sent === true && code.startsWith('outbound.')
  return { is: 'deferred', status, because, ...(isAmbiguous ? { ambiguous: true } : {}) }
}

function accepted(recipient: string): RecipientResult {
  const reply = { code: 202, text: 'Accepted' }
  return { recipient, is: 'delivered', status: '2.0.0', reply }
}

function refused(
  recipients: readonly string[],
  refusal: Refusal,
  dialogue: readonly DialogueLine[],
): DeliveryReport {
  return { recipients: recipients.map((recipient) => ({ recipient, ...refusal })), dialogue }
}

/** What one attempt means for each recipient: a pure reading of the server's report. */

import { nextAttempt } from './backoff.ts'
import type { DeliveryReport, RecipientResult } from './delivery-report.ts'
import type { DueDelivery, QueuedMessage, Settlement } from './outbox.ts'
import type { ReleasedCopy } from '../released-copy.ts'

/** What stands in a settlement whatever the outcome. */
interface Circumstances {
  readonly message: Pick<QueuedMessage, 'acceptedAt' | 'envelopeFrom'>
  readonly now: Date
  /** From 0 up to 1, for the jitter. */
  readonly random: number
}

/** Settles the deliveries of one attempt by what the server said of each. */
export function settleByReport(
  deliveries: readonly DueDelivery[],
  report: DeliveryReport,
  circumstances: Circumstances & { strength: ReleasedCopy['strength'] },
): Settlement[] {
  return deliveries.map((delivery, index) => {
    const result = report.recipients[index]
    if (result === undefined) {
      return deferred(delivery, { status: '4.3.0', reply: 'no result' }, circumstances)
    }
    const answer = { status: result.status, reply: wordsOf(result) }
    switch (result.is) {
      case 'delivered':
        return {
          ...finished(delivery, answer, circumstances),
          state: 'delivered',
          travelled: circumstances.strength,
          bounce: 'none',
        }
      case 'failed':
        return failed(delivery, answer, circumstances)
      case 'deferred':
        return deferred(delivery, { ...answer, retryAfterMs: result.retryAfterMs }, circumstances)
    }
  })
}

/**
 * Settles a delivery that may work later: it waits, or is given up when it has waited too long. A time
 * that the server named takes the place of ours.
 */
export function deferred(
  delivery: DueDelivery,
  answer: { status: string; reply: string; retryAfterMs?: number | undefined },
  circumstances: Circumstances,
): Settlement {
  const { message, now, random } = circumstances
  const attempts = delivery.attempts + 1
  const usual = nextAttempt({ acceptedAt: message.acceptedAt, now, attempts, random })
  const dueAt =
    usual === undefined || answer.retryAfterMs === undefined
      ? usual
      : new Date(now.getTime() + answer.retryAfterMs)
  if (dueAt === undefined) {
    // RFC 3463: 4.4.7, delivery time expired, is what the sender is told as a failure.
    const reply = `given up after ${attempts} attempts; the last answer: ${answer.reply}`
    return failed(delivery, { status: '5.4.7', reply }, circumstances)
  }
  return {
    ...finished(delivery, answer, circumstances),
    state: 'waiting',
    dueAt,
    finishedAt: null,
    travelled: null,
    bounce: 'none',
  }
}

/** Settles a delivery that will never work. The sender is told, unless there is none to tell. */
export function failed(
  delivery: DueDelivery,
  answer: { status: string; reply: string },
  circumstances: Circumstances,
): Settlement {
  return {
    ...finished(delivery, answer, circumstances),
    state: 'failed',
    travelled: null,
    bounce: circumstances.message.envelopeFrom === '' ? 'none' : 'due',
  }
}

/** Settles a delivery that nobody may attempt before a person has looked at it. */
export function held(delivery: DueDelivery, because: string, now: Date): Settlement {
  return {
    messageId: delivery.messageId,
    position: delivery.position,
    state: 'held',
    attempts: delivery.attempts,
    dueAt: now,
    status: null,
    reply: because,
    travelled: null,
    finishedAt: null,
    bounce: 'none',
  }
}

function finished(
  { messageId, position, attempts }: DueDelivery,
  { status, reply }: { status: string; reply: string },
  { now }: Circumstances,
) {
  return { messageId, position, attempts: attempts + 1, dueAt: now, status, reply, finishedAt: now }
}

/** What the server said, or why it could not. The database takes no NUL. */
function wordsOf(result: RecipientResult): string {
  const words =
    result.reply === undefined && result.is !== 'delivered'
      ? result.because
      : `${result.reply?.code ?? ''} ${result.reply?.text ?? ''}`.trim()
  return words.replaceAll('\0', '')
}

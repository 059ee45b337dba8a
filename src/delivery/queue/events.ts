/** Entries of the timeline that the queue writes. */

import type { DeliveryReport } from './delivery-report.ts'
import type { MessageEvent } from './outbox.ts'

/** One step with its facts. */
export function stepEvent(
  messageId: string,
  at: Date,
  step: string,
  detail: MessageEvent['detail'],
): MessageEvent {
  return { messageId, at, step, detail }
}

/** An attempt: what the server said of each recipient, word for word, and how it was reached. */
export function dialogueEvent(messageId: string, at: Date, report: DeliveryReport): MessageEvent {
  return stepEvent(messageId, at, 'attempt', {
    recipients: report.recipients.map((result) => ({
      recipient: result.recipient,
      is: result.is,
      status: result.status,
      ...(result.is === 'delivered' ? {} : { because: result.because }),
    })),
    tls: report.tls,
    dialogue: report.dialogue.map((line) => `${MARKS[line.by]} ${line.text}`),
  })
}

const MARKS = { client: '>', server: '<', transport: '-' } as const

/** A message and its story, for someone who is tired and wants to know what became of it. */

import type { DeliveryRecord, EventRecord, MessageRecord } from '../messages/record/store.ts'
import { explainDecision } from '../rules/explain.ts'

const INDENT = '  '

/** Every line: what it is, what became of it for each recipient, why, and each step. */
export function messageLines(message: MessageRecord): string[] {
  return [
    ...facts(message),
    '',
    'Recipients',
    ...message.deliveries.map((delivery) => INDENT + deliveryLine(delivery)),
    '',
    'Why',
    ...explainDecision(message.decision).map((line) => INDENT + line),
    '',
    'What happened',
    INDENT + stepLine(message.acceptedAt, `accepted by ${message.via}, ${message.sizeBytes} bytes`),
    ...message.events.flatMap(eventLines).map((line) => INDENT + line),
    ...(message.contentErasedAt === null
      ? []
      : [INDENT + stepLine(message.contentErasedAt, 'content and its key erased')]),
  ]
}

function facts({ id, envelopeFrom, headerMessageId, client }: MessageRecord): string[] {
  const from = [client.address, client.hello, client.tls, client.credential]
  const rows: [string, string][] = [
    ['message', id],
    ['from', envelopeFrom === '' ? '<> (a bounce or notice)' : envelopeFrom],
    ['message-id', headerMessageId ?? 'none'],
    ['handed over by', from.filter((each) => each !== undefined).join(', ')],
  ]
  return rows.map(([name, value]) => `${name.padEnd(16)}${value}`)
}

function deliveryLine(delivery: DeliveryRecord): string {
  const { recipient, state, strength, attempts, status, reply, dueAt } = delivery
  const how = strength === null ? '' : ` (${strength})`
  const when = state === 'waiting' ? `, next attempt ${dueAt.toISOString()}` : ''
  const tries = attempts > 1 ? `, ${attempts} attempts` : ''
  const words = [status, reply].filter((each) => each !== null).join(' ')
  return `${recipient}: ${state}${how}${tries}${when}${words === '' ? '' : `: ${words}`}`
}

function eventLines({ at, step, detail }: EventRecord): string[] {
  switch (step) {
    case 'protected':
      return [stepLine(at, protectedWords(detail))]
    case 'attempt':
      return attemptLines(at, detail)
    case 'bounced':
      return [
        stepLine(
          at,
          `bounced: ${String(detail['to'])} is told by ${String(detail['notification'])}`,
        ),
      ]
    default: {
      const words = [detail['because'], detail['by']].filter((each) => typeof each === 'string')
      return [stepLine(at, [step, ...words].join(': '))]
    }
  }
}

function protectedWords(detail: EventRecord['detail']): string {
  const { strength, signedWith, encryptedTo, cipher, readBack } = detail
  const signed = typeof signedWith === 'string' ? `signed with ${short(signedWith)}` : 'not signed'
  const encrypted =
    strength === 'encrypted' && Array.isArray(encryptedTo)
      ? `, encrypted by ${String(cipher)} to ${encryptedTo.map((each) => short(String(each))).join(', ')}`
      : ''
  return `${signed}${encrypted}; read back: ${String(readBack)}`
}

function attemptLines(at: Date, detail: EventRecord['detail']): string[] {
  const { dialogue, tls, recipients } = detail
  const results = Array.isArray(recipients) ? recipients.map((each) => resultWords(each)) : []
  return [
    stepLine(at, `attempt: ${results.join('; ')}; ${tlsWords(tls, dialogue)}`),
    ...(Array.isArray(dialogue)
      ? dialogue.map((line) => `${INDENT.repeat(3)}${String(line)}`)
      : []),
  ]
}

function resultWords(result: unknown): string {
  const { recipient, is, status } = result as { recipient: string; is: string; status: string }
  return `${recipient} ${is} (${status})`
}

/** How it travelled. Without TLS it did so in clear, unless the dialogue ended before the message. */
function tlsWords(tls: unknown, dialogue: unknown): string {
  if (typeof tls !== 'object' || tls === null) {
    const isSaid = Array.isArray(dialogue) && dialogue.some((line) => /^> MAIL /.test(String(line)))
    return isSaid ? 'connection in clear' : 'nothing was sent'
  }
  const { protocol, cipher, verified } = tls as Record<string, unknown>
  return `${String(protocol)} ${String(cipher)}, ${verified === true ? 'verified' : 'not verified'}`
}

function stepLine(at: Date, words: string): string {
  return `${at.toISOString()}  ${words}`
}

function short(fingerprint: string): string {
  return `${fingerprint.slice(0, 16)}…`
}

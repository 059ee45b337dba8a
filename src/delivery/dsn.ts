/**
 * Delivery status notifications (RFC 3464, RFC 6522, with UTF-8 by RFC 6533): what a sender is told
 * of recipients who did not get a message, or not yet.
 *
 * A notification may travel in clear to whoever the envelope named as sender. So it quotes nothing of
 * the message but a few header fields, and of a message that had to be encrypted not its Subject.
 */

import { concat, decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { encodeBase64Lines } from '../formats/mime/base64.ts'
import {
  type ComposedPart,
  composeMessage,
  encodeAddressField,
  encodeTextField,
  multipart,
  textPart,
  formatDate,
} from '../formats/mime/compose.ts'
import { decodeWords } from '../formats/mime/encoded-words.ts'
import { findField, type HeaderField, parseHeaderFields } from '../formats/mime/header-fields.ts'
import { needsSmtpUtf8 } from '../formats/smtp/path.ts'

/** One recipient, and what became of it. */
export interface RecipientStatus {
  readonly recipient: string
  /** RFC 3463, such as `5.1.1`. */
  readonly status: string
  /** What the other server said, or why it was not asked; a stranger's words. */
  readonly diagnostic?: string
  /** The server that said it. */
  readonly remoteHost?: string
  readonly lastAttemptAt?: Date
}

export interface DsnRequest {
  /** `failed`: nothing more will be tried. `delayed`: it goes on. */
  readonly kind: 'failed' | 'delayed'
  /** The envelope sender of the message, never empty: a null return path is told nothing. */
  readonly to: string
  /** Address the notification comes from, such as `postmaster@hub.example.org`. */
  readonly from: string
  /** Name of this server. */
  readonly reportingHost: string
  readonly at: Date
  /** When the message was accepted. */
  readonly arrivedAt: Date
  /** Until when a delayed message is tried. */
  readonly retryUntil?: Date
  /** Identifier of the message in this hub. */
  readonly messageId: string
  /** At least one. */
  readonly recipients: readonly RecipientStatus[]
  /** The message, or its header section; only fields of the list below are quoted. */
  readonly original: Uint8Array
  /** The message had to be encrypted: its Subject stays out too. */
  readonly confidential: boolean
}

/** A notification to be sent with the null return path (RFC 3464 section 2). */
export interface Dsn {
  readonly envelopeFrom: ''
  readonly recipients: readonly [string]
  readonly content: Uint8Array
  /** The address it goes to can travel only by SMTPUTF8. */
  readonly smtpUtf8: boolean
}

/** What helps a sender to know which message it was. Not Bcc, not Received, never the body. */
const QUOTED_FIELDS = new Set([
  'date',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'message-id',
  'in-reply-to',
  'subject',
])

/** A field with a thousand addresses helps nobody. */
const QUOTED_FIELD_BYTES = 4096

/** Of what the other server said; it may be as long as it likes. */
const DIAGNOSTIC_CHARACTERS = 500

/** Recipients told of in the text for people; the report for programs has all. */
const TOLD_RECIPIENTS = 50

/** Builds the notification. It is 7-bit, also where it holds UTF-8. */
export function buildDsn(request: DsnRequest): Dsn {
  const { kind, to, from, at, messageId, reportingHost } = request
  const fields = quotedFields(request)
  const parts = [
    textPart('plain', textForPeople(request, fields)),
    statusPart(request),
    quote(fields),
  ]
  const subject =
    kind === 'failed' ? 'Your message was not delivered' : 'Your message is not delivered yet'
  const content = composeMessage(
    [
      `Date: ${formatDate(at)}\r\n`,
      encodeAddressField('From', [{ name: 'Mail delivery', address: from }]),
      encodeAddressField('To', [{ address: to }]),
      encodeTextField('Subject', subject),
      `Message-ID: <${messageId}.${kind}.${at.getTime()}@${reportingHost}>\r\n`,
      'Auto-Submitted: auto-replied\r\n',
    ],
    multipart('report', parts, ['report-type=delivery-status']),
  )
  return { envelopeFrom: '', recipients: [to], content, smtpUtf8: needsSmtpUtf8(to) }
}

function textForPeople(request: DsnRequest, fields: readonly HeaderField[]): string {
  const { kind, reportingHost, recipients, retryUntil, arrivedAt, confidential } = request
  const lines = [`This is the mail server ${reportingHost}.`, '']
  if (kind === 'failed') {
    lines.push('Your message could not be delivered to the people below, and nothing more will be')
    lines.push('tried. They have not received it.')
  } else {
    lines.push('Your message could not be delivered yet to the people below. There is nothing you')
    lines.push('have to do: it is tried again' + untilWhen(retryUntil))
  }
  lines.push('')
  for (const { recipient, status, diagnostic } of recipients.slice(0, TOLD_RECIPIENTS)) {
    lines.push(`  ${recipient}`, `    ${clean(diagnostic ?? `status ${status}`)}`, '')
  }
  const more = recipients.length - TOLD_RECIPIENTS
  if (more > 0) lines.push(`  and ${more} more`, '')
  lines.push('The message:', '', `  received here  ${formatDate(arrivedAt)}`)
  const subject = findField(fields, 'subject')
  if (subject !== undefined) lines.push(`  subject        ${clean(decodeWords(subject.value))}`)
  lines.push('', 'Its content is not repeated here, because this notice may travel unprotected.')
  if (confidential) lines.push('Nor is its subject, because the message had to be encrypted.')
  return `${lines.join('\n')}\n`
}

function untilWhen(retryUntil: Date | undefined): string {
  return retryUntil === undefined ? '.' : `, until\n${formatDate(retryUntil)}.`
}

/** RFC 3464 section 2.1: fields of the message, then a group for each recipient. */
function statusPart({
  kind,
  reportingHost,
  messageId,
  arrivedAt,
  recipients,
  retryUntil,
}: DsnRequest): ComposedPart {
  const isGlobal = recipients.some(({ recipient }) => needsSmtpUtf8(recipient))
  const groups = recipients.map(({ recipient, status, diagnostic, remoteHost, lastAttemptAt }) => {
    const type = needsSmtpUtf8(recipient) ? 'utf-8' : 'rfc822'
    const group = [`Final-Recipient: ${type}; ${recipient}`, `Action: ${kind}`, `Status: ${status}`]
    if (remoteHost !== undefined) group.push(`Remote-MTA: dns; ${clean(remoteHost)}`)
    if (diagnostic !== undefined) group.push(`Diagnostic-Code: smtp; ${ascii(clean(diagnostic))}`)
    if (lastAttemptAt !== undefined) group.push(`Last-Attempt-Date: ${formatDate(lastAttemptAt)}`)
    if (retryUntil !== undefined) group.push(`Will-Retry-Until: ${formatDate(retryUntil)}`)
    return group
  })
  const head = [
    `Original-Envelope-Id: ${messageId}`,
    `Reporting-MTA: dns; ${reportingHost}`,
    `Arrival-Date: ${formatDate(arrivedAt)}`,
  ]
  const text = [head, ...groups].map((group) => `${group.join('\r\n')}\r\n`).join('\r\n')
  const type = isGlobal ? 'message/global-delivery-status' : 'message/delivery-status'
  return encodedPart(type, encodeUtf8(text))
}

function quote(fields: readonly HeaderField[]): ComposedPart {
  const bytes = concat(fields.map(({ raw }) => raw))
  const isGlobal = bytes.some((byte) => byte > 127)
  return encodedPart(isGlobal ? 'message/global-headers' : 'text/rfc822-headers', bytes)
}

/** ASCII goes as it is; UTF-8 in base64, which RFC 6533 section 4 allows for its own types. */
function encodedPart(type: string, bytes: Uint8Array): ComposedPart {
  const isAscii = bytes.every((byte) => byte < 128)
  return {
    fields: `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${isAscii ? '7bit' : 'base64'}\r\n`,
    body: isAscii ? bytes : encodeBase64Lines(bytes),
  }
}

function quotedFields({ original, confidential }: DsnRequest): HeaderField[] {
  return parseHeaderFields(original)
    .filter(({ key }) => QUOTED_FIELDS.has(key) && !(confidential && key === 'subject'))
    .filter(({ raw }) => raw.byteLength <= QUOTED_FIELD_BYTES && isCleanField(raw))
}

/** Whole lines that end in CRLF, UTF-8 and nothing odd: what is not is left out, not mended. */
function isCleanField(raw: Uint8Array): boolean {
  const text = decodeUtf8(raw)
  if (text.includes('\ufffd')) return false
  return /^(?:[\t -~\u00a0-\u{10ffff}]{1,990}\r\n)+$/u.test(text)
}

/** A stranger's words on one line. */
function clean(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return line.length > DIAGNOSTIC_CHARACTERS ? `${line.slice(0, DIAGNOSTIC_CHARACTERS)}…` : line
}

function ascii(text: string): string {
  return text.replace(/[^ -~]/gu, '?')
}

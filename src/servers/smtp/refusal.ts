/** What an SMTP client is told of an error. */

import { asHubError, type ErrorCode } from '../../base/errors.ts'
import { encodeReply } from '../../formats/smtp/reply.ts'

/** Words for people who read a bounce or a log of their own; other codes are told as they are. */
const TEXTS: Partial<Record<ErrorCode, string>> = {
  'database.unavailable': 'Mail cannot be stored just now, try again later',
  'internal.unexpected': 'Something went wrong here, try again later',
  'message.encryption_header': 'X-Sealpost-Encrypt can only say: required',
  'message.loop': 'Message goes in circles',
  'message.recipient_without_certificate':
    'Message must be encrypted, and these recipients have no usable certificate:',
  'mime.header_too_large': 'Message refused: its header is too large',
  'smtp.authentication_cancelled': 'Log-in cancelled',
  'smtp.authentication_failed': 'User name or secret is wrong',
  'smtp.authentication_malformed': 'Log-in cannot be read',
  'smtp.authentication_required': 'Log in first (AUTH)',
  'smtp.command_malformed': 'Syntax error in command or argument',
  'smtp.command_out_of_order': 'Not now: commands are out of order',
  'smtp.command_too_long': 'Line too long',
  'smtp.command_unknown': 'Command unknown',
  'smtp.command_unsupported': 'Command not implemented',
  'smtp.content_malformed': 'Message refused: lone CR or LF, or NUL, see RFC 5321 section 2.3.8',
  'smtp.encryption_required': 'Log-in needs an encrypted connection (STARTTLS)',
  'smtp.header_too_long': 'Message refused: its header is too long',
  'smtp.line_too_long': 'Message refused: it has a line of more than 998 characters',
  'smtp.mechanism_unknown': 'Log-in mechanism unknown: use PLAIN or LOGIN',
  'smtp.memory_short': 'Too much mail at once, try again later',
  'smtp.message_too_large': 'Message is too large',
  'smtp.other_protocol': 'This is a mail server',
  'smtp.parameter_unknown': 'Parameter unknown',
  'smtp.recipient_malformed': 'Recipient address is malformed',
  'smtp.recipients_missing': 'No valid recipients',
  'smtp.recipients_too_many': 'Too many recipients: send the rest in another message',
  'smtp.relay_denied': 'Relaying denied',
  'smtp.sender_malformed': 'Sender address is malformed',
  'smtp.stream_malformed': 'Lone CR or LF, or NUL, see RFC 5321 section 2.3.8',
  'smtp.timed_out': 'Timeout',
  'smtp.tls_required': 'Start encryption first (STARTTLS)',
  'smtp.tls_unavailable': 'TLS is not available',
  'smtp.too_many_connections': 'Too many connections, try again later',
  'smtp.too_many_errors': 'Too many errors',
  'smtp.unavailable': 'Service is stopping, try again later',
  'smtp.utf8_required': 'A UTF-8 address needs SMTPUTF8',
  'storage.full': 'The disk is full here, try again later',
}

/** Addresses named in a refusal; the client knows them, it sent them. */
const NAMED_RECIPIENTS = 20

/** The reply for an error: the answer of its code, its words, and the recipients it is about. */
export function encodeRefusal(error: unknown): string {
  const { code, answer, detail } = asHubError(error)
  const [replyCode = '451', status = '4.3.0'] = answer.smtp.split(' ')
  const lines = [TEXTS[code] ?? code]
  if (Array.isArray(detail.recipients)) {
    lines.push(...detail.recipients.slice(0, NAMED_RECIPIENTS).map(String))
    const more = detail.recipients.length - NAMED_RECIPIENTS
    if (more > 0) lines.push(`and ${more} more`)
  }
  return encodeReply(Number(replyCode), status, ...lines)
}

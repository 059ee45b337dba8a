/** A notification as a message: its header fields, its text and its HTML. */

import { randomUUID } from 'node:crypto'
import type { Language } from '../contract/session.ts'
import {
  composeMessage,
  encodeAddressField,
  encodeTextField,
  formatDate,
  multipart,
  textPart,
} from '../formats/mime/compose.ts'

/** Who notifications come from: the sender of the e-mail configuration. */
export interface Sender {
  /** `local@domain`. */
  readonly address: string
  readonly name?: string
  readonly replyTo?: string
  /** Where mail that cannot be delivered returns to; the address itself when absent. */
  readonly envelopeFrom?: string
}

/** Writes the message. It is 7-bit, whatever its words are. */
export function composeNotification({
  sender,
  reader,
  subject,
  text,
  html,
  language,
  at,
}: {
  sender: Sender
  reader: { address: string; name: string }
  subject: string
  text: string
  html: string
  language: Language
  at: Date
}): Uint8Array {
  const { address, name, replyTo } = sender
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return composeMessage(
    [
      `Date: ${formatDate(at)}\r\n`,
      encodeAddressField('From', [{ address, ...(name === undefined ? {} : { name }) }]),
      ...(replyTo === undefined ? [] : [encodeAddressField('Reply-To', [{ address: replyTo }])]),
      encodeAddressField('To', [{ address: reader.address, name: reader.name }]),
      encodeTextField('Subject', subject),
      `Message-ID: <${randomUUID()}@${domain}>\r\n`,
      // RFC 3834 section 5, and what Exchange asks instead: nobody's absence is to answer this.
      'Auto-Submitted: auto-generated\r\n',
      'X-Auto-Response-Suppress: All\r\n',
      `Content-Language: ${language}\r\n`,
    ],
    multipart('alternative', [textPart('plain', text), textPart('html', html)]),
  )
}

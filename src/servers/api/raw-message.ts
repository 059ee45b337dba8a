/** A message that an API client hands over as it is (`message/rfc822`). */

import { asBuffer, concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { normalizeAddress, parseAddressList } from '../../formats/mime/addresses.ts'
import {
  findFields,
  type HeaderField,
  parseHeaderFields,
} from '../../formats/mime/header-fields.ts'
import { withCrlf } from '../../formats/mime/line-ends.ts'
import { checkContent, checkLines } from '../../formats/smtp/data.ts'
import { needsSmtpUtf8, parseEnvelopeAddress } from '../../formats/smtp/path.ts'
import type { MessageToSubmit } from './composed-message.ts'

/**
 * Reads the envelope of a raw message, from the request or else from its header fields, and takes its
 * Bcc away. A file with the line ends of Unix is given CRLF; one that mixes them is refused.
 *
 * @throws HubError `smtp.content_malformed`, `smtp.line_too_long`, `smtp.header_too_long`,
 * `address.malformed`, `smtp.recipient_malformed`, `smtp.recipients_missing`, `mime.header_too_large`
 */
export function readRawMessage(
  bytes: Uint8Array,
  envelope: { from?: string | undefined; to?: readonly string[] | undefined },
): MessageToSubmit {
  const content = terminated(
    asBuffer(bytes).includes('\r') ? bytes : concat([...withCrlf([bytes])]),
  )
  checkContent(content)
  checkLines(content)
  const fields = parseHeaderFields(content)
  const envelopeFrom = envelope.from ?? addressesOf(fields, ['from'])[0]
  if (envelopeFrom === undefined) {
    throw new HubError('address.malformed', 'the message has no From, and the request no from')
  }
  const named = envelope.to ?? addressesOf(fields, ['to', 'cc', 'bcc'])
  const recipients = [...new Set(named.map(envelopeAddress))]
  if (recipients.length === 0) {
    throw new HubError(
      'smtp.recipients_missing',
      'neither the message nor the request has recipients',
    )
  }
  const from = envelopeFrom === '' ? '' : envelopeAddress(envelopeFrom)
  const header = fields.filter(({ key }) => key !== 'bcc').map(({ raw }) => raw)
  const headerBytes = fields.reduce((sum, { raw }) => sum + raw.byteLength, 0)
  return {
    envelopeFrom: from,
    recipients,
    content: concat([...header, content.subarray(headerBytes)]),
    smtpUtf8: [from, ...recipients].some(needsSmtpUtf8) || hasUtf8(header),
  }
}

function addressesOf(fields: readonly HeaderField[], keys: readonly string[]): string[] {
  return keys.flatMap((key) =>
    findFields(fields, key).flatMap(({ value }) =>
      parseAddressList(value).map(({ address }) => address),
    ),
  )
}

function envelopeAddress(address: string): string {
  return parseEnvelopeAddress(normalizeAddress(address))
}

function hasUtf8(header: readonly Uint8Array[]): boolean {
  return header.some((raw) => raw.some((byte) => byte > 127))
}

function terminated(content: Uint8Array): Uint8Array {
  const end = asBuffer(content).subarray(-2).toString('latin1')
  return end === '\r\n' ? content : concat([content, Buffer.from('\r\n')])
}

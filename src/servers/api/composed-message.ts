/** A message from the JSON of an API request. Date and Message-ID are the hub's to add. */

import { HubError } from '../../base/errors.ts'
import type { SendMessage } from '../../contract/messages.ts'
import { type Mailbox, normalizeAddress, parseAddressList } from '../../formats/mime/addresses.ts'
import {
  type ComposedPart,
  composeMessage,
  encodeAddressField,
  encodeTextField,
  filePart,
  multipart,
  textPart,
} from '../../formats/mime/compose.ts'
import { needsSmtpUtf8, parseEnvelopeAddress } from '../../formats/smtp/path.ts'
import type { Submission } from '../../messages/submission.ts'

export type MessageToSubmit = Pick<
  Submission,
  'envelopeFrom' | 'recipients' | 'content' | 'smtpUtf8'
>

/** What the request says elsewhere, or what the hub and the way write. */
const RESERVED_FIELDS =
  /^(?:from|sender|to|cc|bcc|subject|date|mime-version|received|return-path|dkim-signature|arc-.*|authentication-results|resent-.*|content-.*)$/i

/**
 * Writes the message. It is 7-bit but for addresses in UTF-8.
 *
 * @throws HubError `address.malformed`, `smtp.recipient_malformed`, `smtp.recipients_missing`,
 * `mime.field_malformed`: a line end or control in a field, a field that is not free
 */
export function composeSubmission(request: SendMessage): MessageToSubmit {
  const from = parseMailboxes([request.from])
  const to = parseMailboxes(request.to)
  const cc = parseMailboxes(request.cc)
  const bcc = parseMailboxes(request.bcc)
  const [author] = from
  if (author === undefined || from.length > 1) {
    throw new HubError('address.malformed', 'from is one address')
  }
  const recipients = [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))]
  if (recipients.length === 0) {
    throw new HubError('smtp.recipients_missing', 'a message has a recipient in to, cc or bcc')
  }
  const fields = [encodeAddressField('From', from)]
  if (to.length > 0) fields.push(encodeAddressField('To', to))
  if (cc.length > 0) fields.push(encodeAddressField('Cc', cc))
  // RFC 5322 asks for no destination field, some servers do.
  if (to.length + cc.length === 0) fields.push('To: undisclosed-recipients:;\r\n')
  fields.push(encodeTextField('Subject', request.subject), ...furtherFields(request.headers))
  const content = composeMessage(fields, bodyOf(request))
  const smtpUtf8 = [author.address, ...recipients].some(needsSmtpUtf8)
  return { envelopeFrom: author.address, recipients, content, smtpUtf8 }
}

/** Domains become A-labels, so that only UTF-8 before the `@` asks for SMTPUTF8. */
function parseMailboxes(texts: readonly string[]): Mailbox[] {
  return texts.flatMap((text) =>
    parseAddressList(text).map((mailbox) => ({
      ...mailbox,
      address: parseEnvelopeAddress(normalizeAddress(mailbox.address)),
    })),
  )
}

function furtherFields(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => {
    if (RESERVED_FIELDS.test(name)) {
      throw new HubError('mime.field_malformed', `the field ${name} cannot be set here`)
    }
    return encodeTextField(name, value)
  })
}

function bodyOf({ text, html, attachments }: SendMessage): ComposedPart {
  const versions = [
    ...(text === undefined ? [] : [textPart('plain', text)]),
    ...(html === undefined ? [] : [textPart('html', html)]),
  ]
  const [first = textPart('plain', '')] = versions
  const shown = versions.length > 1 ? multipart('alternative', versions) : first
  if (attachments.length === 0) return shown
  const files = attachments.map(({ filename, contentType, content }) =>
    filePart({ name: filename, type: contentType, content: Buffer.from(content, 'base64') }),
  )
  return multipart('mixed', [shown, ...files])
}

/** GeneralName: the ways a certificate names someone or something (RFC 5280 section 4.2.1.6). */

import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import {
  element,
  explicit,
  ia5String,
  implicit,
  objectIdentifier,
  utf8String,
} from '../asn1/writer.ts'
import { Name } from './name.ts'
import { SMTP_UTF8_MAILBOX } from './oids.ts'

export type GeneralName =
  | { readonly kind: 'email'; readonly value: string }
  /** A mailbox whose local part is not ASCII (RFC 9598). */
  | { readonly kind: 'utf8-email'; readonly value: string }
  | { readonly kind: 'dns'; readonly value: string }
  | { readonly kind: 'uri'; readonly value: string }
  /** 4 or 16 octets; twice as many in name constraints. */
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  | { readonly kind: 'directory'; readonly value: Name }
  /** Kinds that are not looked into, with their encoding. */
  | { readonly kind: 'other'; readonly tag: number; readonly value: Uint8Array }

/** A certificate names a few addresses; a list of thousands would only be a burden to search. */
const MAX_NAMES = 1_000

/**
 * Reads all the names that are left in a reader that has entered `GeneralNames`.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large`
 */
export function readGeneralNames(reader: Asn1Reader): GeneralName[] {
  const names: GeneralName[] = []
  while (!reader.isAtEnd) {
    if (names.length >= MAX_NAMES) {
      throw new HubError('asn1.too_large', `a list has more than ${MAX_NAMES} names`)
    }
    names.push(readGeneralName(reader))
  }
  return names
}

/** Reads one name. */
function readGeneralName(reader: Asn1Reader): GeneralName {
  const { tag, content, encoded } = reader.element()
  switch (tag) {
    case contextConstructed(0):
      return readOtherName(content) ?? { kind: 'other', tag, value: encoded }
    case contextPrimitive(1):
      return { kind: 'email', value: asciiOf(content) }
    case contextPrimitive(2):
      return { kind: 'dns', value: asciiOf(content) }
    case contextConstructed(4):
      return { kind: 'directory', value: Name.parse(content) }
    case contextPrimitive(6):
      return { kind: 'uri', value: asciiOf(content) }
    case contextPrimitive(7):
      return { kind: 'ip', value: content }
    case contextConstructed(3):
    case contextConstructed(5):
    case contextPrimitive(8):
      return { kind: 'other', tag, value: encoded }
    default:
      throw new HubError('asn1.malformed', 'a general name is of no kind that exists')
  }
}

/** The name of a mailbox: ASCII as rfc822Name, else as SmtpUTF8Mailbox (RFC 9598 section 3). */
export function encodeMailbox(address: string): Uint8Array {
  if (/^[\0-\x7f]*$/.test(address)) return implicit(1, ia5String(address))
  return element(
    contextConstructed(0),
    objectIdentifier(SMTP_UTF8_MAILBOX),
    explicit(0, utf8String(address)),
  )
}

function readOtherName(content: Uint8Array): GeneralName | undefined {
  const reader = Asn1Reader.der(content)
  const type = reader.objectIdentifier()
  const value = reader.explicit(0)
  reader.end()
  if (type !== SMTP_UTF8_MAILBOX) return undefined
  const mailbox = value.text(TAG.utf8String)
  value.end()
  return { kind: 'utf8-email', value: mailbox }
}

function asciiOf(content: Uint8Array): string {
  if (content.some((octet) => octet > 0x7f)) {
    throw new HubError('asn1.malformed', 'a general name holds more than ASCII')
  }
  return decodeLatin1(content)
}

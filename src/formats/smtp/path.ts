/**
 * Addresses of the envelope: RFC 5321 section 4.1.2, with UTF-8 by RFC 6531 section 3.3.
 *
 * These are not the addresses of header fields: no comments, no folding, no display names.
 */

import { asBuffer, decodeUtf8, encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

/** RFC 5321 section 4.5.3.1.1, in octets. */
const LOCAL_PART_OCTETS = 64
/** RFC 5321 section 4.5.3.1.2, in octets. */
const DOMAIN_OCTETS = 255
/** RFC 1035 section 2.3.4; counted on the ASCII form. */
const LABEL_OCTETS = 63

const ATOM = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\u{10ffff}]+$/u
const LABEL =
  /^[A-Za-z0-9\u0080-\u{10ffff}](?:[A-Za-z0-9\-\u0080-\u{10ffff}]*[A-Za-z0-9\u0080-\u{10ffff}])?$/u
/** C1 controls and the separators that some software takes for line ends or spaces. */

const UNSAFE_UTF8 =
  /[\u0080-\u009f\u00a0\u1680\u2000-\u200b\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff]/u

/** An address of the envelope, taken apart. */
export interface Mailbox {
  /** Without quotes and backslashes: what they stand for. */
  readonly localPart: string
  /** As written; an address literal keeps its brackets. */
  readonly domain: string
}

/**
 * Reads `local@domain` as it stands between the angle brackets of a path, and gives it back in one
 * form: a local part that needs no quotes has none.
 *
 * @returns undefined when it is not one
 */
export function findMailbox(text: string): Mailbox | undefined {
  const at = endOfLocalPart(text)
  if (at === undefined) return undefined
  const localPart = findLocalPart(text.slice(0, at))
  const domain = text.slice(at + 1)
  if (localPart === undefined || !isDomain(domain)) return undefined
  return { localPart, domain }
}

/** The mailbox as it is written in a command: quoted where it must be. */
export function formatMailbox({ localPart, domain }: Mailbox): string {
  const plain = localPart.split('.').every((atom) => ATOM.test(atom))
  const local = plain ? localPart : `"${localPart.replace(/["\\]/g, '\\$&')}"`
  return `${local}@${domain}`
}

/**
 * Reads an address of the envelope that came from elsewhere than a command, such as an API request.
 *
 * @throws HubError `smtp.recipient_malformed`
 */
export function parseEnvelopeAddress(text: string): string {
  const mailbox = findMailbox(text)
  if (mailbox === undefined) {
    throw new HubError('smtp.recipient_malformed', 'an address has the form local@domain')
  }
  return formatMailbox(mailbox)
}

/** True when a text has characters above U+007F: it can travel only by SMTPUTF8. */
export function needsSmtpUtf8(text: string): boolean {
  return encodeUtf8(text).byteLength !== text.length
}

/** True for a domain name or an address literal in brackets. */
export function isDomain(text: string): boolean {
  if (text.startsWith('[')) return isAddressLiteral(text)
  if (text.length === 0 || encodeUtf8(text).byteLength > DOMAIN_OCTETS) return false
  if (UNSAFE_UTF8.test(text)) return false
  return text
    .split('.')
    .every((label) => LABEL.test(label) && encodeUtf8(label).byteLength <= LABEL_OCTETS)
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]`; other tags are not registered for anything. */
function isAddressLiteral(text: string): boolean {
  const inner = /^\[(.*)\]$/.exec(text)?.[1] ?? ''
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(inner)
  if (four !== null) return four.slice(1).every((octet) => Number(octet) <= 255)
  const six = /^IPv6:([0-9a-f:.]{2,45})$/i.exec(inner)?.[1]
  // The URL parser knows every way to write an IPv6 address.
  return six !== undefined && URL.canParse(`http://[${six}]/`)
}

/** Where the `@` stands that ends the local part. */
function endOfLocalPart(text: string): number | undefined {
  if (!text.startsWith('"')) {
    const at = text.indexOf('@')
    return at < 0 ? undefined : at
  }
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return text[at + 1] === '@' ? at + 1 : undefined
  }
  return undefined
}

function findLocalPart(text: string): string | undefined {
  if (encodeUtf8(text).byteLength > LOCAL_PART_OCTETS || UNSAFE_UTF8.test(text)) return undefined
  if (text.startsWith('"')) return findQuoted(text)
  return text.split('.').every((atom) => ATOM.test(atom)) ? text : undefined
}

/** Quoted-string of RFC 5321: printable characters and spaces, any of them after a backslash. */
function findQuoted(text: string): string | undefined {
  if (!/^"(?:[ !#-[\]-~\u0080-\u{10ffff}]|\\[ -~])+"$/u.test(text)) return undefined
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}

/**
 * Text of a line's bytes: ASCII, or UTF-8 that is whole and in its shortest form.
 *
 * @returns undefined when the bytes are not UTF-8
 */
export function findLineText(line: Uint8Array): string | undefined {
  const text = decodeUtf8(line)
  if (!text.includes('\ufffd')) return text
  return asBuffer(line).equals(encodeUtf8(text)) ? text : undefined
}

/**
 * Writes DER: one function per type, each of which returns a whole element. Elements are parts of
 * others by being handed to them: `sequence(objectIdentifier('2.5.4.3'), utf8String('Ada'))`.
 */

import { encodeLatin1, encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeObjectIdentifier } from './object-identifier.ts'
import { TAG, contextConstructed } from './tags.ts'
import { generalizedTimeText, isUtcTimeYear, utcTimeText } from './time.ts'

/** One element of any kind. `tag` as in `tags.ts`, numbers up to 30. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const content of contents) length += content.byteLength
  const headerBytes = headerLength(length)
  const bytes = Buffer.allocUnsafe(headerBytes + length)
  writeHeader(bytes, 0, tag, length)
  let at = headerBytes
  for (const content of contents) {
    bytes.set(content, at)
    at += content.byteLength
  }
  return bytes
}

/** Octets that tag and length take before this much content. */
export function headerLength(contentBytes: number): number {
  return 1 + lengthOfLength(contentBytes)
}

/** Tag and definite length alone, to be followed by the content: for content that is streamed. */
export function header(tag: number, contentBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerLength(contentBytes))
  writeHeader(bytes, 0, tag, contentBytes)
  return bytes
}

/** Writes tag and length into bytes at an offset; returns the offset after them. */
export function writeHeader(
  bytes: Uint8Array,
  offset: number,
  tag: number,
  contentBytes: number,
): number {
  bytes[offset] = tag
  const octets = lengthOfLength(contentBytes)
  if (octets === 1) {
    bytes[offset + 1] = contentBytes
    return offset + 2
  }
  bytes[offset + 1] = 0x80 | (octets - 1)
  let left = contentBytes
  for (let at = offset + octets; at > offset + 1; at -= 1) {
    bytes[at] = left % 256
    left = Math.floor(left / 256)
  }
  return offset + 1 + octets
}

function lengthOfLength(length: number): number {
  if (length < 0x80) return 1
  if (length < 0x100) return 2
  if (length < 0x1_0000) return 3
  if (length < 0x100_0000) return 4
  if (length < 0x1_0000_0000) return 5
  return length < 0x100_0000_0000 ? 6 : 7
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...parts)
}

/** SET with its parts in the given order. */
export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...parts)
}

/** SET OF: the parts are sorted as DER demands (X.690 section 11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...sortedForSetOf(parts))
}

/** Elements in the order of a DER SET OF: by their octets, a shorter one as if padded with zeros. */
export function sortedForSetOf(parts: readonly Uint8Array[]): Uint8Array[] {
  return parts.toSorted((a, b) => Buffer.compare(a, b))
}

/** `[n] EXPLICIT`. */
export function explicit(n: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(contextConstructed(n), ...parts)
}

/** `[n] IMPLICIT`: the element with its tag replaced, primitive or constructed as it was. */
export function implicit(n: number, replaced: Uint8Array): Uint8Array {
  const bytes = Buffer.from(replaced)
  bytes[0] = 0x80 | ((replaced[0] ?? 0) & 0x20) | n
  return bytes
}

/** INTEGER. Bytes are content octets as they are: two's complement, at least one octet. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  if (typeof value === 'number' && value >= 0 && value < 128) {
    return element(TAG.integer, Uint8Array.of(value))
  }
  if (value instanceof Uint8Array) return element(TAG.integer, value)
  return element(TAG.integer, twosComplement(BigInt(value)))
}

/** INTEGER from the magnitude of a number that is not negative: leading zeros are mended. */
export function unsignedInteger(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((octet) => octet !== 0)
  if (first === -1) return element(TAG.integer, Uint8Array.of(0))
  const shortest = magnitude.subarray(first)
  const pad = (shortest[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0)
  return element(TAG.integer, pad, shortest)
}

export function enumerated(value: number): Uint8Array {
  return element(TAG.enumerated, twosComplement(BigInt(value)))
}

function twosComplement(value: bigint): Uint8Array {
  const octets: number[] = []
  let left = value
  for (;;) {
    const octet = Number(BigInt.asUintN(8, left))
    octets.unshift(octet)
    left >>= 8n
    if ((left === 0n && octet < 0x80) || (left === -1n && octet >= 0x80)) break
  }
  return Uint8Array.from(octets)
}

export function boolean(value: boolean): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(value ? 0xff : 0x00))
}

export function nullValue(): Uint8Array {
  return element(TAG.null)
}

/**
 * OBJECT IDENTIFIER of a dotted text.
 *
 * @throws HubError `asn1.malformed`
 */
export function objectIdentifier(dotted: string): Uint8Array {
  return element(TAG.objectIdentifier, encodeObjectIdentifier(dotted))
}

export function octetString(octets: Uint8Array): Uint8Array {
  return element(TAG.octetString, octets)
}

/** BIT STRING. For named bits (key usage) the caller has dropped trailing zero bits. */
export function bitString(octets: Uint8Array, unusedBits = 0): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(unusedBits), octets)
}

export function utf8String(text: string): Uint8Array {
  return element(TAG.utf8String, encodeUtf8(text))
}

/**
 * IA5String.
 *
 * @throws HubError `asn1.malformed`: the text is not ASCII
 */
export function ia5String(text: string): Uint8Array {
  return element(TAG.ia5String, ascii(text, /^[\0-\x7f]*$/, 'IA5String'))
}

/**
 * PrintableString: letters, digits, space and `'()+,-./:=?`.
 *
 * @throws HubError `asn1.malformed`
 */
export function printableString(text: string): Uint8Array {
  return element(TAG.printableString, ascii(text, /^[A-Za-z0-9 '()+,\-./:=?]*$/, 'PrintableString'))
}

function ascii(text: string, alphabet: RegExp, kind: string): Uint8Array {
  if (!alphabet.test(text)) {
    throw new HubError('asn1.malformed', `a text does not fit a ${kind}`)
  }
  return encodeLatin1(text)
}

/** UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
export function time(date: Date): Uint8Array {
  return isUtcTimeYear(date) ? utcTime(date) : generalizedTime(date)
}

/** UTCTime; for years from 1950 to 2049. */
export function utcTime(date: Date): Uint8Array {
  return element(TAG.utcTime, encodeLatin1(utcTimeText(date)))
}

export function generalizedTime(date: Date): Uint8Array {
  return element(TAG.generalizedTime, encodeLatin1(generalizedTimeText(date)))
}

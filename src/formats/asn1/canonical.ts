/** BER to DER: the one encoding over which signatures are made (X.690 section 10). */

import { HubError } from '../../base/errors.ts'
import { DEFAULT_LIMITS } from './budget.ts'
import { readHeader } from './header.ts'
import { Asn1Reader } from './reader.ts'
import type { Element } from './span.ts'
import { CONSTRUCTED, TAG } from './tags.ts'
import { element as encode, setOf } from './writer.ts'

/** Universal types that BER may cut into pieces. */
const STRINGS: ReadonlySet<number> = new Set([
  TAG.bitString,
  TAG.octetString,
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
])

/**
 * One element in DER: definite lengths in their shortest form, strings in one piece, SETs sorted,
 * TRUE as 0xff. What already is DER comes back as it is. Defaults are not dropped: that needs the
 * type's definition.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_deep`, `asn1.too_large`
 */
export function canonical(ber: Uint8Array): Uint8Array {
  if (isPlainDer(ber, 0, ber.byteLength, 0)) return ber
  const reader = Asn1Reader.ber(ber)
  const whole = reader.element()
  reader.end()
  return rewrite(whole, reader)
}

/**
 * A tagged SET OF as a plain SET, when it is in DER but for its tag: the usual case, made quick.
 * Undefined when it is not; then it has to be taken apart.
 */
export function canonicalSet(encoded: Uint8Array): Uint8Array | undefined {
  const header = readHeader(encoded, 0, 'ber')
  if (header?.contentBytes === undefined || header.tag > 0xff) return undefined
  if (!hasShortestLength(header.headerBytes, header.contentBytes)) return undefined
  if (!isPlainDer(encoded, header.headerBytes, encoded.byteLength, 0)) return undefined
  const bytes = Buffer.from(encoded)
  if (!isSorted(bytes, header.headerBytes)) return undefined
  bytes[0] = TAG.set
  return bytes
}

function isSorted(bytes: Buffer, from: number): boolean {
  let [before, at] = [from, from]
  while (at < bytes.byteLength) {
    if (bytes[at] !== TAG.sequence) return false
    const header = readHeader(bytes, at, 'ber')
    const end = at + (header?.headerBytes ?? 0) + (header?.contentBytes ?? 0)
    if (at > from && bytes.compare(bytes, at, end, before, at) > 0) return false
    before = at
    at = end
  }
  return true
}

/** True when all lengths are DER's and there is nothing that would have to be joined or sorted. */
function isPlainDer(bytes: Uint8Array, from: number, to: number, depth: number): boolean {
  if (depth > DEFAULT_LIMITS.maxDepth) throw new HubError('asn1.too_deep', 'nested too deep')
  let at = from
  let isInSet = false
  while (at < to) {
    // A length octet of 0x80 or a long form is looked at in the thorough way.
    if (bytes[at + 1] === 0x80) return false
    const header = readHeader(bytes, at, 'ber')
    if (header?.contentBytes === undefined) return false
    if (!hasShortestLength(header.headerBytes, header.contentBytes) || header.tag > 0xff)
      return false
    const start = at + header.headerBytes
    const end = start + header.contentBytes
    if (end > to) return false
    if (header.tag === TAG.boolean && bytes[start] !== 0 && bytes[start] !== 0xff) return false
    isInSet = header.tag === TAG.set
    if ((header.tag & CONSTRUCTED) !== 0) {
      if (STRINGS.has(header.tag & ~CONSTRUCTED)) return false
      if (isInSet && !hasOneElement(bytes, start, end)) return false
      if (!isPlainDer(bytes, start, end, depth + 1)) return false
    }
    at = end
  }
  return true
}

function hasShortestLength(headerBytes: number, contentBytes: number): boolean {
  let octets = 2
  if (contentBytes >= 0x80)
    for (let left = contentBytes; left > 0; left = Math.floor(left / 256)) octets += 1
  return headerBytes === octets
}

/** A SET of none or one needs no sorting; that is what attributes have. */
function hasOneElement(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to) return true
  const header = readHeader(bytes, from, 'ber')
  return (
    header?.contentBytes !== undefined && from + header.headerBytes + header.contentBytes === to
  )
}

function rewrite(element: Element, reader: Asn1Reader): Uint8Array {
  if (element.tag > 0xff) return element.encoded
  if ((element.tag & CONSTRUCTED) === 0) {
    if (element.tag === TAG.boolean && element.content.byteLength === 1) {
      return encode(TAG.boolean, Uint8Array.of(element.content[0] === 0 ? 0 : 0xff))
    }
    return encode(element.tag, element.content)
  }
  const kind = element.tag & ~CONSTRUCTED
  if (kind === TAG.bitString) return encode(kind, joinBits(element))
  if (STRINGS.has(kind)) return encode(kind, joinPieces(element, reader, kind))
  const parts: Uint8Array[] = []
  const inner = reader.within(element)
  while (!inner.isAtEnd) parts.push(rewrite(inner.element(), inner))
  return element.tag === TAG.set ? setOf(...parts) : encode(element.tag, ...parts)
}

function joinPieces(element: Element, reader: Asn1Reader, kind: number): Uint8Array {
  const pieces: Uint8Array[] = []
  const inner = reader.within(element)
  while (!inner.isAtEnd) {
    const piece = inner.element()
    const isConstructed = (piece.tag & CONSTRUCTED) !== 0
    pieces.push(isConstructed ? joinPieces(piece, inner, kind) : piece.content)
  }
  return Buffer.concat(pieces)
}

function joinBits(element: Element): Uint8Array {
  const { octets, unusedBits } = Asn1Reader.ber(element.encoded).bits()
  return Buffer.concat([Uint8Array.of(unusedBits), octets])
}

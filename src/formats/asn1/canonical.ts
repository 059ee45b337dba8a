/** BER to DER: the one encoding over which signatures are made (X.690 section 10). */

import { HubError } from '../../base/errors.ts'
import { DEFAULT_LIMITS } from './budget.ts'
import { Header } from './header.ts'
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
  if (!header.read(encoded, 0, 'ber') || !isShortest(header)) return undefined
  const from = header.headerBytes
  if (!isPlainDer(encoded, from, encoded.byteLength, 0)) return undefined
  if (!isSorted(encoded, from)) return undefined
  const bytes = Buffer.from(encoded)
  bytes[0] = TAG.set
  return bytes
}

/** The header that was read last: one for all, as a walk looks at many. */
const header = new Header()

/** True when SEQUENCEs, known to be plain DER, stand in the order of a SET OF from here to the end. */
function isSorted(bytes: Uint8Array, from: number): boolean {
  let before = from
  for (let at = from; at < bytes.byteLength;) {
    if (bytes[at] !== TAG.sequence || isGreater(bytes, { before, at })) return false
    header.read(bytes, at, 'ber')
    before = at
    at += header.headerBytes + (header.contentBytes ?? 0)
  }
  return true
}

/** Compares an element with the one before it. They differ before either ends, or are the same. */
function isGreater(bytes: Uint8Array, { before, at }: { before: number; at: number }): boolean {
  for (let n = 0; before + n < at; n += 1) {
    const difference = (bytes[before + n] ?? 0) - (bytes[at + n] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** True when all lengths are DER's and there is nothing that would have to be joined or sorted. */
function isPlainDer(bytes: Uint8Array, from: number, to: number, depth: number): boolean {
  if (depth > DEFAULT_LIMITS.maxDepth) throw new HubError('asn1.too_deep', 'nested too deep')
  let at = from
  while (at < to) {
    // An indefinite length is looked at in the thorough way.
    if (bytes[at + 1] === 0x80) return false
    if (!header.read(bytes, at, 'ber') || !isShortest(header)) return false
    const { tag, headerBytes, contentBytes = 0 } = header
    const start = at + headerBytes
    const end = start + contentBytes
    if (end > to) return false
    if (tag === TAG.boolean && bytes[start] !== 0 && bytes[start] !== 0xff) return false
    if ((tag & CONSTRUCTED) !== 0) {
      if (STRINGS.has(tag & ~CONSTRUCTED)) return false
      if (tag === TAG.set && !hasOneElement(bytes, start, end)) return false
      if (!isPlainDer(bytes, start, end, depth + 1)) return false
    }
    at = end
  }
  return true
}

/** True when the tag has one octet and the length is definite and in its shortest form. */
function isShortest({ tag, headerBytes, contentBytes }: Header): boolean {
  if (tag > 0xff || contentBytes === undefined) return false
  if (contentBytes < 0x80) return headerBytes === 2
  let octets = 2
  for (let left = contentBytes; left > 0; left = Math.floor(left / 256)) octets += 1
  return headerBytes === octets
}

/** A SET of none or one needs no sorting; that is what attributes have. */
function hasOneElement(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to) return true
  if (!header.read(bytes, from, 'ber')) return false
  return from + header.headerBytes + (header.contentBytes ?? 0) === to
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

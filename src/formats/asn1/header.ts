/** Identifier and length octets (X.690 sections 8.1.2 and 8.1.3). */

import { HubError } from '../../base/errors.ts'

/** DER: one encoding per value. BER: also indefinite lengths, constructed strings, long forms. */
export type EncodingRules = 'der' | 'ber'

/** Tag octet, three octets of a high tag number, length octet and six more octets of length. */
export const MAX_HEADER_BYTES = 11

/**
 * What stands before the content of an element. One object may read header after header: a walk
 * over many elements then leaves no garbage behind.
 */
export class Header {
  /** See `tags.ts`. */
  tag = 0
  /** Octets of identifier and length together. */
  headerBytes = 0
  /** Octets of content; undefined when the length is indefinite. */
  contentBytes: number | undefined = 0

  /**
   * Reads the header at an offset. False when the bytes end within it.
   *
   * @throws HubError `asn1.malformed`, `asn1.too_large` (a length of 2^48 or more)
   */
  read(bytes: Uint8Array, offset: number, rules: EncodingRules): boolean {
    let at = offset
    const identifier = bytes[at++]
    if (identifier === undefined) return false
    this.tag = identifier
    if ((identifier & 0x1f) === 0x1f) {
      at = this.#readTagNumber(bytes, at)
      if (at > bytes.byteLength) return false
    }
    const first = bytes[at++]
    if (first === undefined) return false
    this.headerBytes = at - offset
    this.contentBytes = first
    if (first < 0x80) return true
    if (first > 0x80) return this.#readLongLength(bytes, at, rules)
    if (rules === 'der') throw malformed('an indefinite length, which DER does not have')
    if ((identifier & 0x20) === 0) throw malformed('a primitive element of indefinite length')
    this.contentBytes = undefined
    return true
  }

  /** Returns the offset of what follows it, which is beyond the end when the bytes end within it. */
  #readTagNumber(bytes: Uint8Array, offset: number): number {
    let at = offset
    let number = 0
    for (;;) {
      const octet = bytes[at++]
      if (octet === undefined) return at
      number = number * 128 + (octet & 0x7f)
      if (number === 0 || at - offset > 3) throw malformed('a tag number is padded or too large')
      if ((octet & 0x80) === 0) break
    }
    if (number < 31) throw malformed('a small tag number is written in the long form')
    this.tag += 256 * number
    return at
  }

  #readLongLength(bytes: Uint8Array, offset: number, rules: EncodingRules): boolean {
    const octets = (this.contentBytes ?? 0) & 0x7f
    if (octets > 6) throw new HubError('asn1.too_large', 'a length of more than six octets')
    let length = 0
    for (let at = offset; at < offset + octets; at += 1) {
      const octet = bytes[at]
      if (octet === undefined) return false
      length = length * 256 + octet
    }
    if (rules === 'der' && (length < 0x80 || length < 256 ** (octets - 1))) {
      throw malformed('a length that is not in its shortest form, as DER demands')
    }
    this.headerBytes += octets
    this.contentBytes = length
    return true
  }
}

/**
 * Reads the header at an offset. Undefined when the bytes end within it.
 *
 * @throws HubError as `Header.read` does
 */
export function readHeader(
  bytes: Uint8Array,
  offset: number,
  rules: EncodingRules,
): Header | undefined {
  const header = new Header()
  return header.read(bytes, offset, rules) ? header : undefined
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}

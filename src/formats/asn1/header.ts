/** Identifier and length octets (X.690 sections 8.1.2 and 8.1.3). */

import { HubError } from '../../base/errors.ts'

/** DER: one encoding per value. BER: also indefinite lengths, constructed strings, long forms. */
export type EncodingRules = 'der' | 'ber'

/** What stands before the content of an element. */
export interface Header {
  /** See `tags.ts`. */
  readonly tag: number
  /** Octets of identifier and length together. */
  readonly headerBytes: number
  /** Octets of content; undefined when the length is indefinite. */
  readonly contentBytes: number | undefined
}

/** Tag octet, three octets of a high tag number, length octet and six more octets of length. */
export const MAX_HEADER_BYTES = 11

/**
 * Reads the header at an offset. Undefined when the bytes end within it.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large` (a length of 2^48 or more)
 */
export function readHeader(
  bytes: Uint8Array,
  offset: number,
  rules: EncodingRules,
): Header | undefined {
  let at = offset
  const identifier = bytes[at++]
  if (identifier === undefined) return undefined
  let tag = identifier
  if ((identifier & 0x1f) === 0x1f) {
    let number = 0
    for (;;) {
      const octet = bytes[at++]
      if (octet === undefined) return undefined
      number = number * 128 + (octet & 0x7f)
      if (number === 0 || at - offset > 4) throw malformed('a tag number is padded or too large')
      if ((octet & 0x80) === 0) break
    }
    if (number < 31) throw malformed('a small tag number is written in the long form')
    tag = identifier + 256 * number
  }
  const first = bytes[at++]
  if (first === undefined) return undefined
  if (first < 0x80) return { tag, headerBytes: at - offset, contentBytes: first }
  if (first === 0x80) {
    if (rules === 'der') throw malformed('an indefinite length, which DER does not have')
    if ((identifier & 0x20) === 0) throw malformed('a primitive element of indefinite length')
    return { tag, headerBytes: at - offset, contentBytes: undefined }
  }
  return readLongLength(bytes, { offset, at, octets: first & 0x7f, tag, rules })
}

function readLongLength(
  bytes: Uint8Array,
  from: { offset: number; at: number; octets: number; tag: number; rules: EncodingRules },
): Header | undefined {
  if (from.octets > 6) throw new HubError('asn1.too_large', 'a length of more than six octets')
  let length = 0
  let at = from.at
  for (let left = from.octets; left > 0; left -= 1) {
    const octet = bytes[at++]
    if (octet === undefined) return undefined
    length = length * 256 + octet
  }
  if (from.rules === 'der' && (length < 0x80 || length < 256 ** (from.octets - 1))) {
    throw malformed('a length that is not in its shortest form, as DER demands')
  }
  return { tag: from.tag, headerBytes: at - from.offset, contentBytes: length }
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}

/** The content of a BIT STRING: X.690 sections 8.6 and 11.2. */

import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import type { EncodingRules } from './header.ts'

/** Bits with the number of those in the last octet that do not count, 0 to 7. */
export interface Bits {
  readonly octets: Uint8Array
  readonly unusedBits: number
}

/** Reads the content octets of one. @throws HubError `asn1.malformed` */
export function readBits(content: Uint8Array, rules: EncodingRules): Bits {
  const [unusedBits] = content
  const octets = content.subarray(1)
  if (unusedBits === undefined || unusedBits > 7 || (unusedBits > 0 && octets.length === 0)) {
    throw malformed('a bit string with a wrong number of unused bits')
  }
  const last = octets.at(-1) ?? 0
  if (rules === 'der' && (last & ((1 << unusedBits) - 1)) !== 0) {
    throw malformed('a bit string whose unused bits are set')
  }
  return { octets, unusedBits }
}

/** Joins the pieces of a constructed one: only the last may end within an octet. */
export function joinBits(pieces: readonly Uint8Array[], rules: EncodingRules): Bits {
  const parts = pieces.map((piece) => readBits(piece, rules))
  if (parts.slice(0, -1).some(({ unusedBits }) => unusedBits !== 0)) {
    throw malformed('a bit string with a hole')
  }
  return {
    octets: concat(parts.map(({ octets }) => octets)),
    unusedBits: parts.at(-1)?.unusedBits ?? 0,
  }
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}

/** AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */

import { equalBytes } from '../../base/bytes.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'

export interface AlgorithmIdentifier {
  /** Dotted object identifier. */
  readonly oid: string
  /** The parameters as encoded; undefined when absent (a NULL is present). */
  readonly parameters: Uint8Array | undefined
  /** The whole SEQUENCE as encoded. */
  readonly encoded: Uint8Array
}

/** Reads one. What is inside the parameters is not looked at. */
export function readAlgorithm(reader: Asn1Reader): AlgorithmIdentifier {
  const element = reader.element(TAG.sequence)
  const inner = reader.within(element)
  const oid = inner.objectIdentifier()
  const parameters = inner.isAtEnd ? undefined : inner.element().encoded
  inner.end()
  return { oid, parameters, encoded: element.encoded }
}

/** True when both are the same bytes. */
export function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return equalBytes(a.encoded, b.encoded)
}

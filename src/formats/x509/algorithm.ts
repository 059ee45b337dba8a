/** AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */

import { equalBytes } from '../../base/bytes.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import type { Element } from '../asn1/span.ts'
import { TAG } from '../asn1/tags.ts'

export interface AlgorithmIdentifier {
  /** Dotted object identifier. */
  readonly oid: string
  /** The parameters as encoded; undefined when absent (a NULL is present). */
  readonly parameters: Uint8Array | undefined
  /** The whole SEQUENCE as encoded. */
  readonly encoded: Uint8Array
}

/**
 * Reads one, which may have another tag: `[n] IMPLICIT`. What is inside the parameters is not looked
 * at.
 */
export function readAlgorithm(reader: Asn1Reader, tag: number = TAG.sequence): AlgorithmIdentifier {
  const element = reader.element(tag)
  const inner = reader.within(element)
  const oid = inner.objectIdentifier()
  const parameters = inner.isAtEnd ? undefined : inner.element()
  inner.end()
  return new ReadAlgorithm(oid, { element, parameters })
}

/** Mostly only its name is asked for. */
class ReadAlgorithm implements AlgorithmIdentifier {
  readonly oid: string
  readonly #element: Element
  readonly #parameters: Element | undefined

  constructor(oid: string, from: { element: Element; parameters: Element | undefined }) {
    this.oid = oid
    this.#element = from.element
    this.#parameters = from.parameters
  }

  get parameters(): Uint8Array | undefined {
    return this.#parameters?.encoded
  }

  get encoded(): Uint8Array {
    return this.#element.encoded
  }
}

/** True when both are the same bytes. */
export function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return equalBytes(a.encoded, b.encoded)
}

import { HubError } from '../../base/errors.ts'

/** What a reader may be made to do. */
export interface Asn1Limits {
  /** How deep elements may be entered or nested within indefinite lengths. */
  readonly maxDepth: number
  /** How many elements may be read, those that are only passed over on a search for an end included. */
  readonly maxElements: number
}

/**
 * The deepest real structures (name constraints of a certificate in a CMS) have about 20 levels. A
 * certificate has about 200 elements, a message with 1,000 recipients 12,000.
 */
export const DEFAULT_LIMITS: Asn1Limits = { maxDepth: 64, maxElements: 250_000 }

/** What one reader and all readers within it may still read. */
export class Budget {
  readonly #maxDepth: number
  #elements: number

  constructor(limits: Asn1Limits) {
    this.#maxDepth = limits.maxDepth
    this.#elements = limits.maxElements
  }

  spend(): void {
    this.#elements -= 1
    if (this.#elements < 0) throw new HubError('asn1.too_large', 'there are too many elements')
  }

  requireDepth(depth: number): void {
    if (depth <= this.#maxDepth) return
    throw new HubError('asn1.too_deep', `elements are nested more than ${this.#maxDepth} deep`)
  }
}

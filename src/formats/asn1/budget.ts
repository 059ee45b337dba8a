import { HubError } from '../../base/errors.ts'
import type { Asn1Limits } from './reader.ts'

/** What one reader and all readers within it may still read. */
export class Budget {
  readonly maxDepth: number
  #elements: number

  constructor(limits: Asn1Limits) {
    this.maxDepth = limits.maxDepth
    this.#elements = limits.maxElements
  }

  spend(): void {
    this.#elements -= 1
    if (this.#elements < 0) throw new HubError('asn1.too_large', 'there are too many elements')
  }
}

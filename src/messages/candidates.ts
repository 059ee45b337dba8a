/** What acceptance asks of the trust side: certificates that come into question, good or bad. */

import type { TrustBase } from '../certificates/choice.ts'
import type { Candidate } from '../rules/facts.ts'

export interface Candidates {
  /** For each address the certificates that could be encrypted to, best first; none is an empty list. */
  forEncryption(
    addresses: readonly string[],
    at: Date,
  ): Promise<ReadonlyMap<string, readonly Candidate[]>>
  /** Certificates whose keys are here and that could sign for an address, best first. */
  forSigning(address: string, at: Date): Promise<readonly Candidate[]>
  /** The authorities by which signatures that come along are judged. */
  trust(): Promise<TrustBase>
}

/**
 * Why a certificate that could be used was not: from what is stored of a message, as the decision is.
 * `certificates/choice.ts` has said which of several is better; the decision may have wanted none, or
 * another.
 */

import type { PlannedRecipient, Rule, Signing } from './decision.ts'
import type { Candidate } from './facts.ts'

export type PassedOver =
  /** Mail that the hub writes is encrypted to keys that its readers have themselves: see `ruleFor`. */
  | 'key_is_here'
  | 'encryption_off'
  | 'not_all_can_read'
  | 'signed_before'
  | 'encrypted_before'
  | 'foreign_author'
  | 'several_authors'
  | 'no_author'

/** Of a certificate to encrypt to. Undefined when the candidate itself says why, or was taken. */
export function whyNotEncryptedTo(
  candidate: Candidate,
  { planned, rule }: { planned: PlannedRecipient; rule: Rule },
): PassedOver | undefined {
  if (!candidate.usable) return undefined
  if (rule.name === 'hub' && candidate.keyIsElsewhere !== true) return 'key_is_here'
  switch (planned.gets) {
    case 'passed':
      return 'encrypted_before'
    case 'clear':
      return planned.because === 'no_certificate' ? undefined : planned.because
    case 'encrypted':
    case 'bounce':
      return undefined
  }
}

/** Of a certificate to sign with. Undefined when the candidate itself says why, or was taken. */
export function whyNotSignedWith(candidate: Candidate, signing: Signing): PassedOver | undefined {
  if (!candidate.usable || signing.is === 'signed') return undefined
  return signing.because === 'no_certificate' ? undefined : signing.because
}

/** A decision in sentences, for people. */

import type { ClearReason, Plan, PlannedRecipient, Refusal, Rule, Signing } from './decision.ts'
import type { EncryptionOutcome } from '../db/tables/organization.ts'

const OUTCOMES: Record<EncryptionOutcome, string> = {
  'all-or-refuse': 'encrypt to everyone, or refuse the message',
  'each-or-bounce': 'encrypt to each who can read it, bounce the rest',
  'all-or-clear': 'encrypt when everyone can read it, else sign only',
  'each-or-clear': 'encrypt to each who can read it, sign only for the rest',
  never: 'sign only',
}

const UNSIGNED: Record<Extract<Signing, { is: 'unsigned' }>['because'], string> = {
  signed_before: 'not signed: it came signed, and its bytes are left alone',
  encrypted_before: 'not signed: it came encrypted, and its bytes are left alone',
  no_author: 'not signed: its From field names no address',
  several_authors: 'not signed: its From field names several addresses',
  foreign_author: 'not signed: its author is not of a domain of ours',
  no_certificate: 'not signed: its author has no usable signing certificate',
}

const CLEAR: Record<ClearReason, string> = {
  encryption_off: 'the rule is to sign only',
  not_all_can_read: 'not every recipient has a usable certificate',
  no_certificate: 'no usable certificate',
}

/** `organization: encrypt when everyone can read it, else sign only`. */
export function explainRule(rule: Rule): string {
  return `${rule.name}: ${OUTCOMES[rule.outcome]}`
}

/** `signed as ada@example.org with certificate 4f2a…`. */
export function explainSigning(signing: Signing): string {
  if (signing.is === 'unsigned') return UNSIGNED[signing.because]
  return `signed as ${signing.author} with certificate ${short(signing.certificate)}`
}

/** `ben@partner.example: encrypted to certificate 4f2a…`. */
export function explainRecipient(recipient: PlannedRecipient): string {
  switch (recipient.gets) {
    case 'encrypted':
      return `${recipient.address}: encrypted to certificate ${short(recipient.certificate)}`
    case 'clear':
      return `${recipient.address}: in clear, ${CLEAR[recipient.because]}`
    case 'passed':
      return `${recipient.address}: passed as it came, it was encrypted before`
    case 'bounce':
      return `${recipient.address}: bounced, no usable certificate`
  }
}

/** Every line that a person should read about a decision. */
export function explainDecision(decision: Plan | Refusal): string[] {
  if (decision.is === 'refuse') {
    return [
      explainRule(decision.rule),
      `refused: no usable certificate for ${decision.without.join(', ')}`,
    ]
  }
  const lines = [
    explainRule(decision.rule),
    explainSigning(decision.signing),
    ...decision.recipients.map(explainRecipient),
  ]
  if (decision.twoStrengths)
    lines.push('attention: the same content travels encrypted and in clear')
  return lines
}

function short(fingerprint: string): string {
  return `${fingerprint.slice(0, 16)}…`
}

/**
 * What must happen to which message: a pure decision from facts.
 *
 * `decide` looks at nothing but its argument: no clock, no database. `facts.ts` says what it is
 * told, `decision.ts` what it answers, `explain.ts` puts the answer into sentences.
 *
 * The order of things:
 * 1. Which rule holds (`ruleFor`): the sender's own demand, the organisation's setting, or one of the
 *    two softer rules for mail that is not the organisation's to refuse.
 * 2. Who signs (`signingFor`).
 * 3. What each recipient gets, and in which copies it travels.
 */

import { copiesFor } from './copies.ts'
import type {
  ClearReason,
  Decision,
  PlannedRecipient,
  Refusal,
  Rule,
  Signing,
  UnplacedRecipient,
} from './decision.ts'
import type { EncryptionOutcome } from '../db/tables/organization.ts'
import type { Candidate, Facts, RecipientFacts } from './facts.ts'

/** Decides what becomes of a message. The same facts always give the same decision. */
export function decide(facts: Facts): Decision {
  const rule = ruleFor(facts)
  if (facts.protection === 'smime-encrypted' || facts.protection === 'pgp-encrypted') {
    return plan(
      facts,
      rule,
      facts.recipients.map(({ address }) => ({ address, gets: 'passed' })),
    )
  }

  const without = facts.recipients.filter((each) => certificateOf(each, facts) === undefined)
  switch (rule.outcome) {
    case 'never':
      return plan(facts, rule, clear(facts.recipients, 'encryption_off'))
    case 'all-or-refuse':
      if (without.length > 0) return refusal(rule, without)
      return plan(facts, rule, encryptedOr(facts, bounced))
    case 'each-or-bounce':
      // Nobody could be sent the bounce: whoever hands the message over is told at once.
      if (without.length > 0 && facts.envelopeFrom === '') return refusal(rule, without)
      return plan(facts, rule, encryptedOr(facts, bounced))
    case 'all-or-clear':
      if (without.length > 0) return plan(facts, rule, clear(facts.recipients, 'not_all_can_read'))
      return plan(facts, rule, encryptedOr(facts, bounced))
    case 'each-or-clear':
      return plan(
        facts,
        rule,
        encryptedOr(facts, ({ address }) => ({
          address,
          gets: 'clear',
          because: 'no_certificate',
        })),
      )
  }
}

function refusal(rule: Rule, without: readonly RecipientFacts[]): Refusal {
  const names = without.map(({ address }) => address)
  return { is: 'refuse', rule, because: 'no_certificate', without: names }
}

/** True when the address belongs to one of the domains. */
export function isLocal(address: string, domains: readonly string[]): boolean {
  return domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase())
}

/**
 * Mail that the hub writes itself (bounces, notifications) is for people who have to read it. It is
 * encrypted to those who have their key themselves. The keys of our own people are with the hub:
 * encrypted to them, a password reset could be read by nobody. To those it is signed only.
 *
 * Mail of foreign senders, handed over by a known mail server, came in clear through the world. It
 * is not signed, since we cannot speak for its author, and encrypted when everyone can read it. A
 * stranger is not told who has certificates here: nothing is refused or bounced for want of one. The
 * sender is foreign only when neither the envelope nor the From field claims a local address, and
 * only on the relay: what an authenticated sender submits is the organisation's own.
 */
function ruleFor(facts: Facts): Rule {
  if (facts.encryptionRequired) return { name: 'required', outcome: 'all-or-refuse' }
  if (facts.via === 'hub') {
    const canAnyRead = facts.recipients.some((each) => certificateOf(each, facts) !== undefined)
    return { name: 'hub', outcome: canAnyRead ? 'each-or-clear' : 'never' }
  }
  if (isForeign(facts)) {
    return { name: 'foreign', outcome: facts.outcome === 'never' ? 'never' : 'all-or-clear' }
  }
  return { name: 'organization', outcome: facts.outcome }
}

function isForeign({ via, envelopeFrom, authors, localDomains }: Facts): boolean {
  if (via !== 'relay' || authors.length === 0) return false
  return ![envelopeFrom, ...authors].some((address) => isLocal(address, localDomains))
}

/** RFC 8550 section 3 binds a signature to the author: one author, of ours, with a certificate. */
function signingFor(facts: Facts): Signing {
  switch (facts.protection) {
    case 'smime-signed':
    case 'pgp-signed':
      return { is: 'unsigned', because: 'signed_before' }
    case 'smime-encrypted':
    case 'pgp-encrypted':
      return { is: 'unsigned', because: 'encrypted_before' }
    case 'none':
  }
  const [author, ...others] = facts.authors
  if (author === undefined) return { is: 'unsigned', because: 'no_author' }
  if (others.length > 0) return { is: 'unsigned', because: 'several_authors' }
  if (!isLocal(author, facts.localDomains)) return { is: 'unsigned', because: 'foreign_author' }
  const signer = facts.signers.find(({ usable }) => usable)
  if (signer === undefined) return { is: 'unsigned', because: 'no_certificate' }
  return { is: 'signed', certificate: signer.certificate, author }
}

function plan(facts: Facts, rule: Rule, unplaced: readonly UnplacedRecipient[]): Decision {
  const blind = new Set(facts.recipients.filter(({ named }) => !named).map((each) => each.address))
  const { recipients, copies } = copiesFor(unplaced, (address) => blind.has(address))
  return {
    is: 'send',
    rule,
    signing: signingFor(facts),
    recipients,
    copies,
    twoStrengths: travelsAtTwoStrengths(recipients),
  }
}

function travelsAtTwoStrengths(recipients: readonly PlannedRecipient[]): boolean {
  const has = (gets: PlannedRecipient['gets']) => recipients.some((each) => each.gets === gets)
  return has('encrypted') && has('clear')
}

/** The certificate to encrypt to. Of mail that the hub writes, see `ruleFor`. */
function certificateOf(
  { candidates }: RecipientFacts,
  { via, encryptionRequired }: Facts,
): string | undefined {
  const isForReaders = via === 'hub' && !encryptionRequired
  const fits = ({ usable, keyIsElsewhere = false }: Candidate) =>
    usable && (keyIsElsewhere || !isForReaders)
  return candidates.find(fits)?.certificate
}

function encryptedOr(
  facts: Facts,
  otherwise: (recipient: RecipientFacts) => UnplacedRecipient,
): UnplacedRecipient[] {
  return facts.recipients.map((recipient) => {
    const certificate = certificateOf(recipient, facts)
    if (certificate === undefined) return otherwise(recipient)
    return { address: recipient.address, gets: 'encrypted', certificate }
  })
}

function bounced({ address }: RecipientFacts): UnplacedRecipient {
  return { address, gets: 'bounce', because: 'no_certificate' }
}

function clear(recipients: readonly RecipientFacts[], because: ClearReason): UnplacedRecipient[] {
  return recipients.map(({ address }) => ({ address, gets: 'clear', because }))
}

/** True when this outcome lets nobody have the message in clear. */
export function forbidsClear(outcome: EncryptionOutcome): boolean {
  return outcome === 'all-or-refuse' || outcome === 'each-or-bounce'
}

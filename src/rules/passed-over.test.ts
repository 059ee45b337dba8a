import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Candidate, Facts } from './facts.ts'
import { whyNotEncryptedTo, whyNotSignedWith } from './passed-over.ts'
import { decide } from './rules.ts'

const here: Candidate = { certificate: 'a', usable: true }
const elsewhere: Candidate = { certificate: 'b', usable: true, keyIsElsewhere: true }
const other: Candidate = { certificate: 'c', usable: true, because: 'newer_was_taken' }
const expired: Candidate = { certificate: 'd', usable: false, because: 'expired' }

const WORDS = join(import.meta.dirname, '../../web/locales')

/** The reasons for the candidates of the first recipient, or of the signer. */
function reasons(change: Partial<Facts>, of: 'recipient' | 'signer') {
  const facts: Facts = {
    via: 'submission',
    envelopeFrom: 'ada@example.org',
    authors: ['ada@example.org'],
    recipients: [{ address: 'ben@b.example', named: true, candidates: [elsewhere] }],
    localDomains: ['example.org'],
    signers: [here],
    outcome: 'all-or-clear',
    encryptionRequired: false,
    protection: 'none',
    ...change,
  }
  const decision = decide(facts)
  if (decision.is === 'refuse') throw new Error('it was to be sent')
  const { rule, signing, recipients } = decision
  const [planned] = recipients
  if (of === 'signer') return facts.signers.map((each) => whyNotSignedWith(each, signing))
  return facts.recipients[0]?.candidates.map((each) => {
    if (planned === undefined) throw new Error('it was for somebody')
    return whyNotEncryptedTo(each, { planned, rule })
  })
}

const toBen = (...candidates: Candidate[]) => [
  { address: 'ben@b.example', named: true, candidates },
]

test.for<[string, Partial<Facts>, (string | undefined)[]]>([
  [
    'that is taken needs no reason, and one that has one keeps it',
    { recipients: toBen(elsewhere, other, expired) },
    [undefined, undefined, undefined],
  ],
  ['is not used where the rule is to sign only', { outcome: 'never' }, ['encryption_off']],
  [
    'is not used when another recipient has none',
    { recipients: [...toBen(elsewhere), { address: 'x@b.example', named: true, candidates: [] }] },
    ['not_all_can_read'],
  ],
  ['is not used on what came encrypted', { protection: 'smime-encrypted' }, ['encrypted_before']],
  [
    'whose key is here is not used by the hub itself',
    { via: 'hub', recipients: toBen(here, elsewhere) },
    ['key_is_here', undefined],
  ],
  [
    'whose key is here is passed over by the hub also when there is no other',
    { via: 'hub', recipients: toBen(here, expired) },
    ['key_is_here', undefined],
  ],
])('M3: a certificate to encrypt to %s', ([, change, expected]) => {
  expect(reasons(change, 'recipient')).toEqual(expected)
})

test.for<[string, Partial<Facts>, string | undefined]>([
  ['that is taken needs no reason', {}, undefined],
  ['is not used on what came signed', { protection: 'smime-signed' }, 'signed_before'],
  ['is not used on what came encrypted', { protection: 'pgp-encrypted' }, 'encrypted_before'],
  ['is not used for an author of elsewhere', { authors: ['x@foreign.example'] }, 'foreign_author'],
  [
    'is not used for one of two authors',
    { authors: ['ada@example.org', 'x@y.example'] },
    'several_authors',
  ],
  ['is not used for nobody', { authors: [] }, 'no_author'],
])('M3: a certificate to sign with %s', ([, change, expected]) => {
  expect(reasons(change, 'signer')).toEqual([expected])
})

test.for(['en', 'fr', 'ko'])('M3: every reason has its sentence in %s', (language) => {
  const file = join(WORDS, language, 'message.json')
  const { candidate } = JSON.parse(readFileSync(file, 'utf8')) as { candidate: object }
  const codes = [
    ...['newer_was_taken', 'longer_was_taken', 'equal_was_taken', 'key_is_here', 'encryption_off'],
    ...['not_all_can_read', 'signed_before', 'encrypted_before', 'foreign_author'],
    ...['several_authors', 'no_author'],
  ]
  for (const code of codes) expect(candidate).toHaveProperty(code)
})

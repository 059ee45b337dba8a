import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Plan } from './decision.ts'
import { explainDecision } from './explain.ts'
import type { EncryptionOutcome } from '../db/tables/organization.ts'
import type { Facts, RecipientFacts } from './facts.ts'
import { decide } from './rules.ts'

const ADA = 'ada@example.org'

function recipient(address: string, has: 'certificate' | 'none' | 'expired'): RecipientFacts {
  const certificate = Buffer.from(address).toString('hex').padEnd(64, '0').slice(0, 64)
  if (has === 'none') return { address, named: true, candidates: [] }
  if (has === 'expired') {
    return {
      address,
      named: true,
      candidates: [{ certificate, usable: false, because: 'expired' }],
    }
  }
  return { address, named: true, candidates: [{ certificate, usable: true }] }
}

const withCertificate = recipient('ben@partner.example', 'certificate')
const alsoWithCertificate = recipient('bo@partner.example', 'certificate')
const without = recipient('carl@other.example', 'none')
const withExpired = recipient('dora@other.example', 'expired')

function facts(change: Partial<Facts>): Facts {
  return {
    via: 'submission',
    envelopeFrom: ADA,
    authors: [ADA],
    recipients: [withCertificate],
    localDomains: ['example.org'],
    signers: [{ certificate: 'a'.repeat(64), usable: true }],
    outcome: 'all-or-clear',
    encryptionRequired: false,
    protection: 'none',
    ...change,
  }
}

const gets = (given: Facts) => {
  const decision = decide(given)
  if (decision.is === 'refuse') return { refused: decision.without }
  return Object.fromEntries(decision.recipients.map((each) => [each.address, each.gets]))
}

test.for<{ outcome: EncryptionOutcome; some: object; all: string }>([
  { outcome: 'all-or-refuse', some: { refused: [without.address] }, all: 'encrypted' },
  {
    outcome: 'each-or-bounce',
    some: { [withCertificate.address]: 'encrypted', [without.address]: 'bounce' },
    all: 'encrypted',
  },
  {
    outcome: 'all-or-clear',
    some: { [withCertificate.address]: 'clear', [without.address]: 'clear' },
    all: 'encrypted',
  },
  {
    outcome: 'each-or-clear',
    some: { [withCertificate.address]: 'encrypted', [without.address]: 'clear' },
    all: 'encrypted',
  },
  {
    outcome: 'never',
    some: { [withCertificate.address]: 'clear', [without.address]: 'clear' },
    all: 'clear',
  },
])('$outcome: what recipients with and without a certificate get', ({ outcome, some, all }) => {
  expect(gets(facts({ outcome, recipients: [withCertificate, without] }))).toEqual(some)
  expect(gets(facts({ outcome, recipients: [withCertificate, alsoWithCertificate] }))).toEqual({
    [withCertificate.address]: all,
    [alsoWithCertificate.address]: all,
  })
})

test('a message that could not bounce is refused where it would have to', () => {
  const change = { outcome: 'each-or-bounce', envelopeFrom: '' } as const
  expect(gets(facts({ ...change, recipients: [withCertificate, without] }))).toEqual({
    refused: [without.address],
  })
  expect(gets(facts(change))).toEqual({ [withCertificate.address]: 'encrypted' })
})

test('M4: mail of the hub is encrypted to who has the key, and never to a key that is with the hub', () => {
  const [candidate] = withCertificate.candidates
  if (candidate === undefined) throw new Error('a certificate')
  const elsewhere = { ...candidate, keyIsElsewhere: true }
  const newer = { certificate: 'f'.repeat(64), usable: true }
  const reader = { ...withCertificate, candidates: [newer, elsewhere] }
  const both = { ...alsoWithCertificate, candidates: [newer] }
  for (const outcome of ['all-or-refuse', 'each-or-clear', 'never'] as const) {
    const decision = decide(facts({ via: 'hub', outcome, recipients: [reader, both, without] }))
    expect(decision).toMatchObject({
      is: 'send',
      rule: { name: 'hub', outcome: 'each-or-clear' },
      recipients: [
        { gets: 'encrypted', certificate: candidate.certificate },
        { gets: 'clear' },
        { gets: 'clear' },
      ],
    })
  }
})

test('a bounce is never encrypted when the key of its reader is with the hub', () => {
  for (const outcome of ['all-or-refuse', 'all-or-clear'] as const) {
    expect(gets(facts({ via: 'hub', outcome }))).toEqual({ [withCertificate.address]: 'clear' })
  }
})

test('a certificate that is not usable counts as none', () => {
  expect(gets(facts({ outcome: 'all-or-refuse', recipients: [withExpired] }))).toEqual({
    refused: [withExpired.address],
  })
})

test('content that travels at two strengths is flagged', () => {
  const recipients = [withCertificate, without]
  expect(decide(facts({ outcome: 'each-or-clear', recipients }))).toMatchObject({
    twoStrengths: true,
  })
  expect(decide(facts({ outcome: 'all-or-clear', recipients }))).toMatchObject({
    twoStrengths: false,
  })
})

test.for<EncryptionOutcome>(['never', 'all-or-clear', 'each-or-clear', 'each-or-bounce'])(
  'a message that requires encryption is refused under %s when someone has no certificate',
  (outcome) => {
    const recipients = [withCertificate, without]
    expect(gets(facts({ outcome, recipients, encryptionRequired: true }))).toEqual({
      refused: [without.address],
    })
  },
)

test('M26: each blind recipient has a copy of its own, the named ones share one', () => {
  const blind = [
    { ...alsoWithCertificate, named: false },
    { ...recipient('eve@partner.example', 'certificate'), named: false },
  ]
  const named = [withCertificate, recipient('cleo@partner.example', 'certificate')]
  const decision = decide(facts({ recipients: [...named, ...blind] })) as Plan
  expect(decision.copies.map((copy) => copy.recipients)).toEqual([
    named.map(({ address }) => address),
    ...blind.map(({ address }) => [address]),
  ])
  expect(decision.copies.every((copy) => copy.certificates.length === copy.recipients.length)).toBe(
    true,
  )
})

test.for([
  { name: 'one local author', change: {}, signing: 'signed' },
  { name: 'no author', change: { authors: [] }, signing: 'no_author' },
  { name: 'two authors', change: { authors: [ADA, ADA] }, signing: 'several_authors' },
  {
    name: 'an author of a domain that only ends like ours',
    change: { authors: ['eve@notexample.org'] },
    signing: 'foreign_author',
  },
  { name: 'an author without certificate', change: { signers: [] }, signing: 'no_certificate' },
  {
    name: 'a message that came signed',
    change: { protection: 'smime-signed' as const },
    signing: 'signed_before',
  },
])('signs as the author, or says why not: $name', ({ change, signing }) => {
  const decision = decide(facts(change)) as Plan
  expect(decision.signing.is === 'signed' ? 'signed' : decision.signing.because).toBe(signing)
})

test('a message that came encrypted passes under every outcome', () => {
  for (const protection of ['smime-encrypted', 'pgp-encrypted'] as const) {
    expect(gets(facts({ protection, outcome: 'all-or-refuse', recipients: [without] }))).toEqual({
      [without.address]: 'passed',
    })
  }
})

test('a message that came signed is still refused when it has to be encrypted and cannot be', () => {
  expect(
    gets(facts({ protection: 'smime-signed', outcome: 'all-or-refuse', recipients: [without] })),
  ).toEqual({ refused: [without.address] })
})

const stranger = { via: 'relay', envelopeFrom: 'eve@far.example', authors: ['eve@far.example'] }

test.for<{ name: string; change: Partial<Facts>; rule: string; outcome: EncryptionOutcome }>([
  {
    name: 'a stranger on the relay',
    change: stranger as Partial<Facts>,
    rule: 'foreign',
    outcome: 'all-or-clear',
  },
  {
    name: 'a stranger whose From claims to be local',
    change: { ...stranger, authors: [ADA] } as Partial<Facts>,
    rule: 'organization',
    outcome: 'all-or-refuse',
  },
  {
    name: 'a local sender whose From is foreign',
    change: { ...stranger, envelopeFrom: ADA } as Partial<Facts>,
    rule: 'organization',
    outcome: 'all-or-refuse',
  },
  {
    name: 'a foreign author on submission',
    change: { authors: ['eve@far.example'], envelopeFrom: 'eve@far.example' },
    rule: 'organization',
    outcome: 'all-or-refuse',
  },
  {
    name: 'a message without author on the relay',
    change: { ...stranger, authors: [] } as Partial<Facts>,
    rule: 'organization',
    outcome: 'all-or-refuse',
  },
])('the rule of $name is $rule', ({ change, rule, outcome }) => {
  expect(decide(facts({ outcome: 'all-or-refuse', ...change })).rule).toEqual({
    name: rule,
    outcome,
  })
})

const anyRecipient: fc.Arbitrary<RecipientFacts> = fc.record({
  address: fc.emailAddress(),
  named: fc.boolean(),
  candidates: fc.array(
    fc.record({
      certificate: fc.string({
        unit: fc.constantFrom(...'0123456789abcdef'),
        minLength: 64,
        maxLength: 64,
      }),
      usable: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
})

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  via: fc.constantFrom('submission', 'relay', 'api', 'hub'),
  envelopeFrom: fc.constantFrom('', ADA, 'eve@far.example'),
  authors: fc.array(fc.constantFrom(ADA, 'eve@far.example'), { maxLength: 2 }),
  recipients: fc.uniqueArray(anyRecipient, {
    minLength: 1,
    maxLength: 6,
    selector: ({ address }) => address,
  }),
  localDomains: fc.constantFrom([], ['example.org']),
  signers: fc.array(fc.record({ certificate: fc.constant('a'.repeat(64)), usable: fc.boolean() }), {
    maxLength: 2,
  }),
  outcome: fc.constantFrom(
    'all-or-refuse',
    'each-or-bounce',
    'all-or-clear',
    'each-or-clear',
    'never',
  ),
  encryptionRequired: fc.boolean(),
  protection: fc.constantFrom(
    'none',
    'smime-signed',
    'smime-encrypted',
    'pgp-signed',
    'pgp-encrypted',
  ),
})

test('promise 3: nothing that has to be encrypted is ever decided clear', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const strict =
        given.encryptionRequired ||
        ((given.via === 'submission' || given.via === 'api') &&
          ['all-or-refuse', 'each-or-bounce'].includes(given.outcome))
      const decision = decide(given)
      if (decision.is === 'refuse' || !strict) return
      expect(decision.recipients.map((each) => each.gets)).not.toContain('clear')
      expect(decision.copies.map((copy) => copy.strength)).not.toContain('clear')
    }),
    { seed: 20, numRuns: 2000 },
  )
})

test('every recipient is in exactly one copy of its own strength, or bounces', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const decision = decide(given)
      if (decision.is === 'refuse') return
      expect(decision.recipients.map((each) => each.address)).toEqual(
        given.recipients.map((each) => each.address),
      )
      for (const each of decision.recipients) {
        const copies = decision.copies.filter((copy) => copy.recipients.includes(each.address))
        expect(copies).toHaveLength(each.gets === 'bounce' ? 0 : 1)
        if (each.gets !== 'bounce') expect(copies[0]?.strength).toBe(each.gets)
      }
      for (const copy of decision.copies) {
        expect(copy.certificates).toHaveLength(
          copy.strength === 'encrypted' ? copy.recipients.length : 0,
        )
      }
    }),
    { seed: 21, numRuns: 1000 },
  )
})

test('promise 4: what was stored is decided again with the same result and reasons', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const stored = JSON.parse(JSON.stringify({ facts: given, decision: decide(given) })) as {
        facts: Facts
        decision: unknown
      }
      expect(JSON.parse(JSON.stringify(decide(stored.facts)))).toEqual(stored.decision)
    }),
    { seed: 22, numRuns: 500 },
  )
})

test('a decision is explained in sentences that name everyone', () => {
  expect(
    explainDecision(
      decide(facts({ outcome: 'each-or-clear', recipients: [withCertificate, without] })),
    ),
  ).toEqual([
    'organization: encrypt to each who can read it, sign only for the rest',
    `signed as ${ADA} with certificate aaaaaaaaaaaaaaaa…`,
    'ben@partner.example: encrypted to certificate 62656e4070617274…',
    'carl@other.example: in clear, no usable certificate',
    'attention: the same content travels encrypted and in clear',
  ])
  expect(
    explainDecision(decide(facts({ encryptionRequired: true, recipients: [without] }))),
  ).toEqual([
    'required: encrypt to everyone, or refuse the message',
    'refused: no usable certificate for carl@other.example',
  ])
})

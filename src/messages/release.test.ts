import { createPrivateKey } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import {
  CA_EXTENSIONS,
  folderOfTheseTests,
  type MadeCertificate,
  makeCertificate,
  personExtensions,
} from '../../test/support/test-pki.ts'
import { runOk } from '../../test/support/peers.ts'
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { systemClock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import { type LogFields, silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import type { CmsRecipient } from '../formats/cms/recipient.ts'
import { parseCertificate } from '../formats/x509/certificate.ts'
import { signerFor } from '../keys/signing.ts'
import type { Plan } from '../rules/decision.ts'
import type { EncryptionOutcome } from '../db/tables/organization.ts'
import type { Facts, Protection } from '../rules/facts.ts'
import { decide } from '../rules/rules.ts'
import { type Keyring, Releases } from './release.ts'

const folder = folderOfTheseTests()
const people: Record<string, MadeCertificate> = {}

beforeAll(() => {
  const ca = makeCertificate(folder, { name: 'ca', subject: '/CN=CA', extensions: CA_EXTENSIONS })
  for (const name of ['ada', 'ben', 'bo', 'eve']) {
    people[name] = makeCertificate(folder, {
      name,
      subject: `/CN=${name}`,
      extensions: personExtensions(`${name}@example.org`),
      issuer: ca,
    })
  }
})

const certificateOf = (name: string) => {
  const made = people[name]
  if (made === undefined) throw new Error(`nobody is called ${name}`)
  return parseCertificate(made.der)
}

const everyone = () =>
  Object.keys(people).map((name) => ({ name, certificate: certificateOf(name) }))

const find = (fingerprint: string) => {
  const found = everyone().find(({ certificate }) => certificate.fingerprint === fingerprint)
  if (found === undefined) throw new HubError('message.not_found', 'no such certificate')
  return found
}

const keyring: Keyring = {
  signer(fingerprint) {
    const { name, certificate } = find(fingerprint)
    return Promise.resolve(signerFor(createPrivateKey(people[name]?.keyPem ?? ''), { certificate }))
  },
  recipient: (fingerprint) => Promise.resolve({ certificate: find(fingerprint).certificate }),
}

const text =
  'From: ada@example.org\r\nTo: ben@example.org\r\nSubject: plans\r\n\r\nmeet me at noon\r\n'

function planFor(
  to: readonly { name: string; blind?: boolean; without?: boolean }[],
  change: { outcome?: EncryptionOutcome; protection?: Protection } = {},
): Plan {
  const facts: Facts = {
    via: 'submission',
    envelopeFrom: 'ada@example.org',
    authors: ['ada@example.org'],
    recipients: to.map(({ name, blind, without }) => ({
      address: `${name}@example.org`,
      named: blind !== true,
      candidates:
        without === true ? [] : [{ certificate: certificateOf(name).fingerprint, usable: true }],
    })),
    localDomains: ['example.org'],
    signers: [{ certificate: certificateOf('ada').fingerprint, usable: true }],
    outcome: change.outcome ?? 'all-or-clear',
    encryptionRequired: false,
    protection: change.protection ?? 'none',
  }
  const decision = decide(facts)
  if (decision.is === 'refuse') throw new Error('refused')
  return decision
}

async function release(plan: Plan, { ring = keyring, content = text } = {}) {
  const alarms: LogFields[] = []
  const releases = new Releases({
    db: undefined as never,
    clock: systemClock,
    log: { ...silentLog, error: (_event, fields) => alarms.push(fields ?? {}) },
    master: generateSealingKey(),
    keyring: ring,
  })
  const message = {
    id: 'm',
    acceptedAt: new Date(),
    envelopeFrom: 'ada@example.org',
    smtpUtf8: false,
    plan,
    content: encodeUtf8(content),
  }
  const result = await releases.release(message, new Set(plan.copies.keys()))
  return { result, alarms }
}

function decryptAs(name: string, message: Uint8Array): string {
  const path = people[name]?.path ?? ''
  const keys = ['-inkey', `${path}.key`, '-recip', `${path}.crt`]
  return runOk(['openssl', 'cms', '-decrypt', ...keys], { input: message }).toString()
}

test('M12: a message for one who can read it leaves signed and encrypted', async () => {
  const { result } = await release(planFor([{ name: 'ben' }]))
  if (result.is !== 'released') throw new Error(result.because)
  const content = result.copies.get(0)?.content ?? new Uint8Array()
  expect(decodeUtf8(content)).not.toContain('noon')
  const inner = decryptAs('ben', content)
  const verified = runOk(
    ['openssl', 'cms', '-verify', '-CAfile', `${folder}/ca.crt`, '-purpose', 'smimesign'],
    { input: inner },
  )
  expect(verified.toString()).toMatch(/\r\n\r\nmeet me at noon\r\n$/)
  expect(result.events).toMatchObject([
    {
      step: 'protected',
      detail: {
        strength: 'encrypted',
        readBack: 'agrees',
        signature: { digest: 'sha256', algorithm: 'rsa' },
        envelope: {
          is: 'auth-enveloped-data',
          recipients: [{ kind: 'rsa-pkcs1', count: 1 }],
        },
      },
    },
  ])
})

test('M26: the copy of a blind recipient opens for nobody else, nor theirs for the blind one', async () => {
  const { result } = await release(planFor([{ name: 'ben' }, { name: 'bo', blind: true }]))
  if (result.is !== 'released') throw new Error(result.because)
  const [named, blind] = [result.copies.get(0)?.content, result.copies.get(1)?.content]
  if (named === undefined || blind === undefined) throw new Error('two copies')
  expect(decryptAs('ben', named)).toContain('noon')
  expect(decryptAs('bo', blind)).toContain('noon')
  expect(() => decryptAs('bo', named)).toThrow()
  expect(() => decryptAs('ben', blind)).toThrow()
})

test.for<{ name: string; ring: () => Partial<Keyring>; because: string }>([
  {
    name: 'is encrypted to another certificate than was decided',
    ring: () => ({ recipient: () => Promise.resolve({ certificate: certificateOf('eve') }) }),
    because: 'other_certificate',
  },
  {
    name: 'is signed with another certificate than was decided',
    ring: () => ({ signer: () => keyring.signer(certificateOf('eve').fingerprint) }),
    because: 'other_certificate',
  },
  {
    name: 'has a signature that is not valid',
    ring: () => ({
      signer: async (fingerprint) => {
        const signer = await keyring.signer(fingerprint)
        return { ...signer, sign: () => new Uint8Array(256).fill(7) }
      },
    }),
    because: 'signature',
  },
])('M26: a message that $name is held, with an alarm', async ({ ring, because }) => {
  const { result, alarms } = await release(planFor([{ name: 'ben' }]), {
    ring: { ...keyring, ...ring() },
  })
  expect(result).toMatchObject({ is: 'held', events: [{ step: 'held', detail: { alarm: true } }] })
  expect(alarms).toMatchObject([{ messageId: 'm', because }])
})

test('promise 3: a plan that sends clear what its rule forbids to is held', async () => {
  const plan = planFor([{ name: 'ben', without: true }])
  const broken: Plan = { ...plan, rule: { name: 'organization', outcome: 'all-or-refuse' } }
  const { result, alarms } = await release(broken)
  expect(result.is).toBe('held')
  expect(alarms).toMatchObject([{ because: 'rule_forbids_clear' }])
})

test('a key that is gone is an error, and nothing is released', async () => {
  const ring: Keyring = {
    ...keyring,
    signer: () => Promise.reject(new HubError('message.not_found', 'gone')),
  }
  await expect(release(planFor([{ name: 'ben' }]), { ring })).rejects.toThrow('gone')
})

test.for<{ protection: Protection; strength: string }>([
  { protection: 'smime-encrypted', strength: 'passed' },
  { protection: 'pgp-encrypted', strength: 'passed' },
  { protection: 'smime-signed', strength: 'clear' },
  { protection: 'pgp-signed', strength: 'clear' },
])('a message that came $protection passes byte for byte', async ({ protection, strength }) => {
  const content = 'From: ada@example.org\nX: \xe9 8-bit\r\n\r\nwhatever \xff it says'
  const plan = planFor([{ name: 'ben', without: true }], { protection })
  const { result } = await release(plan, { content })
  if (result.is !== 'released') throw new Error(result.because)
  expect(result.copies.get(0)).toEqual({ strength, content: encodeUtf8(content) })
})

test('a message that came signed is encrypted around its signature, byte for byte', async () => {
  const signed =
    'From: ada@example.org\r\nTo: ben@example.org\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b\r\n\r\n' +
    '--b\r\nContent-Type: text/plain\r\n\r\n8-bit \u00e9 stays  \r\n--b\r\n\r\nsignature\r\n--b--\r\n'
  const { result } = await release(planFor([{ name: 'ben' }], { protection: 'smime-signed' }), {
    content: signed,
  })
  if (result.is !== 'released') throw new Error(result.because)
  const inner = decryptAs('ben', result.copies.get(0)?.content ?? new Uint8Array())
  expect(inner).toBe(signed.slice(signed.indexOf('Content-Type: multipart')))
})

test('recipients share what is not encrypted', async () => {
  const recipients: CmsRecipient[] = []
  const plan = planFor([
    { name: 'ben', without: true },
    { name: 'bo', blind: true },
  ])
  const { result } = await release(plan, {
    ring: {
      ...keyring,
      recipient: (fingerprint) => {
        const found = { certificate: find(fingerprint).certificate }
        recipients.push(found)
        return Promise.resolve(found)
      },
    },
  })
  if (result.is !== 'released') throw new Error(result.because)
  expect(result.copies.get(0)?.content).toBe(result.copies.get(1)?.content)
  expect(decodeUtf8(result.copies.get(0)?.content ?? new Uint8Array())).toContain('noon')
  expect(recipients).toEqual([])
})

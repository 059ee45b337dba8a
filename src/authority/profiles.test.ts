import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { issue } from '../../test/support/issued.ts'
import { buildCertificate } from '../formats/x509/build.ts'
import { parseCertificate } from '../formats/x509/certificate.ts'
import { EXTENSION } from '../formats/x509/oids.ts'
import { personProfile, rootProfile } from './profiles.ts'

const { privateKey, publicKey: keyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKey = keyObject.export({ format: 'der', type: 'spki' })
const at = new Date('2026-11-21T12:00:00Z')
const signer = {
  signature: 'ecdsa-sha256',
  sign: (tbs: Uint8Array) => sign('sha256', tbs, privateKey),
} as const

async function person(address: string, more: { crlUrl?: string; at?: Date } = {}) {
  const { certificate: issuer } = await issue({ name: 'CA' })
  const template = personProfile({ address, use: 'encryption', publicKey, issuer, at, ...more })
  return parseCertificate(await buildCertificate(template, signer))
}

const long = (characters: number) => `${'a'.repeat(characters - '@example.com'.length)}@example.com`

test.for([
  { name: '64 characters', address: long(64), subject: `CN=${long(64)}`, critical: false },
  {
    name: '65 characters',
    address: long(65),
    subject: `emailAddress=${long(65)}`,
    critical: false,
  },
  {
    name: 'letters beyond ASCII',
    address: 'ädä@example.com',
    subject: 'CN=ädä@example.com',
    critical: false,
  },
  { name: 'many letters beyond ASCII', address: `ä${long(64)}`, subject: '', critical: true },
])(
  'B-05, B-06: an address of $name is in the subject, or the subject is empty',
  async ({ address, subject, critical }) => {
    const certificate = await person(address)
    expect(certificate.subject.text).toBe(subject)
    expect(certificate.emailAddresses).toEqual([address])
    const names = certificate.extensions.find(({ oid }) => oid === EXTENSION.subjectAltName)
    expect(names?.critical).toBe(critical)
  },
)

test('B-08: a key on a curve agrees on keys', async () => {
  expect((await person('ada@example.com')).keyUsage).toEqual(new Set(['keyAgreement']))
})

test('B-09: the place of the revocation list is named where there is one', async () => {
  const url = 'http://pki.example.com/issuing.crl'
  const places = (await person('a@example.com', { crlUrl: url })).extensions.find(
    ({ oid }) => oid === EXTENSION.crlDistributionPoints,
  )
  expect(Buffer.from(places?.value ?? []).toString('latin1')).toContain(url)
})

test('nobody’s certificate outlives its authority', async () => {
  const certificate = await person('a@example.com', { at: new Date('2029-06-01T00:00:00Z') })
  expect(certificate.notAfter).toEqual(new Date('2030-01-01T00:00:00Z'))
})

test('a long name of an organisation is cut to what a certificate may hold', () => {
  const { subject } = rootProfile({ organization: '組'.repeat(200), publicKey, at })
  expect(subject.text).toBe(`CN=${'組'.repeat(56)} Root CA,O=${'組'.repeat(64)}`)
})

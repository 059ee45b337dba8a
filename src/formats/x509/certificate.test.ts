import { X509Certificate } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { needCorpus } from '../../../test/support/peers.ts'
import {
  type MadeCertificate,
  folderOfTheseTests,
  makeCertificate,
} from '../../../test/support/test-pki.ts'
import { HubError } from '../../base/errors.ts'
import { toHex } from '../../base/bytes.ts'
import { integer, sequence } from '../asn1/writer.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { readCertificates } from './containers.ts'
import { PURPOSE } from './oids.ts'
import { keyIdentifierOf } from './public-key.ts'
import { checkSignature } from './signature.ts'

const folder = folderOfTheseTests()
let made: MadeCertificate
let ada: Certificate

beforeAll(() => {
  made = makeCertificate(folder, {
    name: 'ada',
    subject: '/C=GB/O=Example, Ltd/CN=Ada Lovelace/emailAddress=old@example.com',
    extensions: [
      'subjectAltName=critical,email:ada@example.com,email:lovelace@example.com,DNS:example.com,URI:https://example.com/,IP:192.0.2.1,otherName:1.3.6.1.5.5.7.8.9;UTF8:eight@example.com',
      'keyUsage=critical,digitalSignature,keyEncipherment,decipherOnly',
      'extendedKeyUsage=emailProtection,clientAuth',
      'basicConstraints=critical,CA:TRUE,pathlen:3',
      'subjectKeyIdentifier=hash',
      'authorityKeyIdentifier=keyid:always',
      '1.2.3.4=critical,DER:0500',
    ],
  })
  ada = parseCertificate(made.der)
})

test('says what openssl put in', () => {
  const peer = new X509Certificate(made.der)
  expect(ada.version).toBe(3)
  expect(ada.serialHex).toBe(peer.serialNumber.toLowerCase())
  expect(ada.fingerprint).toBe(peer.fingerprint256.replaceAll(':', '').toLowerCase())
  expect(ada.notBefore).toEqual(peer.validFromDate)
  expect(ada.notAfter).toEqual(peer.validToDate)
  expect(ada.subject.text).toBe(
    String.raw`emailAddress=old@example.com,CN=Ada Lovelace,O=Example\, Ltd,C=GB`,
  )
  expect(ada.emailAddresses).toEqual([
    'ada@example.com',
    'lovelace@example.com',
    'eight@example.com',
  ])
  expect(ada.keyUsage).toEqual(new Set(['digitalSignature', 'keyEncipherment', 'decipherOnly']))
  expect(ada.extendedKeyUsage).toEqual([PURPOSE.emailProtection, PURPOSE.clientAuth])
  expect(ada.basicConstraints).toEqual({ isCa: true, pathLength: 3 })
  expect(ada.extensions.filter(({ critical }) => critical).map(({ oid }) => oid)).toEqual([
    '2.5.29.17',
    '2.5.29.15',
    '2.5.29.19',
    '1.2.3.4',
  ])
  expect(toHex(ada.subjectKeyId ?? new Uint8Array())).toBe(toHex(keyIdentifierOf(ada.publicKey)))
  expect(ada.authorityKeyId).toEqual(ada.subjectKeyId)
})

test('H-11: the address of the subject counts only when there is no other', () => {
  const { der } = makeCertificate(folder, {
    name: 'old',
    subject: '/CN=Old/emailAddress=old@example.com',
    key: 'p256',
    extensions: ['subjectAltName=DNS:example.com'],
  })
  expect(parseCertificate(der).emailAddresses).toEqual(['old@example.com'])
})

test.for([
  { key: 'rsa2048', kind: 'rsa', bits: 2048, curve: undefined },
  { key: 'rsaPss2048', kind: 'rsa-pss', bits: 2048, curve: undefined },
  { key: 'p256', kind: 'ec', bits: 256, curve: 'P-256' },
  { key: 'p384', kind: 'ec', bits: 384, curve: 'P-384' },
  { key: 'p521', kind: 'ec', bits: 521, curve: 'P-521' },
  { key: 'ed25519', kind: 'ed25519', bits: 256, curve: undefined },
] as const)('knows a $key key, and verifies what it signed', ({ key, kind, bits, curve }) => {
  const { der } = makeCertificate(folder, { name: key, subject: '/CN=X', key })
  const certificate = parseCertificate(der)
  const { publicKey } = certificate
  expect(publicKey).toMatchObject({ kind, bits })
  expect(publicKey.curve).toBe(curve)
  expect(publicKey.keyObject).toBe(publicKey.keyObject)
  expect(checkSignature(certificate, publicKey)).toBe('valid')
  const changed = Uint8Array.from(certificate.tbs)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  expect(checkSignature({ ...certificate, tbs: changed }, publicKey)).toBe('invalid')
})

test('P-10: a SHA-1 signature is weak, and verifies only when weak ones are let through', () => {
  const recipe = { name: 'sha1', subject: '/CN=X', options: ['-sha1'] }
  const certificate = parseCertificate(makeCertificate(folder, recipe).der)
  expect(checkSignature(certificate, certificate.publicKey)).toBe('weak_algorithm')
  const allowed = checkSignature(certificate, certificate.publicKey, { allowWeakDigests: true })
  expect(allowed).toBe('valid')
})

test('P-08: something after the certificate is refused', () => {
  expect(() => parseCertificate(Buffer.concat([made.der, Buffer.of(0)]))).toThrow(HubError)
})

test('P-08: a serial number of 20 octets is read, one of 21 is refused', () => {
  const withSerial = (octets: number) => {
    const serial = ada.serial
    const at = Buffer.from(ada.tbs).indexOf(Buffer.from(serial)) - 2
    const before = Buffer.from(ada.tbs).subarray(4, at)
    const after = Buffer.from(ada.tbs).subarray(at + 2 + serial.byteLength)
    const tbs = sequence(before, integer(new Uint8Array(octets).fill(1)), after)
    const rest = Buffer.from(made.der).subarray(4 + ada.tbs.byteLength)
    return sequence(tbs, rest)
  }
  expect(parseCertificate(withSerial(20)).serial.byteLength).toBe(20)
  expect(() => parseCertificate(withSerial(21))).toThrow('20 octets')
})

test('P-08: what is signed must name the signature algorithm of the outside', () => {
  const changed = Buffer.from(made.der)
  // The last octet of the outer identifier: sha256WithRSAEncryption becomes sha384WithRSA….
  const at = changed.lastIndexOf(Buffer.from('2a864886f70d01010b', 'hex')) + 8
  changed[at] = 0x0c
  expect(() => parseCertificate(changed)).toThrow('two signature algorithms')
})

test('every prefix is refused with a named error', () => {
  for (let length = 0; length < made.der.byteLength; length += 1) {
    expect(() => parseCertificate(made.der.subarray(0, length))).toThrow(
      expect.objectContaining({ code: 'certificate.malformed' }),
    )
  }
})

test('a certificate with any bit changed is read or refused with a named error', () => {
  for (let bit = 0; bit < made.der.byteLength * 8; bit += 1) {
    const changed = Uint8Array.from(made.der)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7))
    readsOrRefuses(changed)
  }
})

test('bytes of any kind are read or refused with a named error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readsOrRefuses(bytes)
      readsOrRefuses(sequence(sequence(bytes), bytes))
    }),
    { seed: 11, numRuns: 500 },
  )
})

test('P-05: all certificates of PKITS are read', (context) => {
  const pkits = join(needCorpus(context, 'pkits'), 'certs')
  const files = readdirSync(pkits)
  expect(files.length).toBeGreaterThan(400)
  for (const file of files) {
    expect(parseCertificate(readFileSync(join(pkits, file))).subject.text).toMatch(/^(CN|O)=|^$|,/)
  }
})

test('all certificates of RFC 9216 are read, and their signatures verify', (context) => {
  const corpus = needCorpus(context, 'rfc9216')
  const read = (file: string) => {
    const [certificate] = readCertificates(readFileSync(join(corpus, file)))
    if (certificate === undefined) throw new Error(`${file} holds none`)
    return certificate
  }
  const rsa = read('ca.rsa.crt')
  const edwards = read('ca.25519.crt')
  for (const person of ['alice', 'bob', 'carlos', 'dana']) {
    for (const use of ['sign', 'encrypt']) {
      const certificate = read(`${person}.${use}.crt`)
      expect(certificate.emailAddresses).toEqual([`${person}@smime.example`])
      const issuer = certificate.issuer.equals(rsa.subject) ? rsa : edwards
      expect(checkSignature(certificate, issuer.publicKey)).toBe('valid')
    }
  }
  expect(read('carlos.encrypt.crt').publicKey.kind).toBe('x25519')
})

function readsOrRefuses(bytes: Uint8Array): void {
  try {
    const certificate = parseCertificate(bytes)
    void certificate.subject.text
    void certificate.issuer.comparable
  } catch (error) {
    expect(error).toBeInstanceOf(HubError)
    expect(error).toMatchObject({ code: 'certificate.malformed' })
  }
}

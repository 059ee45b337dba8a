/** CMS exchanged with OpenSSL's `cms` command, in both directions. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { ContentCipher } from '../../src/formats/cms/content-ciphers.ts'
import { decryptContent, decrypterFor } from '../../src/formats/cms/decrypt.ts'
import { encryptContent } from '../../src/formats/cms/encrypt.ts'
import { parseEnvelopedData } from '../../src/formats/cms/enveloped-data.ts'
import type { CmsRecipient } from '../../src/formats/cms/recipient.ts'
import { signDetached, signEnclosed } from '../../src/formats/cms/sign.ts'
import { type SignatureScheme, signNow } from '../../src/formats/cms/signature-schemes.ts'
import { parseSignedData } from '../../src/formats/cms/signed-data.ts'
import { CmsStreamReader } from '../../src/formats/cms/stream-reader.ts'
import { writeEnvelopedData, writeSignedData } from '../../src/formats/cms/stream-writer.ts'
import { digestsOf, verifySigner } from '../../src/formats/cms/verify.ts'
import { parseCertificate } from '../../src/formats/x509/certificate.ts'
import { type Identity, type TestKey, makeCa, makeIdentity } from '../support/identities.ts'
import { needPrograms, runOk, temporaryFolder } from '../support/peers.ts'

beforeEach((context) => needPrograms(context, 'openssl'))

const at = new Date('2026-03-04T05:06:07Z')
const ca = makeCa()
const content = Buffer.from(
  `Content-Type: text/plain\r\n\r\n${'the board meets on Friday\r\n'.repeat(1000)}`,
)

const identities = new Map<TestKey, Identity>()

function identityOf(key: TestKey): Identity {
  const address = 'ada@example.com'
  const identity = identities.get(key) ?? makeIdentity({ key, address, issuer: ca })
  identities.set(key, identity)
  return identity
}

/** A folder with the key, the certificate, the CA and the content as files for the command. */
function given({ certificatePem, keyPem }: Identity): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'key.pem'), keyPem)
  writeFileSync(join(folder, 'cert.pem'), certificatePem)
  writeFileSync(join(folder, 'ca.pem'), ca.certificatePem)
  writeFileSync(join(folder, 'content'), content)
  return folder
}

const cms = (folder: string, ...args: readonly string[]) =>
  runOk(['openssl', 'cms', '-binary', ...args], { cwd: folder })

/** What the incremental reader gives as content, when the message comes in pieces. */
function contentInPieces(bytes: Uint8Array): Buffer {
  const chunks: Buffer[] = []
  const reader = new CmsStreamReader({
    header: () => undefined,
    content: (chunk) => void chunks.push(Buffer.from(chunk)),
    trailer: () => undefined,
  })
  for (let from = 0; from < bytes.byteLength; from += 1000) {
    reader.push(bytes.subarray(from, from + 1000))
  }
  reader.finish()
  return Buffer.concat(chunks)
}

const SIGNATURES: readonly { key: TestKey; scheme: SignatureScheme; options: readonly string[] }[] =
  [
    { key: 'rsa-2048', scheme: 'rsa-sha256', options: ['-md', 'sha256'] },
    {
      key: 'rsa-2048',
      scheme: 'rsa-pss-sha256',
      options: ['-md', 'sha256', '-keyopt', 'rsa_padding_mode:pss'],
    },
    {
      key: 'rsa-2048',
      scheme: 'rsa-pss-sha512',
      options: [
        '-md',
        'sha512',
        '-keyopt',
        'rsa_padding_mode:pss',
        '-keyopt',
        'rsa_pss_saltlen:32',
      ],
    },
    { key: 'p-256', scheme: 'ecdsa-sha256', options: ['-md', 'sha256'] },
    { key: 'p-384', scheme: 'ecdsa-sha384', options: ['-md', 'sha384'] },
    { key: 'p-521', scheme: 'ecdsa-sha512', options: ['-md', 'sha512'] },
  ]

const PLACES = ['detached', 'enclosed'] as const

const SIGNED = SIGNATURES.flatMap((each) => PLACES.map((place) => ({ ...each, place })))

test.for(SIGNED)('OpenSSL verifies $scheme, $place', async ({ key, scheme, place }) => {
  const identity = identityOf(key)
  const signer = {
    certificate: identity.certificate,
    chain: [ca.certificate],
    scheme,
    sign: (bytes: Uint8Array) => signNow(identity.privateKey, scheme, bytes),
  }
  const folder = given(identity)
  const make = place === 'detached' ? signDetached : signEnclosed
  writeFileSync(join(folder, 'signed.der'), await make(content, signer, { at }))
  const beside = place === 'detached' ? ['-content', 'content'] : []
  const options = ['-verify', '-inform', 'DER', '-in', 'signed.der', '-CAfile', 'ca.pem', ...beside]
  expect(cms(folder, ...options)).toEqual(content)
})

test('OpenSSL verifies what was signed in pieces', async () => {
  const identity = identityOf('p-256')
  const written: Buffer[] = []
  const signer = {
    certificate: identity.certificate,
    chain: [],
    scheme: 'ecdsa-sha256',
    sign: (bytes: Uint8Array) => signNow(identity.privateKey, 'ecdsa-sha256', bytes),
  } as const
  const writer = writeSignedData(signer, { at }, (bytes) => void written.push(Buffer.from(bytes)))
  for (let from = 0; from < content.byteLength; from += 10_000) {
    writer.update(content.subarray(from, from + 10_000))
  }
  await writer.finish()
  const folder = given(identity)
  writeFileSync(join(folder, 'signed.der'), Buffer.concat(written))
  const options = ['-verify', '-inform', 'DER', '-in', 'signed.der', '-CAfile', 'ca.pem']
  expect(cms(folder, ...options)).toEqual(content)
})

const STREAMS = ['', '-stream'] as const

/** OpenSSL 3.0 cannot stream PSS, nor DER without its content. */
const canStream = ({ scheme, place }: { scheme: SignatureScheme; place: string }) =>
  place === 'enclosed' && !scheme.startsWith('rsa-pss')

const SIGNED_THERE = SIGNED.flatMap((each) =>
  ['', '-stream', '-noattr', '-keyid']
    .filter((option) => option !== '-stream' || canStream(each))
    .map((option) => ({ ...each, option })),
)

test.for(SIGNED_THERE)(
  'a signature of OpenSSL is valid: $scheme, $place $option',
  ({ key, options, place, option }) => {
    const identity = identityOf(key)
    const args = ['-sign', '-signer', 'cert.pem', '-inkey', 'key.pem', '-in', 'content', ...options]
    if (place === 'enclosed') args.push('-nodetach')
    if (option !== '') args.push(option)
    const bytes = cms(given(identity), ...args, '-outform', 'DER')
    const signed = parseSignedData(bytes)
    expect(contentInPieces(bytes)).toEqual(place === 'enclosed' ? content : Buffer.alloc(0))
    if (place === 'enclosed') expect(signed.content).toEqual(content)
    else expect(signed.content).toBeUndefined()
    const [info] = signed.signerInfos
    if (info === undefined) throw new Error('no signature')
    const result = verifySigner(info, {
      contentType: signed.contentType,
      content,
      digest: digestsOf(content),
      certificates: signed.certificates.map(parseCertificate),
    })
    expect(result).toMatchObject({ is: 'valid' })
  },
)

const RECIPIENTS: readonly {
  name: string
  key: TestKey
  how: Omit<CmsRecipient, 'certificate'>
  options: readonly string[]
}[] = [
  { name: 'RSA PKCS#1 v1.5', key: 'rsa-2048', how: {}, options: [] },
  {
    name: 'RSA-OAEP with SHA-256',
    key: 'rsa-2048',
    how: { rsaPadding: 'oaep-sha256' },
    options: ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
  },
  {
    name: 'RSA-OAEP by key identifier',
    key: 'rsa-2048',
    how: { rsaPadding: 'oaep-sha256', identifiedBy: 'subject-key-id' },
    options: ['-keyopt', 'rsa_padding_mode:oaep'],
  },
  {
    name: 'RSA-OAEP with another digest for MGF1, and a label',
    key: 'rsa-2048',
    how: { rsaPadding: 'oaep-sha256' },
    options: [
      ...['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
      ...['-keyopt', 'rsa_mgf1_md:sha1', '-keyopt', 'rsa_oaep_label:00c0ffee'],
    ],
  },
  { name: 'ECDH P-256', key: 'p-256', how: {}, options: [] },
  {
    name: 'ECDH P-256 by key identifier',
    key: 'p-256',
    how: { identifiedBy: 'subject-key-id' },
    options: ['-keyid', '-keyopt', 'ecdh_kdf_md:sha256'],
  },
  { name: 'ECDH P-384', key: 'p-384', how: {}, options: ['-keyopt', 'ecdh_kdf_md:sha384'] },
  { name: 'ECDH P-521', key: 'p-521', how: {}, options: ['-keyopt', 'ecdh_kdf_md:sha512'] },
]

const CIPHERS: readonly ContentCipher[] = [
  'aes-128-cbc',
  'aes-192-cbc',
  'aes-256-cbc',
  'aes-128-gcm',
  'aes-256-gcm',
]

const ENCRYPTED = RECIPIENTS.flatMap((each) => CIPHERS.map((cipher) => ({ ...each, cipher })))

test.for(ENCRYPTED)('OpenSSL decrypts $cipher for $name', ({ key, how, cipher }) => {
  const identity = identityOf(key)
  const folder = given(identity)
  const recipients = [
    { certificate: identityOf('p-384').certificate },
    { certificate: identity.certificate, ...how },
  ]
  writeFileSync(join(folder, 'sealed.der'), encryptContent(content, recipients, { cipher }).bytes)
  const who = ['-recip', 'cert.pem', '-inkey', 'key.pem']
  expect(cms(folder, '-decrypt', '-inform', 'DER', '-in', 'sealed.der', ...who)).toEqual(content)
})

test.for(
  CIPHERS.flatMap((cipher) => [
    { cipher, lengths: 'indefinite' },
    { cipher, lengths: 'definite' },
  ]),
)('OpenSSL decrypts $cipher written in pieces of $lengths length', ({ cipher, lengths }) => {
  const identity = identityOf('rsa-2048')
  const written: Buffer[] = []
  const recipients = [{ certificate: identity.certificate }]
  const size = lengths === 'definite' ? { contentBytes: content.byteLength } : {}
  const writer = writeEnvelopedData(recipients, { cipher, ...size }, (bytes) => {
    written.push(Buffer.from(bytes))
  })
  for (let from = 0; from < content.byteLength; from += 10_000) {
    writer.update(content.subarray(from, from + 10_000))
  }
  writer.finish()
  const folder = given(identity)
  writeFileSync(join(folder, 'sealed.der'), Buffer.concat(written))
  const who = ['-recip', 'cert.pem', '-inkey', 'key.pem']
  expect(cms(folder, '-decrypt', '-inform', 'DER', '-in', 'sealed.der', ...who)).toEqual(content)
})

const ENCRYPTED_THERE = ENCRYPTED.flatMap((each) => STREAMS.map((stream) => ({ ...each, stream })))

test.for(ENCRYPTED_THERE)(
  'what OpenSSL encrypts is decrypted: $cipher for $name $stream',
  ({ key, options, cipher, stream }) => {
    const identity = identityOf(key)
    const args = ['-encrypt', `-${cipher}`, '-recip', 'cert.pem', ...options, '-in', 'content']
    if (stream !== '') args.push(stream)
    const bytes = cms(given(identity), ...args, '-outform', 'DER')
    const decrypter = decrypterFor(identity.certificate, identity.privateKey)
    const data = parseEnvelopedData(bytes)
    expect(decryptContent(data, decrypter)).toEqual(content)
    expect(contentInPieces(bytes)).toEqual(data.encryptedContent)
  },
)

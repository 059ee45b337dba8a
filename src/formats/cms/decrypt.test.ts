import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeIdentity } from '../../../test/support/identities.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import * as der from '../asn1/writer.ts'
import { CONTENT_CIPHERS, type ContentCipher } from './content-ciphers.ts'
import { type CmsDecrypter, decryptContent, decrypterFor } from './decrypt.ts'
import { encryptContent } from './encrypt.ts'
import { type EnvelopedData, parseEnvelopedData } from './enveloped-data.ts'
import { CONTENT_TYPE } from './oids.ts'
import type { EncryptedKey, RecipientInfo } from './recipient-info.ts'
import { CmsStreamReader } from './stream-reader.ts'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nthe board meets on Friday at noon\r\n')
const rsa = makeIdentity({ key: 'rsa-2048', address: 'ada@example.com' })
const ec = makeIdentity({ key: 'p-256', address: 'ada@example.com' })
const forRsa = decrypterFor(rsa.certificate, rsa.privateKey)
const forEc = decrypterFor(ec.certificate, ec.privateKey)

/** A message to both, as parsed. */
function given(cipher: ContentCipher = 'aes-256-gcm', rsaPadding?: 'oaep-sha256'): EnvelopedData {
  const recipients = [
    { certificate: rsa.certificate, ...(rsaPadding === undefined ? {} : { rsaPadding }) },
    { certificate: ec.certificate },
  ]
  return parseEnvelopedData(encryptContent(content, recipients, { cipher }).bytes)
}

/** The bytes with one bit of the last octet changed. */
function changed(bytes: Uint8Array | undefined): Uint8Array {
  const copy = Uint8Array.from(bytes ?? [])
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1
  return copy
}

/** The message with its encrypted keys replaced. */
function withKeys(
  data: EnvelopedData,
  change: (key: { encryptedKey: Uint8Array }) => Uint8Array,
): EnvelopedData {
  const recipientInfos = data.recipientInfos.map((info): RecipientInfo => {
    if (info.kind === 'key-transport') return { ...info, encryptedKey: change(info) }
    if (info.kind !== 'key-agreement') return info
    const recipients = info.recipients.map((each) => ({ ...each, encryptedKey: change(each) }))
    return { ...info, recipients }
  })
  return { ...data, recipientInfos }
}

function withEphemeral(data: EnvelopedData, bits: Uint8Array): EnvelopedData {
  const recipientInfos = data.recipientInfos.map((info) =>
    info.kind === 'key-agreement' && info.ephemeral !== undefined
      ? { ...info, ephemeral: { ...info.ephemeral, bits } }
      : info,
  )
  return { ...data, recipientInfos }
}

const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const pointElsewhere = Buffer.concat([Uint8Array.of(4), Buffer.alloc(64, 7)])

const FAILURES: readonly { name: string; data: EnvelopedData; by: CmsDecrypter }[] = [
  { name: 'the tag is wrong', data: { ...given(), tag: changed(given().tag) }, by: forRsa },
  { name: 'the tag is cut', data: { ...given(), tag: given().tag?.subarray(0, 12) }, by: forRsa },
  { name: 'there is no tag', data: { ...given(), tag: undefined }, by: forEc },
  {
    name: 'the content was changed',
    data: { ...given(), encryptedContent: changed(given().encryptedContent) },
    by: forEc,
  },
  {
    name: 'the content is cut within a block',
    data: { ...given('aes-128-cbc'), encryptedContent: new Uint8Array(17) },
    by: forEc,
  },
  {
    name: 'there is no content',
    data: { ...given('aes-256-cbc'), encryptedContent: undefined },
    by: forEc,
  },
  { name: 'the padding of CBC is wrong', data: cutToTwoBlocks(given('aes-256-cbc')), by: forRsa },
  { name: 'the RSA key is another', data: given(), by: decrypterFor(rsa.certificate, otherRsa) },
  {
    name: 'the RSA key is another, with OAEP and CBC',
    data: given('aes-256-cbc', 'oaep-sha256'),
    by: decrypterFor(rsa.certificate, otherRsa),
  },
  {
    name: 'the EC key is another, with CBC',
    data: given('aes-256-cbc'),
    by: decrypterFor(ec.certificate, otherEc),
  },
  { name: 'the key is of another kind', data: given(), by: decrypterFor(rsa.certificate, otherEc) },
  {
    name: 'the encrypted key was changed, PKCS#1 v1.5',
    data: withKeys(given(), ({ encryptedKey }) => changed(encryptedKey)),
    by: forRsa,
  },
  {
    name: 'the encrypted key was changed, OAEP',
    data: withKeys(given('aes-256-cbc', 'oaep-sha256'), (key) => changed(key.encryptedKey)),
    by: forRsa,
  },
  {
    name: 'the wrapped key was changed',
    data: withKeys(given('aes-256-cbc'), ({ encryptedKey }) => changed(encryptedKey)),
    by: forEc,
  },
  {
    name: 'the encrypted key is empty',
    data: withKeys(given('aes-256-cbc'), () => new Uint8Array(0)),
    by: forRsa,
  },
  {
    name: 'the point is not on the curve',
    data: withEphemeral(given('aes-256-cbc'), pointElsewhere),
    by: forEc,
  },
  { name: 'the point is empty', data: withEphemeral(given(), new Uint8Array(0)), by: forEc },
  {
    name: 'C-08: other content than plain data has no authenticated attributes',
    data: { ...given(), contentType: CONTENT_TYPE.signedData },
    by: forEc,
  },
  {
    name: 'C-08: authenticated attributes were added',
    data: { ...given(), authenticatedAttributes: der.set() },
    by: forEc,
  },
]

/** CBC content whose last block is not the last: its padding is whatever the text was. */
function cutToTwoBlocks(data: EnvelopedData): EnvelopedData {
  return { ...data, encryptedContent: data.encryptedContent?.subarray(0, 32) }
}

test.for(FAILURES)('A-03, A-04, A-05: one error and no reason when $name', ({ data, by }) => {
  let caught: unknown
  try {
    decryptContent(data, by)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(HubError)
  expect(caught).toMatchObject({
    code: 'cms.cannot_decrypt',
    message: 'the message cannot be decrypted',
    detail: {},
  })
  expect((caught as HubError).cause).toBeUndefined()
})

test('A-04: PKCS#1 v1.5 that is wrong gives some other key, not an error', () => {
  const data = withKeys(given(), ({ encryptedKey }) => changed(encryptedKey))
  const calls: number[] = []
  const watching: CmsDecrypter = {
    ...forRsa,
    decryptRsa(padding, bytes) {
      const key = forRsa.decryptRsa(padding, bytes)
      calls.push(key.byteLength)
      return key
    },
  }
  expect(() => decryptContent(data, watching)).toThrow('cannot be decrypted')
  expect(calls).toHaveLength(1)
})

/** An envelope of one kind with the algorithm of the other. */
function relabelled(cipher: ContentCipher, as: ContentCipher): Uint8Array {
  const { bytes } = encryptContent(content, [{ certificate: ec.certificate }], { cipher })
  const copy = Buffer.from(bytes)
  const oid = (name: ContentCipher) => der.objectIdentifier(CONTENT_CIPHERS[name].oid)
  copy.set(oid(as), copy.indexOf(oid(cipher)))
  return copy
}

test.for([
  ['aes-256-gcm', 'aes-256-cbc'],
  ['aes-256-cbc', 'aes-256-gcm'],
] as const)('A-03: %s that was re-labelled as %s is refused', ([cipher, as]) => {
  const data = parseEnvelopedData(relabelled(cipher, as))
  expect(data.encryption).toMatchObject({ is: 'malformed' })
  expect(() => decryptContent(data, forEc)).toThrow(
    expect.objectContaining({ code: 'cms.unsupported_cipher' }),
  )
})

test('C-09: tags have 12 to 16 octets, and 12 when nothing is said', () => {
  const nonce = der.octetString(new Uint8Array(12))
  const read = (...parameters: Uint8Array[]) => {
    const algorithm = der.objectIdentifier(CONTENT_CIPHERS['aes-128-gcm'].oid)
    const described = der.sequence(algorithm, der.sequence(...parameters))
    const inside = der.sequence(der.objectIdentifier(CONTENT_TYPE.data), described)
    const body = der.sequence(der.integer(0), der.set(), inside, der.octetString(nonce))
    const type = der.objectIdentifier(CONTENT_TYPE.authEnvelopedData)
    return parseEnvelopedData(der.sequence(type, der.explicit(0, body))).encryption
  }
  expect(read(nonce)).toMatchObject({ is: 'known', tagBytes: 12 })
  expect(read(nonce, der.integer(16))).toMatchObject({ is: 'known', tagBytes: 16 })
  for (const length of [0, 4, 8, 11, 17]) {
    expect(read(nonce, der.integer(length))).toMatchObject({ is: 'malformed' })
  }
  expect(read(der.octetString(new Uint8Array(0)))).toMatchObject({ is: 'malformed' })
})

test('C-14: kinds of recipients that nobody knows are passed over', () => {
  const { bytes } = encryptContent(content, [{ certificate: ec.certificate }], {
    cipher: 'aes-128-cbc',
  })
  const known = [2, 3, 4, 9].map((n) => der.element(0xa0 | n, der.integer(0), der.nullValue()))
  const data = parseEnvelopedData(withRecipients(bytes, known))
  expect(data.recipientInfos.map(({ kind }) => kind)).toEqual([
    ...['other', 'other', 'other', 'other'],
    'key-agreement',
  ])
  expect(decryptContent(data, forEc)).toEqual(Buffer.from(content))
})

/** EnvelopedData with more RecipientInfos before those it has. */
function withRecipients(bytes: Uint8Array, more: readonly Uint8Array[]): Uint8Array {
  const parts = (element: Uint8Array): Uint8Array[] => {
    const found: Uint8Array[] = []
    let at = headerOf(element)
    while (at < element.byteLength) {
      const size = sizeOf(element.subarray(at))
      found.push(element.subarray(at, at + size))
      at += size
    }
    return found
  }
  const [type, explicit] = parts(bytes)
  const [body] = parts(explicit ?? new Uint8Array(0))
  const [version, set, encrypted] = parts(body ?? new Uint8Array(0))
  if (!type || !version || !set || !encrypted) throw new Error('not EnvelopedData')
  const recipients = der.set(...more, ...parts(set))
  return der.sequence(type, der.explicit(0, der.sequence(version, recipients, encrypted)))
}

const headerOf = (element: Uint8Array) => {
  const first = element[1] ?? 0
  return first < 0x80 ? 2 : 2 + (first & 0x7f)
}
const sizeOf = (element: Uint8Array) => {
  const first = element[1] ?? 0
  if (first < 0x80) return 2 + first
  const octets = element.subarray(2, headerOf(element))
  return headerOf(element) + octets.reduce((value, octet) => value * 256 + octet, 0)
}

test('more than 10,000 recipients are too many, in memory and in pieces', () => {
  const { bytes } = encryptContent(content, [{ certificate: ec.certificate }], {
    cipher: 'aes-128-cbc',
  })
  const other = der.element(0xa4, der.nullValue())
  const of = (count: number) => withRecipients(bytes, new Array<Uint8Array>(count).fill(other))
  expect(parseEnvelopedData(of(9_999)).recipientInfos).toHaveLength(10_000)
  const reader = new CmsStreamReader({
    header: () => undefined,
    content: () => undefined,
    trailer: () => undefined,
  })
  for (const read of [parseEnvelopedData, (each: Uint8Array) => reader.push(each)]) {
    expect(() => read(of(10_000))).toThrow(expect.objectContaining({ code: 'cms.malformed' }))
  }
})

test('the encrypted key is chosen by the certificate alone', () => {
  const asked: string[] = []
  const asking = (name: string, by: CmsDecrypter): CmsDecrypter => ({
    ...by,
    decryptRsa: (padding, key: EncryptedKey['encryptedKey']) => {
      asked.push(name)
      return by.decryptRsa(padding, key)
    },
  })
  const stranger = makeIdentity({ key: 'p-384' })
  const other = asking('other', decrypterFor(stranger.certificate, rsa.privateKey))
  expect(() => decryptContent(given(), other)).toThrow(
    expect.objectContaining({ code: 'cms.not_a_recipient' }),
  )
  decryptContent(given(), asking('own', forRsa))
  expect(asked).toEqual(['own'])
})

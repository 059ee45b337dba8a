import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Identity, makeIdentity } from '../../../test/support/identities.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { contextConstructed } from '../asn1/tags.ts'
import * as der from '../asn1/writer.ts'
import { encodeIssuerAndSerial, encodeKeyId } from './certificate-identifier.ts'
import { DIGESTS, type DigestName } from './digests.ts'
import { KEY_ALGORITHM, SIGNATURE_ALGORITHM } from '../x509/oids.ts'
import { CONTENT_TYPE, SIGNED_ATTRIBUTE } from './oids.ts'
import { SIGNATURE_SCHEMES, type SignatureScheme, signNow } from './signature-schemes.ts'
import { parseSignedData } from './signed-data.ts'
import { type SignatureContext, type SignatureResult, digestsOf, verifySigner } from './verify.ts'

const content = encodeUtf8('the board meets on Friday')
const ada = makeIdentity({ address: 'ada@example.com' })
const rsa = makeIdentity({ key: 'rsa-2048', address: 'ada@example.com' })

const attribute = (type: string, ...values: Uint8Array[]) =>
  der.sequence(der.objectIdentifier(type), der.set(...values))

const contentType = attribute(SIGNED_ATTRIBUTE.contentType, der.objectIdentifier(CONTENT_TYPE.data))
const digestBy = (name: DigestName) =>
  attribute(SIGNED_ATTRIBUTE.messageDigest, der.octetString(hash(name, content, 'buffer')))
const messageDigest = digestBy('sha256')

interface Craft {
  signer?: Identity
  scheme?: SignatureScheme
  /** Signed attributes in the order in which they travel; null for none. */
  attributes?: readonly Uint8Array[] | null
  /** How the attributes travel, when not as `[0]` of a definite length. */
  encode?: (attributes: readonly Uint8Array[]) => Uint8Array
  contentType?: string
  digestAlgorithm?: Uint8Array
  signatureAlgorithm?: Uint8Array
  identifier?: Uint8Array
}

/** SignerInfo as anyone could write it: right or wrong, but always signed over the sorted SET. */
function signerInfo(craft: Craft): Uint8Array {
  const { signer = ada, scheme = 'ecdsa-sha256' } = craft
  const { attributes = [contentType, messageDigest] } = craft
  const signed = attributes === null ? content : der.setOf(...attributes)
  const travelling = attributes && (craft.encode ?? inOrder)(attributes)
  return der.sequence(
    der.integer(1),
    craft.identifier ?? encodeIssuerAndSerial(signer.certificate),
    craft.digestAlgorithm ?? DIGESTS[SIGNATURE_SCHEMES[scheme].digest].identifier,
    ...(travelling === null ? [] : [travelling]),
    craft.signatureAlgorithm ?? SIGNATURE_SCHEMES[scheme].identifier,
    der.octetString(signNow(signer.privateKey, scheme, signed)),
  )
}

const inOrder = (attributes: readonly Uint8Array[]) =>
  der.element(contextConstructed(0), ...attributes)

function signedData(infos: readonly Uint8Array[], type: string = CONTENT_TYPE.data): Uint8Array {
  const body = der.sequence(
    der.integer(1),
    der.set(DIGESTS.sha256.identifier),
    der.sequence(der.objectIdentifier(type), der.explicit(0, der.octetString(content))),
    der.set(...infos),
  )
  return der.sequence(der.objectIdentifier(CONTENT_TYPE.signedData), der.explicit(0, body))
}

function results(message: Uint8Array, more?: Partial<SignatureContext>): SignatureResult[] {
  const signed = parseSignedData(message)
  return signed.signerInfos.map((info) =>
    verifySigner(info, {
      contentType: signed.contentType,
      content,
      digest: digestsOf(content),
      certificates: [ada.certificate, rsa.certificate],
      ...more,
    }),
  )
}

function verify(craft: Craft, more?: Partial<SignatureContext>): SignatureResult | undefined {
  return results(signedData([signerInfo(craft)], craft.contentType), more)[0]
}

const md5 = der.sequence(der.objectIdentifier('1.2.840.113549.2.5'))
const pssWith = (...parameters: Uint8Array[]) =>
  der.sequence(der.objectIdentifier(KEY_ALGORITHM.rsaPss), ...parameters)
const protectionOf = (digest: Uint8Array, signature: Uint8Array) =>
  attribute(SIGNED_ATTRIBUTE.algorithmProtection, der.sequence(digest, der.implicit(1, signature)))
const signingTime = (time: Uint8Array) => attribute(SIGNED_ATTRIBUTE.signingTime, time)
const signingCertificate = (certificateHash: Uint8Array) =>
  attribute(
    SIGNED_ATTRIBUTE.signingCertificateV2,
    der.sequence(der.sequence(der.sequence(der.octetString(certificateHash)))),
  )
const year = (text: string) => new Date(`${text}-06-01T00:00:00Z`)
const noDigest = attribute(SIGNED_ATTRIBUTE.messageDigest)
const twoDigests = attribute(
  SIGNED_ATTRIBUTE.messageDigest,
  der.octetString(hash('sha256', content, 'buffer')),
  der.octetString(hash('sha256', 'another text', 'buffer')),
)
const ecdsaSha512 = SIGNATURE_SCHEMES['ecdsa-sha512'].identifier

const VALID: readonly { name: string; craft: Craft }[] = [
  { name: 'C-01: type and digest alone are enough', craft: {} },
  { name: 'C-02: plain data needs no signed attributes', craft: { attributes: null } },
  {
    name: 'C-03: attributes may travel unsorted',
    craft: { attributes: [messageDigest, contentType] },
  },
  {
    name: 'C-03: attributes may travel in BER',
    craft: {
      encode: (all) =>
        Buffer.concat([Uint8Array.of(0xa0, 0x80), ...all.map(indefinite), Uint8Array.of(0, 0)]),
    },
  },
  {
    name: 'C-18: algorithms that were signed as they are',
    craft: {
      attributes: [
        contentType,
        messageDigest,
        protectionOf(
          DIGESTS.sha256.identifierWithNull,
          SIGNATURE_SCHEMES['ecdsa-sha256'].identifier,
        ),
      ],
    },
  },
  {
    name: 'C-19: the certificate that the signer named',
    craft: {
      attributes: [
        contentType,
        messageDigest,
        signingCertificate(hash('sha256', ada.certificate.der, 'buffer')),
      ],
    },
  },
  {
    name: 'M-13: GeneralizedTime is read for early years too',
    craft: {
      attributes: [contentType, messageDigest, signingTime(der.generalizedTime(year('2026')))],
    },
  },
  {
    name: 'M-15: a signer named by key identifier',
    craft: { identifier: encodeKeyId(ada.certificate.subjectKeyId ?? new Uint8Array(0)) },
  },
  {
    name: 'an attribute nobody knows',
    craft: { attributes: [contentType, messageDigest, attribute('1.2.3.4', der.nullValue())] },
  },
]

/** The same element with an indefinite length. */
function indefinite(element: Uint8Array): Uint8Array {
  const content = element.subarray(2)
  return Buffer.concat([Uint8Array.of(element[0] ?? 0, 0x80), content, Uint8Array.of(0, 0)])
}

test.for(VALID)('$name: valid', ({ craft }) => {
  expect(verify(craft)).toMatchObject({ is: 'valid', signer: ada.certificate })
})

const INVALID: readonly { name: string; craft: Craft; because: string }[] = [
  {
    name: 'C-01: without content type',
    craft: { attributes: [messageDigest] },
    because: 'attribute_missing',
  },
  {
    name: 'C-01: without digest',
    craft: { attributes: [contentType] },
    because: 'attribute_missing',
  },
  {
    name: 'C-01: of another content type',
    craft: { contentType: CONTENT_TYPE.signedData },
    because: 'content_type_mismatch',
  },
  {
    name: 'C-02: without attributes where the content is not plain data',
    craft: { attributes: null, contentType: CONTENT_TYPE.signedData },
    because: 'attributes_missing',
  },
  {
    name: 'C-04: with a digest that is not of the content',
    craft: {
      attributes: [
        contentType,
        attribute(SIGNED_ATTRIBUTE.messageDigest, der.octetString(new Uint8Array(32))),
      ],
    },
    because: 'digest_mismatch',
  },
  {
    name: 'C-04: with one digest for the content and another for the attributes',
    craft: { signatureAlgorithm: ecdsaSha512 },
    because: 'digests_differ',
  },
  {
    name: 'C-17: PSS without parameters, which means SHA-1',
    craft: {
      signer: rsa,
      scheme: 'rsa-sha256',
      attributes: [contentType, digestBy('sha1')],
      digestAlgorithm: DIGESTS.sha1.identifier,
      signatureAlgorithm: pssWith(),
    },
    because: 'weak_algorithm',
  },
  {
    name: 'C-17: PSS with another digest for its mask',
    craft: {
      signer: rsa,
      scheme: 'rsa-sha256',
      signatureAlgorithm: pssWith(
        der.sequence(der.explicit(0, DIGESTS.sha256.identifier), der.explicit(2, der.integer(32))),
      ),
    },
    because: 'unsupported_algorithm',
  },
  {
    name: 'C-18: with algorithms other than those that were signed',
    craft: {
      attributes: [
        contentType,
        messageDigest,
        protectionOf(DIGESTS.sha256.identifier, ecdsaSha512),
      ],
    },
    because: 'other_algorithms',
  },
  {
    name: 'C-19: by a certificate other than the one the signer named',
    craft: { attributes: [contentType, messageDigest, signingCertificate(new Uint8Array(32))] },
    because: 'other_certificate',
  },
  {
    name: 'M-12: with an attribute twice',
    craft: { attributes: [contentType, messageDigest, messageDigest] },
    because: 'attribute_repeated',
  },
  {
    name: 'M-12: with two values of an attribute',
    craft: { attributes: [contentType, twoDigests] },
    because: 'attribute_repeated',
  },
  {
    name: 'M-12: with an attribute without value',
    craft: { attributes: [contentType, noDigest] },
    because: 'attribute_repeated',
  },
  {
    name: 'M-13: with a time that does not exist',
    craft: {
      attributes: [contentType, messageDigest, signingTime(der.element(0x17, encodeUtf8('now')))],
    },
    because: 'attribute_malformed',
  },
  {
    name: 'A-13: by MD5',
    craft: { digestAlgorithm: md5 },
    because: 'unsupported_algorithm',
  },
  {
    name: 'by a key of another kind',
    craft: { signatureAlgorithm: SIGNATURE_SCHEMES['rsa-sha256'].identifier },
    because: 'wrong_key',
  },
  {
    name: 'by somebody else',
    craft: { signer: makeIdentity(), identifier: encodeIssuerAndSerial(ada.certificate) },
    because: 'bad_signature',
  },
  {
    name: 'by someone whose certificate is not there',
    craft: { signer: makeIdentity() },
    because: 'no_certificate',
  },
]

test.for(INVALID)('a signature $name is not valid', ({ craft, because }) => {
  expect(verify(craft)).toMatchObject({ is: 'invalid', because })
})

test('A-13: SHA-1 is weak, and accepted only where the caller asks for it', () => {
  const craft: Craft = {
    attributes: [contentType, digestBy('sha1')],
    digestAlgorithm: DIGESTS.sha1.identifier,
    signatureAlgorithm: der.sequence(der.objectIdentifier(SIGNATURE_ALGORITHM.ecdsaWithSha1)),
  }
  expect(verify(craft)).toMatchObject({ is: 'invalid', because: 'weak_algorithm' })
  // The test signs by SHA-256: what is asked here is only that the weak digest is let through.
  expect(verify(craft, { acceptWeak: true })).toMatchObject({ because: 'bad_signature' })
})

test('C-05: SignedData without signers has no signature, valid or not', () => {
  expect(results(signedData([]))).toEqual([])
})

test('C-06: of two signatures each has its own result', () => {
  const stranger = signerInfo({ signer: makeIdentity() })
  expect(results(signedData([signerInfo({}), stranger])).map(({ is }) => is)).toEqual([
    'valid',
    'invalid',
  ])
})

test('M-15: of several certificates with one key identifier 16 are tried', () => {
  const identifier = encodeKeyId(ada.certificate.subjectKeyId ?? new Uint8Array(0))
  const impostor = { ...rsa.certificate, subjectKeyId: ada.certificate.subjectKeyId }
  const after = (count: number) => {
    const before = new Array<unknown>(count).fill(impostor)
    return [...before, ada.certificate] as SignatureContext['certificates']
  }
  const found = (count: number) => verify({ identifier }, { certificates: after(count) })
  expect(found(15)).toMatchObject({ is: 'valid', signer: ada.certificate })
  expect(found(16)).toMatchObject({ is: 'invalid', because: 'wrong_key' })
})

test('a signature without attributes is not verified from a digest alone', () => {
  const { certificates } = { certificates: [ada.certificate] }
  const [info] = parseSignedData(signedData([signerInfo({ attributes: null })])).signerInfos
  if (info === undefined) throw new Error('no signature')
  const context = { contentType: CONTENT_TYPE.data, digest: digestsOf(content), certificates }
  expect(verifySigner(info, context)).toMatchObject({ because: 'attributes_missing' })
})

test('more than 64 signatures are too many', () => {
  const info = signerInfo({})
  expect(results(signedData(Array.from({ length: 64 }, () => info)))).toHaveLength(64)
  expect(() => parseSignedData(signedData(Array.from({ length: 65 }, () => info)))).toThrow(
    expect.objectContaining({ code: 'cms.malformed' }),
  )
})

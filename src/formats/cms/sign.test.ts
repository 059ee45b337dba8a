import { expect, test } from 'vitest'
import {
  makeCa,
  makeIdentity,
  type Identity,
  type TestKey,
} from '../../../test/support/identities.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { signDetached, signEnclosed } from './sign.ts'
import { type SignatureScheme, signNow, signSoon } from './signature-schemes.ts'
import { parseSignedData } from './signed-data.ts'
import type { CmsSigner } from './signing-template.ts'
import { type SignatureContext, digestsOf, verifySigner } from './verify.ts'

const at = new Date('2026-03-04T05:06:07Z')
const content = encodeUtf8('Content-Type: text/plain\r\n\r\nthe board meets on Friday\r\n')

const ca = makeCa()
const identities = new Map<TestKey, Identity>()

function identityOf(key: TestKey): Identity {
  const identity =
    identities.get(key) ?? makeIdentity({ key, address: 'ada@example.com', issuer: ca })
  identities.set(key, identity)
  return identity
}

function signerOf(key: TestKey, scheme: SignatureScheme): CmsSigner {
  const { certificate, privateKey } = identityOf(key)
  const sign = key.startsWith('rsa') ? signSoon : signNow
  return {
    certificate,
    chain: [ca.certificate],
    scheme,
    sign: (bytes) => sign(privateKey, scheme, bytes),
  }
}

function contextOf(over: Uint8Array, more?: Partial<SignatureContext>): SignatureContext {
  return {
    contentType: '1.2.840.113549.1.7.1',
    digest: digestsOf(over),
    certificates: [...identities.values()].map((each) => each.certificate),
    ...more,
  }
}

const SCHEMES: readonly [TestKey, SignatureScheme][] = [
  ['rsa-2048', 'rsa-sha256'],
  ['rsa-2048', 'rsa-sha384'],
  ['rsa-2048', 'rsa-sha512'],
  ['rsa-2048', 'rsa-pss-sha256'],
  ['rsa-2048', 'rsa-pss-sha384'],
  ['rsa-2048', 'rsa-pss-sha512'],
  ['p-256', 'ecdsa-sha256'],
  ['p-384', 'ecdsa-sha384'],
  ['p-521', 'ecdsa-sha512'],
  ['ed25519', 'ed25519'],
]

test.for(SCHEMES)(
  'what a %s key signs by %s is valid, beside its content',
  async ([key, scheme]) => {
    const bytes = await signDetached(content, signerOf(key, scheme), { at })
    const signed = parseSignedData(bytes)
    expect(signed.content).toBeUndefined()
    expect(signed.version).toBe(1)
    expect(signed.certificates.map((der) => parseCertificate(der).fingerprint).toSorted()).toEqual(
      [identityOf(key).certificate.fingerprint, ca.certificate.fingerprint].toSorted(),
    )
    const [info] = signed.signerInfos
    if (info === undefined) throw new Error('no signature')
    const result = verifySigner(info, contextOf(content))
    expect(result).toMatchObject({ is: 'valid', attributes: { signingTime: at } })
    expect(verifySigner(info, contextOf(encodeUtf8('another text')))).toMatchObject({
      is: 'invalid',
      because: 'digest_mismatch',
    })
  },
)

test.for(SCHEMES)('what a %s key signs by %s holds its content', async ([key, scheme]) => {
  const signed = parseSignedData(await signEnclosed(content, signerOf(key, scheme), { at }))
  expect(signed.content).toEqual(Buffer.from(content))
  const [info] = signed.signerInfos
  if (info === undefined) throw new Error('no signature')
  expect(verifySigner(info, contextOf(content))).toMatchObject({ is: 'valid' })
})

test.for([
  { year: 2049, tag: 0x17 },
  { year: 2050, tag: 0x18 },
])('M-13: a signing time of $year has tag $tag', async ({ year, tag }) => {
  const when = new Date(Date.UTC(year, 11, 31, 23, 59, 59))
  const signer = signerOf('p-256', 'ecdsa-sha256')
  const [info] = parseSignedData(await signDetached(content, signer, { at: when })).signerInfos
  if (info === undefined) throw new Error('no signature')
  const result = verifySigner(info, contextOf(content))
  expect(result).toMatchObject({ is: 'valid', attributes: { signingTime: when } })
  const type = Buffer.from('06092a864886f70d010905', 'hex')
  const at = Buffer.from(info.signedAttributes ?? []).indexOf(type) + type.byteLength
  expect(info.signedAttributes?.[at + 2]).toBe(tag)
})

test('each message has its own time and digest', async () => {
  const signer = signerOf('p-256', 'ecdsa-sha256')
  const first = await signDetached(content, signer, { at })
  await signDetached(encodeUtf8('another text'), signer, { at: new Date('2026-03-04T05:06:08Z') })
  const again = await signDetached(content, signer, { at })
  const attributesOf = (bytes: Uint8Array) =>
    parseSignedData(bytes).signerInfos[0]?.signedAttributes
  expect(attributesOf(again)).toEqual(attributesOf(first))
})

test('a key cannot sign by a scheme of another kind', async () => {
  const signer = { ...signerOf('p-256', 'ecdsa-sha256'), scheme: 'rsa-sha256' } as const
  await expect(signDetached(content, signer, { at })).rejects.toMatchObject({
    code: 'cms.key_unfit',
  })
})

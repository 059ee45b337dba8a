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

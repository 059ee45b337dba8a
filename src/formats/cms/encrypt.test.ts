import { expect, test } from 'vitest'
import { makeIdentity, type Identity, type TestKey } from '../../../test/support/identities.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import type { ContentCipher } from './content-ciphers.ts'
import { decryptContent, decrypterFor, findDecrypter, openWithContentKey } from './decrypt.ts'
import { encryptContent } from './encrypt.ts'
import { parseEnvelopedData } from './enveloped-data.ts'
import type { CmsRecipient } from './recipient.ts'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nthe board meets on Friday\r\n')

const identities: Readonly<Record<string, Identity>> = Object.fromEntries(
  (['rsa-2048', 'p-256', 'p-384', 'p-521'] as const).map((key) => [
    key,
    makeIdentity({ key, address: `${key}@example.com` }),
  ]),
)

function identityOf(key: TestKey): Identity {
  const identity = identities[key]
  if (identity === undefined) throw new Error(key)
  return identity
}

const decrypterOf = (key: TestKey) =>
  decrypterFor(identityOf(key).certificate, identityOf(key).privateKey)

const CIPHERS: readonly ContentCipher[] = [
  'aes-128-cbc',
  'aes-192-cbc',
  'aes-256-cbc',
  'aes-128-gcm',
  'aes-192-gcm',
  'aes-256-gcm',
]

const RECIPIENTS: readonly {
  name: string
  key: TestKey
  how: Omit<CmsRecipient, 'certificate'>
}[] = [
  { name: 'RSA PKCS#1 v1.5', key: 'rsa-2048', how: {} },
  { name: 'RSA-OAEP', key: 'rsa-2048', how: { rsaPadding: 'oaep-sha256' } },
  { name: 'RSA by key identifier', key: 'rsa-2048', how: { identifiedBy: 'subject-key-id' } },
  { name: 'ECDH P-256', key: 'p-256', how: {} },
  { name: 'ECDH P-384', key: 'p-384', how: {} },
  { name: 'ECDH P-521', key: 'p-521', how: {} },
  { name: 'ECDH by key identifier', key: 'p-256', how: { identifiedBy: 'subject-key-id' } },
]

const CASES = RECIPIENTS.flatMap((each) => CIPHERS.map((cipher) => ({ ...each, cipher })))

test.for(CASES)('$name with $cipher opens again', ({ key, how, cipher }) => {
  const recipient = { certificate: identityOf(key).certificate, ...how }
  const { bytes, contentKey } = encryptContent(content, [recipient], { cipher })
  const data = parseEnvelopedData(bytes)
  expect(data.encryption).toMatchObject({ is: 'known', cipher })
  expect(decryptContent(data, decrypterOf(key))).toEqual(Buffer.from(content))
  expect(openWithContentKey(data, contentKey)).toEqual(Buffer.from(content))
})

test('each of many recipients opens the message, nobody else does', () => {
  const certificates = Object.values(identities).map(({ certificate }) => ({ certificate }))
  const { bytes } = encryptContent(content, certificates, { cipher: 'aes-256-gcm' })
  const data = parseEnvelopedData(bytes)
  expect(data.recipientInfos).toHaveLength(4)
  for (const key of ['rsa-2048', 'p-256', 'p-384', 'p-521'] as const) {
    expect(decryptContent(data, decrypterOf(key))).toEqual(Buffer.from(content))
  }
  const stranger = makeIdentity()
  const theirs = decrypterFor(stranger.certificate, stranger.privateKey)
  expect(findDecrypter(data, [theirs])).toBeUndefined()
  expect(() => decryptContent(data, theirs)).toThrow(
    expect.objectContaining({ code: 'cms.not_a_recipient' }),
  )
})

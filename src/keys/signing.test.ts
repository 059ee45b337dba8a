import { generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { aPerson, issue } from '../../test/support/issued.ts'
import { encodeUtf8 } from '../base/bytes.ts'
import { signerFor } from './signing.ts'

const bytes = encodeUtf8('signed attributes')

test.for([
  { key: 'rsa2048', scheme: 'rsa-sha256' },
  { key: 'p256', scheme: 'ecdsa-sha256' },
] as const)(
  'a $key key signs by $scheme, and its certificate verifies',
  async ({ key, scheme }) => {
    const { certificate, privateKey } = await issue({
      name: 'X',
      key,
      extensions: aPerson('x@y.z'),
    })
    const signer = signerFor(privateKey, { certificate })
    expect(signer.scheme).toBe(scheme)
    const signature = await signer.sign(bytes)
    expect(verify('sha256', bytes, certificate.publicKey.keyObject, signature)).toBe(true)
  },
)

test('elliptic curves sign at once, RSA later', async () => {
  const curve = await issue({ name: 'X', key: 'p256' })
  const rsa = await issue({ name: 'X', key: 'rsa2048' })
  const sign = ({ privateKey, certificate }: typeof rsa) =>
    signerFor(privateKey, { certificate }).sign(bytes)
  expect(sign(curve)).toBeInstanceOf(Uint8Array)
  expect(sign(rsa)).toBeInstanceOf(Promise)
})

test('a key that cannot sign is refused by name', async () => {
  const { certificate } = await issue({ name: 'X', key: 'p256' })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  expect(() => signerFor(privateKey, { certificate, scheme: 'rsa-sha256' })).toThrow('rsa-sha256')
})

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { ContentKey } from './content-key.ts'

test('a content key shows its cipher and nothing else', () => {
  const octets = Buffer.from('0123456789abcdef0123456789abcdef')
  const key = ContentKey.opened('aes-256-gcm', octets, { isKnownWrong: false })
  const shown = [JSON.stringify(key), inspect(key, { depth: 9, showHidden: true })]
  for (const text of shown) {
    expect(text).not.toContain(octets.toString('latin1'))
    expect(text).not.toContain(octets.toString('hex'))
    expect(text).not.toContain('<Buffer')
    expect(text).not.toContain('48')
  }
  expect(JSON.stringify(key)).toBe('{"cipher":"aes-256-gcm"}')
})

test.for([
  { name: 'too short', octets: 31 },
  { name: 'too long', octets: 33 },
  { name: 'not there', octets: 0 },
])('A-04: a key that is $name is replaced and its content does not open', ({ octets }) => {
  const nonce = new Uint8Array(12)
  const sealing = ContentKey.opened('aes-256-gcm', new Uint8Array(32), { isKnownWrong: false })
  const encryptor = sealing.encrypt(nonce)
  const encrypted = encryptor.update(Buffer.from('text'))
  const { tag } = encryptor.finish()
  const key = ContentKey.opened('aes-256-gcm', new Uint8Array(octets), { isKnownWrong: false })
  const encryption = { is: 'known', cipher: 'aes-256-gcm', nonce, tagBytes: 16 } as const
  const decryptor = key.decrypt(encryption, {
    contentType: '1.2.840.113549.1.7.1',
    attributes: undefined,
  })
  decryptor.update(encrypted)
  expect(() => decryptor.finish({ tag, authenticatedAttributes: undefined })).toThrow(
    expect.objectContaining({ code: 'cms.cannot_decrypt' }),
  )
})

test('authenticated attributes are part of what the tag is over', () => {
  const nonce = new Uint8Array(12)
  const key = ContentKey.generate('aes-128-gcm')
  const encryptor = key.encrypt(nonce)
  const encrypted = encryptor.update(Buffer.from('text'))
  const { tag } = encryptor.finish()
  const attributes = Uint8Array.of(0x31, 0)
  const encryption = { is: 'known', cipher: 'aes-128-gcm', nonce, tagBytes: 16 } as const
  const decryptor = key.decrypt(encryption, { contentType: '1.2.840.113549.1.7.1', attributes })
  decryptor.update(encrypted)
  expect(() => decryptor.finish({ tag, authenticatedAttributes: attributes })).toThrow(
    'cannot be decrypted',
  )
})

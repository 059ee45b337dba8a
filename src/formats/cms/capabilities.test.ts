import { expect, test } from 'vitest'
import { nullValue, objectIdentifier, sequence } from '../asn1/writer.ts'
import { OUR_CAPABILITIES, parseCapabilities, preferredCipher } from './capabilities.ts'
import { CONTENT_CIPHERS } from './content-ciphers.ts'

const capability = (oid: string, ...parameters: Uint8Array[]) =>
  sequence(objectIdentifier(oid), ...parameters)

test('M-14: our own capabilities are read back, without parameters', () => {
  const capabilities = parseCapabilities(OUR_CAPABILITIES)
  expect(capabilities.every(({ parameters }) => parameters === undefined)).toBe(true)
  expect(preferredCipher(capabilities)).toBe('aes-256-gcm')
})

test('M-09: the first usable cipher is taken, unknown ones are passed over', () => {
  const list = sequence(
    capability('1.2.840.113549.3.7', nullValue()),
    capability(CONTENT_CIPHERS['aes-128-cbc'].oid),
    capability(CONTENT_CIPHERS['aes-256-gcm'].oid),
  )
  expect(preferredCipher(parseCapabilities(list))).toBe('aes-128-cbc')
  expect(preferredCipher(parseCapabilities(sequence()))).toBeUndefined()
})

test('of a list without end the first 100 are read', () => {
  const list = sequence(...new Array<Uint8Array>(500).fill(capability('1.2.3')))
  expect(parseCapabilities(list)).toHaveLength(100)
})

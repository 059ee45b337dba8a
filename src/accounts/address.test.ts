import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HubError } from '../base/errors.ts'
import { addressKey, parseOwnAddress } from './address.ts'

test.for([
  { text: 'Anna.Berg@Example.COM', address: 'Anna.Berg@example.com', key: 'anna.berg@example.com' },
  {
    text: "o'neil+x=1@a-b.example",
    address: "o'neil+x=1@a-b.example",
    key: "o'neil+x=1@a-b.example",
  },
  {
    text: 'Jürgen@bücher.example',
    address: 'Jürgen@xn--bcher-kva.example',
    key: 'jürgen@xn--bcher-kva.example',
  },
  {
    text: '홍길동@예시.한국',
    address: '홍길동@xn--vv4b11d.xn--3e0b707e',
    key: '홍길동@xn--vv4b11d.xn--3e0b707e',
  },
  { text: 'ju\u0308rgen@example.com', address: 'jürgen@example.com', key: 'jürgen@example.com' },
  {
    text: `${'a'.repeat(64)}@example.com`,
    address: `${'a'.repeat(64)}@example.com`,
    key: `${'a'.repeat(64)}@example.com`,
  },
])('reads $text', ({ text, address, key }) => {
  expect(parseOwnAddress(text)).toMatchObject({ address, key })
  expect(addressKey(address)).toBe(key)
  expect(addressKey(text)).toBe(key)
})

test.for([
  '',
  '@',
  'anna',
  'anna@',
  '@example.com',
  'anna@example',
  'anna@@example.com',
  '.anna@example.com',
  'an..na@example.com',
  'anna @example.com',
  'anna@exa mple.com',
  'anna@example.com\r\nRCPT TO:<x@y.z>',
  'anna@ex%61mple.com',
  'anna@127.0.0.1',
  'anna@[127.0.0.1]',
  'anna@-example.com',
  '"anna"@example.com',
  'anna\0@example.com',
  'anna\u0085@example.com',
  'anna\u2028@example.com',
  'anna\u00a0@example.com',
  'an\u202ena@example.com',
  'an\u200bna@example.com',
  'anna\u3164@example.com',
  'anna\ud800@example.com',
  `${'a'.repeat(65)}@example.com`,
  `${'ü'.repeat(33)}@example.com`,
  `anna@${'a'.repeat(64)}.example`,
  `${'a'.repeat(60)}@${'a'.repeat(60)}.${'a'.repeat(60)}.${'a'.repeat(60)}.${'a'.repeat(60)}.com`,
])('refuses %j', (text) => {
  expect(() => parseOwnAddress(text)).toThrow(HubError)
})

test('whatever is given is an address that reads as itself, or a named error', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.emailAddress(),
    fc
      .tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
      .map((each) => each.join('@')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const { address, key } = parseOwnAddress(text)
        expect(parseOwnAddress(address)).toMatchObject({ address, key })
      } catch (error) {
        expect(error).toBeInstanceOf(HubError)
      }
    }),
    { seed: 7, numRuns: 2_000 },
  )
})

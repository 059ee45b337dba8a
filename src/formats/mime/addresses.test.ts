import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HubError } from '../../base/errors.ts'
import { normalizeAddress, parseAddress, parseAddressList, sameAddress } from './addresses.ts'

describe('parseAddressList reads', () => {
  test.for<{ name: string; value: string; is: object[] }>([
    { name: 'a bare address', value: 'a@b.example', is: [{ address: 'a@b.example' }] },
    {
      name: 'a name in words',
      value: 'Alice B. Lovelace <alice@smime.example>',
      is: [{ name: 'Alice B. Lovelace', address: 'alice@smime.example' }],
    },
    {
      name: 'a quoted name with a comma and an address in it',
      value: '"bob@bank.example, Bob" <mallory@evil.example>',
      is: [{ name: 'bob@bank.example, Bob', address: 'mallory@evil.example' }],
    },
    {
      name: 'an encoded name',
      value: '=?utf-8?B?7ZmN6ri464+Z?= <hong@example.kr>',
      is: [{ name: '홍길동', address: 'hong@example.kr' }],
    },
    {
      name: 'a name in UTF-8',
      value: 'François Müller <f@example.org>',
      is: [{ name: 'François Müller', address: 'f@example.org' }],
    },
    {
      name: 'comments, inside each other',
      value: '(a (b) \\) c) alice@example.org (Alice)',
      is: [{ address: 'alice@example.org' }],
    },
    {
      name: 'a group and what follows it',
      value: 'team: a@x.example, B <b@x.example>;, c@x.example',
      is: [
        { address: 'a@x.example', group: 'team' },
        { name: 'B', address: 'b@x.example', group: 'team' },
        { address: 'c@x.example' },
      ],
    },
    { name: 'an empty group', value: 'undisclosed-recipients:;', is: [] },
    { name: 'nothing', value: '', is: [] },
    {
      name: 'empty elements',
      value: ', a@x.example,, b@x.example,',
      is: [{ address: 'a@x.example' }, { address: 'b@x.example' }],
    },
    { name: 'a quoted local part', value: '"a b"@x.example', is: [{ address: '"a b"@x.example' }] },
    { name: 'needless quotes', value: '"a.b"@x.example', is: [{ address: 'a.b@x.example' }] },
    { name: 'an address literal', value: 'a@[192.0.2.1]', is: [{ address: 'a@[192.0.2.1]' }] },
    { name: 'a route', value: '<@r.example:a@x.example>', is: [{ address: 'a@x.example' }] },
  ])('$name', ({ value, is }) => {
    expect(parseAddressList(value)).toEqual(is)
  })
})

describe('A-10: parseAddressList refuses', () => {
  test.for([
    { name: 'an address as display name', value: 'a@bank.example <b@evil.example>' },
    { name: 'two addresses without comma', value: 'a@x.example b@x.example' },
    { name: 'an address after an address', value: '<a@x.example> <b@x.example>' },
    { name: 'a name alone', value: 'Alice' },
    { name: 'no local part', value: '@x.example' },
    { name: 'no domain', value: 'a@' },
    { name: 'two at signs', value: 'a@b@c.example' },
    { name: 'a NUL', value: 'a\0@x.example' },
    { name: 'a line end in quotes', value: '"a\r\nBcc: b"@x.example' },
    { name: 'a group without end', value: 'team: a@x.example' },
    { name: 'a quote without end', value: '"a@x.example' },
    { name: 'a bracket without end', value: 'A <a@x.example' },
    { name: 'two dots', value: 'a..b@x.example' },
  ])('$name', ({ value }) => {
    expect(() => parseAddressList(value)).toThrow(HubError)
  })
})

test('parseAddress takes one address and nothing around it', () => {
  expect(parseAddress('a@x.example')).toBe('a@x.example')
  expect(() => parseAddress('A <a@x.example>')).toThrow('an address has the form')
})

describe('H-02: addresses are compared', () => {
  test.for([
    { a: 'a@Example.ORG', b: 'a@example.org', same: true },
    { a: 'A@example.org', b: 'a@example.org', same: false },
    { a: 'a@münchen.example', b: 'a@xn--mnchen-3ya.example', same: true },
    { a: 'a@example.org.evil.example', b: 'a@example.org', same: false },
    { a: 'xa@example.org', b: 'a@example.org', same: false },
  ])('$a and $b: $same', ({ a, b, same }) => {
    expect(sameAddress(a, b)).toBe(same)
  })
})

test('whatever stands in an address field, the answer is a list or address.malformed', () => {
  const piece = fc.constantFrom(
    'a',
    '@',
    'x.example',
    '<',
    '>',
    '"',
    '\\',
    '(',
    ')',
    ',',
    ';',
    ':',
    ' ',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('')),
      ),
      (value) => {
        try {
          for (const { address } of parseAddressList(value)) {
            expect(parseAddressList(normalizeAddress(address))).toHaveLength(1)
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'address.malformed' })
        }
      },
    ),
    { seed: 5322, numRuns: 2_000 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HubError } from '../../base/errors.ts'
import {
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  set,
  utf8String,
} from '../asn1/writer.ts'
import { Name, buildName } from './name.ts'
import { ATTRIBUTE } from './oids.ts'

const commonName = objectIdentifier(ATTRIBUTE.commonName)

const named = (value: Uint8Array) => Name.parse(sequence(set(sequence(commonName, value))))

test.for([
  { name: 'case', a: printableString('Good CA'), b: printableString('GOOD ca') },
  { name: 'white space', a: printableString('Good  CA'), b: printableString(' Good CA ') },
  { name: 'kind of string', a: printableString('Good CA'), b: utf8String('Good CA') },
  { name: 'the way a character is composed', a: utf8String('é'), b: utf8String('e\u0301') },
])('P-01: names that differ in $name are the same', ({ a, b }) => {
  expect(named(a).equals(named(b))).toBe(true)
})

test.for([
  { name: 'text', a: utf8String('Good CA'), b: utf8String('Good CA 2') },
  { name: 'inner space', a: utf8String('Good CA'), b: utf8String('GoodCA') },
  { name: 'being text', a: utf8String('a'), b: octetString(Buffer.from('a')) },
])('names that differ in $name are not the same', ({ a, b }) => {
  expect(named(a).equals(named(b))).toBe(false)
})

test('values cannot run into each other', () => {
  const one = buildName([{ type: ATTRIBUTE.commonName, value: 'a\n2.5.4.3=b' }])
  const two = buildName([
    { type: ATTRIBUTE.commonName, value: 'a' },
    { type: ATTRIBUTE.commonName, value: 'b' },
  ])
  expect(one.equals(two)).toBe(false)
})

test.for([
  { value: 'Lovelace, Ada', text: String.raw`CN=Lovelace\, Ada` },
  { value: ' a ', text: String.raw`CN=\ a\ ` },
  { value: '#1', text: String.raw`CN=\#1` },
  { value: 'a\r\nb', text: String.raw`CN=a\0d\0ab` },
  { value: 'a+b="c"\\', text: String.raw`CN=a\+b=\"c\"\\` },
])('$value is written as $text', ({ value, text }) => {
  expect(buildName([{ type: ATTRIBUTE.commonName, value }]).text).toBe(text)
})

test('the most specific part comes first', () => {
  const name = buildName([
    { type: ATTRIBUTE.countryName, value: 'GB' },
    { type: ATTRIBUTE.organizationName, value: 'Example' },
    { type: ATTRIBUTE.emailAddress, value: 'ada@example.com' },
  ])
  expect(name.text).toBe('emailAddress=ada@example.com,O=Example,C=GB')
  expect(name.valuesOf(ATTRIBUTE.organizationName)).toEqual(['Example'])
})

test('a name of a hundred attributes is read, of one more is refused', () => {
  const attributes = Array.from({ length: 101 }, () => set(sequence(commonName, utf8String('x'))))
  expect(Name.parse(sequence(...attributes.slice(1))).parts).toHaveLength(100)
  expect(() => Name.parse(sequence(...attributes))).toThrow(HubError)
})

test('any text survives, and the text form is one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
      const name = buildName([{ type: ATTRIBUTE.commonName, value }])
      expect(name.valuesOf(ATTRIBUTE.commonName)).toEqual([value])
      expect(name.text).not.toMatch(/[\r\n\0]/)
    }),
    { seed: 5 },
  )
})

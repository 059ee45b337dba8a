import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readHeader } from './header.ts'
import { decodeObjectIdentifier } from './object-identifier.ts'
import { Asn1Reader } from './reader.ts'
import * as write from './writer.ts'

const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test.for([
  [0, '020100'],
  [127, '02017f'],
  [128, '02020080'],
  [255, '020200ff'],
  [256, '02020100'],
  [-1, '0201ff'],
  [-128, '020180'],
  [-129, '0202ff7f'],
  [2n ** 64n, '0209010000000000000000'],
] as const)('the integer %s is written in its shortest form', ([value, hex]) => {
  expect(toHex(write.integer(value))).toBe(hex)
})

test.for([
  ['000000', '020100'],
  ['0001', '020101'],
  ['80', '02020080'],
  ['', '020100'],
])('the magnitude "%s" becomes a number that is not negative', ([magnitude = '', hex]) => {
  expect(toHex(write.unsignedInteger(Buffer.from(magnitude, 'hex')))).toBe(hex)
})

test('lengths change their form where X.690 says', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 32, 2 ** 40]) {
    const header = write.header(0x04, length)
    expect(readHeader(header, 0, 'der')).toEqual({
      tag: 0x04,
      headerBytes: header.byteLength,
      contentBytes: length,
    })
  }
})

test('a SET OF is sorted by the octets of its elements', () => {
  const sorted = write.setOf(
    write.integer(3),
    write.octetString(new Uint8Array(1)),
    write.integer(1),
  )
  expect(toHex(sorted)).toBe('3109' + '020101' + '020103' + '040100')
})

test('object identifiers survive the way there and back', () => {
  const arc = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 100n })).map(String)
  const identifier = fc
    .tuple(fc.constantFrom('0.39', '1.0', '2.5', '2.999', '2.25'), fc.array(arc, { maxLength: 3 }))
    .map(([first, rest]) => [first, ...rest].join('.'))
  fc.assert(
    fc.property(identifier, (dotted) => {
      const content = Asn1Reader.der(write.objectIdentifier(dotted)).element().content
      expect(decodeObjectIdentifier(content)).toBe(dotted)
    }),
    { seed: 20260101 },
  )
})

test.for(['', '1', '3.1', '1.40', '1.2.', '1.02', '2.5.-1', '1.2.840.x'])(
  '"%s" is no object identifier',
  (dotted) => {
    expect(() => write.objectIdentifier(dotted)).toThrow('no object identifier')
  },
)

test('a text that its type cannot hold is refused', () => {
  expect(() => write.ia5String('zoë')).toThrow('IA5String')
  expect(() => write.printableString('a@b')).toThrow('PrintableString')
})

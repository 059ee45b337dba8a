import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from './reader.ts'
import { TAG, contextPrimitive } from './tags.ts'
import * as write from './writer.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Looks into everything it can, as a consumer that trusts nothing would. */
function walk(reader: Asn1Reader): void {
  while (!reader.isAtEnd) {
    const element = reader.element()
    if ((element.tag & 0x20) !== 0) walk(reader.within(element))
  }
}

test('a structure that was written is read back', () => {
  const bytes = write.sequence(
    write.integer(-129),
    write.boolean(true),
    write.objectIdentifier('1.2.840.113549.1.7.2'),
    write.explicit(0, write.octetString(hex('0102'))),
    write.implicit(1, write.bitString(hex('80'), 7)),
    write.time(new Date('2049-12-31T23:59:59Z')),
    write.time(new Date('2050-01-01T00:00:00Z')),
    write.setOf(write.utf8String('zoë'), write.printableString('a')),
    write.nullValue(),
  )
  const outer = Asn1Reader.der(bytes)
  const reader = outer.sequence()
  expect(toHex(reader.integer())).toBe('ff7f')
  expect(reader.boolean()).toBe(true)
  expect(reader.objectIdentifier()).toBe('1.2.840.113549.1.7.2')
  expect(toHex(reader.explicit(0).octetString())).toBe('0102')
  expect(reader.bits(contextPrimitive(1))).toMatchObject({ unusedBits: 7 })
  expect(reader.peekTag()).toBe(TAG.utcTime)
  expect(reader.time().toISOString()).toBe('2049-12-31T23:59:59.000Z')
  expect(reader.peekTag()).toBe(TAG.generalizedTime)
  expect(reader.time().toISOString()).toBe('2050-01-01T00:00:00.000Z')
  const set = reader.set()
  expect([set.text(), set.text()]).toEqual(['zoë', 'a'])
  reader.null()
  reader.end()
  outer.end()
})

test.for([
  { name: 'an indefinite octet string', ber: '2480 0402 0102 0401 03 0000', octets: '010203' },
  { name: 'pieces within pieces', ber: '2407 2405 0401 01 0400', octets: '01' },
  { name: 'a length in the long form', ber: '0482 0001 ff', octets: 'ff' },
  { name: 'no pieces', ber: '2480 0000', octets: '' },
])('BER with $name is read, DER refuses it', ({ ber, octets }) => {
  const reader = Asn1Reader.ber(hex(ber))
  expect(toHex(reader.octetString())).toBe(octets)
  reader.end()
  expect(() => Asn1Reader.der(hex(ber)).octetString()).toThrow(HubError)
})

test('the end of an indefinite length is found past inner ones', () => {
  const reader = Asn1Reader.ber(hex('3080 3080 0201 05 0000 a003 0201 06 0000 0500'))
  const outer = reader.sequence()
  expect(outer.sequence().smallInteger()).toBe(5)
  expect(outer.explicit(0).smallInteger()).toBe(6)
  outer.end()
  reader.null()
  reader.end()
})

test.for([
  { name: 'nothing', der: '' },
  { name: 'a tag alone', der: '30' },
  { name: 'a length beyond the end', der: '3003 0201' },
  { name: 'a padded length', der: '308101 00' },
  { name: 'a length of seven octets', der: '0487 00000000000001 00' },
  { name: 'an end of contents that has content', der: '3080 0001 00 0000' },
  { name: 'an indefinite length without end', der: '3080 0201 01' },
  { name: 'a padded tag number', der: '1f801f 00' },
  { name: 'a small tag number in the long form', der: '1f05 00' },
])('$name is malformed', ({ der }) => {
  expect(() => walk(Asn1Reader.der(hex(der)).within(Asn1Reader.der(hex(der)).element()))).toThrow(
    HubError,
  )
})

test.for([
  ['an empty integer', '0200', (r: Asn1Reader) => r.integer()],
  ['a padded integer', '02020001', (r: Asn1Reader) => r.integer()],
  ['a negative version', '0201ff', (r: Asn1Reader) => r.smallInteger()],
  ['a boolean of 1', '010101', (r: Asn1Reader) => r.boolean()],
  ['an unfinished identifier', '060181', (r: Asn1Reader) => r.objectIdentifier()],
  ['a padded identifier arc', '0603550080', (r: Asn1Reader) => r.objectIdentifier()],
  ['8 unused bits', '03020800', (r: Asn1Reader) => r.bits()],
  ['unused bits of nothing', '030101', (r: Asn1Reader) => r.bits()],
  ['unused bits that are set', '03020101', (r: Asn1Reader) => r.bits()],
  ['a broken UTF-8 string', '0c01ff', (r: Asn1Reader) => r.text()],
  ['half a BMP character', '1e0100', (r: Asn1Reader) => r.text()],
  ['no such character', '1c0400110000', (r: Asn1Reader) => r.text()],
  ['30 February', '170d3235303233303030303030305a', (r: Asn1Reader) => r.time()],
  ['a time without seconds', '170b323530313031303030305a', (r: Asn1Reader) => r.time()],
] as const)('DER with %s is malformed', ([, der, read]) => {
  expect(() => read(Asn1Reader.der(hex(der)))).toThrow(
    expect.objectContaining({ code: 'asn1.malformed' }),
  )
})

test('depth is limited, by entering and in indefinite lengths', () => {
  const nested = (depth: number) => {
    let bytes: Uint8Array = new Uint8Array(0)
    for (let level = 0; level < depth; level += 1) bytes = write.sequence(bytes)
    return bytes
  }
  const limits = { maxDepth: 5, maxElements: 100 }
  walk(Asn1Reader.der(nested(5), limits))
  expect(() => walk(Asn1Reader.der(nested(6), limits))).toThrow(
    expect.objectContaining({ code: 'asn1.too_deep' }),
  )
  const open = (depth: number) => hex('3080'.repeat(depth) + '0000'.repeat(depth))
  walk(Asn1Reader.ber(open(5), limits))
  expect(() => Asn1Reader.ber(open(6), limits).element()).toThrow(
    expect.objectContaining({ code: 'asn1.too_deep' }),
  )
})

test('the number of elements is limited over all levels', () => {
  const bytes = write.sequence(write.nullValue(), write.sequence(write.nullValue()))
  walk(Asn1Reader.der(bytes, { maxDepth: 5, maxElements: 4 }))
  expect(() => walk(Asn1Reader.der(bytes, { maxDepth: 5, maxElements: 3 }))).toThrow(
    expect.objectContaining({ code: 'asn1.too_large' }),
  )
})

test('whatever the bytes are, reading them gives values or a HubError', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Bytes that are likely to be tags and lengths get deeper.
    fc.array(fc.constantFrom(0, 1, 2, 4, 0x1f, 0x24, 0x30, 0x31, 0x80, 0x81, 0xa0, 0xff), {
      maxLength: 80,
    }),
  )
  const readings: ((reader: Asn1Reader) => unknown)[] = [
    (r) => walk(r),
    (r) => r.integer(),
    (r) => r.objectIdentifier(),
    (r) => r.octetString(),
    (r) => r.bits(),
    (r) => r.time(),
    (r) => r.text(),
  ]
  fc.assert(
    fc.property(anything, fc.constantFrom(...readings), fc.boolean(), (bytes, read, der) => {
      const input = Uint8Array.from(bytes)
      try {
        read(der ? Asn1Reader.der(input) : Asn1Reader.ber(input))
      } catch (error) {
        if (!(error instanceof HubError)) throw error
      }
    }),
    { numRuns: 5000, seed: 20260101 },
  )
})

test.for([
  ['3000', false],
  ['3002 0500', true],
  ['3004 0500 0500', false],
  ['3006 0404 0500 0500', true],
] as const)('whether one element is left in %s is %s', ([encoded, hasOne]) => {
  const reader = Asn1Reader.der(hex(encoded)).sequence()
  expect(reader.hasOneLeft).toBe(hasOne)
  expect(reader.isAtEnd).toBe(encoded === '3000')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, canonicalSet } from './canonical.ts'
import { contextConstructed } from './tags.ts'
import { element, octetString, sequence, setOf } from './writer.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test.for([
  { name: 'an indefinite length', ber: '3080 0201 05 0000', der: '3003 0201 05' },
  { name: 'a long form', ber: '30 8103 0201 05', der: '3003 0201 05' },
  { name: 'a long form within', ber: '3004 02 8101 05', der: '3003 0201 05' },
  { name: 'pieces of a string', ber: '2480 0401 01 2403 0401 02 0000', der: '0402 01 02' },
  { name: 'pieces of a text', ber: '2c06 0c01 61 0c01 62', der: '0c02 61 62' },
  { name: 'pieces of a bit string', ber: '2308 0302 00 ff 0302 04 f0', der: '0303 04 ff f0' },
  { name: 'an unsorted SET', ber: '3106 0201 02 0201 01', der: '3106 0201 01 0201 02' },
  { name: 'a TRUE of 1', ber: '0101 01', der: '0101 ff' },
  { name: 'pieces deep inside', ber: 'a007 3105 2403 0401 07', der: 'a005 3103 0401 07' },
])('$name becomes DER', ({ ber, der }) => {
  expect(canonical(hex(ber))).toEqual(hex(der))
})

test.for(['3003020105', '0500', '0403010203', '3100', '310302 0105', '1f2a00'])(
  'DER stays as it is: %s',
  (der) => {
    expect(canonical(hex(der))).toEqual(hex(der))
  },
)

test.for(['30', '3080', '3003020105 00', '2403 0201 05 00'])('%s is malformed', (ber) => {
  expect(() => canonical(hex(ber))).toThrow(expect.objectContaining({ code: 'asn1.malformed' }))
})

test('nesting is limited', () => {
  const nested = (depth: number) => hex('3080'.repeat(depth) + '0000'.repeat(depth))
  expect(canonical(nested(60)).byteLength).toBeLessThan(240)
  expect(() => canonical(nested(70))).toThrow(expect.objectContaining({ code: 'asn1.too_deep' }))
})

test('a tagged set is taken as it is only when its elements are sorted', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 4 })
  fc.assert(
    fc.property(parts, (contents) => {
      const elements = contents.map((content) => sequence(octetString(content)))
      const sorted = setOf(...elements)
      const tagged = element(contextConstructed(0), ...elements)
      const isSorted = tagged.subarray(1).every((octet, at) => octet === sorted[at + 1])
      expect(canonicalSet(tagged)).toEqual(isSorted ? sorted : undefined)
    }),
    { seed: 12, numRuns: 500 },
  )
})

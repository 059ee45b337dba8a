import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyKey, anyText } from '../../../test/support/registry-values.ts'
import { HubError } from '../../base/errors.ts'
import { encodePol, parsePol, type PolRecord } from './pol.ts'

const dword = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const record = (values: Partial<PolRecord> = {}): PolRecord => ({
  key: 'SOFTWARE\\Microsoft\\AGPM',
  name: 'EncryptSmtp',
  typeNumber: 4,
  data: dword(1),
  ...values,
})
const plain = (records: readonly PolRecord[]) =>
  records.map((each) => ({ ...each, data: Buffer.from(each.data).toString('hex') }))
const errorOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  return undefined
}

/** The published vector, written by hand: character by character, size by size. */
const VECTOR = Buffer.concat([
  Buffer.from('5052656701000000', 'hex'),
  ...[
    { name: 'EncryptSmtp', value: 1 },
    { name: 'SmtpPort', value: 587 },
  ].flatMap(({ name, value }) => [
    Buffer.from(`[SOFTWARE\\Microsoft\\AGPM\0;${name}\0;`, 'utf16le'),
    Buffer.from('040000003b00040000003b00', 'hex'),
    dword(value),
    Buffer.from(']', 'utf16le'),
  ]),
])

test('M5: EncryptSmtp 1 and SmtpPort 587 are the 194 bytes of the vector', () => {
  const records = [record(), record({ name: 'SmtpPort', data: dword(587) })]
  const bytes = Buffer.from(encodePol(records))
  expect(bytes).toEqual(VECTOR)
  expect(bytes).toHaveLength(194)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(
    '740c4b8afd9bc981aab6908690fde783554dfe5aae094cb35171c38afb25b0dc',
  )
  expect(plain(parsePol(bytes))).toEqual(plain(records))
})

test.for([
  { name: 'signs of the structure', data: Buffer.from('];[;\0]\0[\0;\0', 'utf16le') },
  { name: 'a whole record', data: Buffer.from(encodePol([record()])).subarray(8) },
  { name: 'an odd number of bytes', data: Buffer.from('3b005d', 'hex') },
  { name: 'nothing', data: Buffer.alloc(0) },
  { name: '65,535 bytes', data: Buffer.alloc(65_535, 0x5d) },
])('M5: data of $name ends where its size says', ({ data }) => {
  const records = [record({ typeNumber: 3, data }), record()]
  expect(plain(parsePol(encodePol(records)))).toEqual(plain(records))
})

const changed = (at: number, ...bytes: number[]) => {
  const copy = Buffer.from(VECTOR)
  copy.set(bytes, at)
  return copy
}
/** Where the type of the first record stands. */
const TYPE_AT = 8 + 2 + 2 * 24 + 2 + 2 * 12 + 2

describe('M5: registry.pol is refused by name', () => {
  test.for([
    { name: 'nothing', bytes: Buffer.alloc(0) },
    { name: 'another signature', bytes: changed(0, 0x51) },
    { name: 'another version', bytes: changed(4, 2) },
    { name: 'no [', bytes: changed(8, 0x5d) },
    { name: 'no ;', bytes: changed(TYPE_AT + 4, 0x3a) },
    { name: 'a size beyond 65,535', bytes: changed(TYPE_AT + 6, 0, 0, 1, 0) },
    { name: 'a size beyond the file', bytes: changed(TYPE_AT + 6, 0xff, 0xff) },
    { name: 'a size too small', bytes: changed(TYPE_AT + 6, 3) },
    { name: 'half a character in a key', bytes: changed(10, 0, 0xd8) },
    { name: 'an empty key', bytes: changed(10, 0, 0) },
    { name: 'a record that ends early', bytes: VECTOR.subarray(0, -2) },
    { name: 'half a character at the end', bytes: Buffer.concat([VECTOR, Buffer.alloc(1)]) },
  ])('$name', ({ bytes }) => {
    expect(errorOf(() => parsePol(bytes))?.code).toBe('registry_pol.malformed')
  })

  test('a name of 260 characters, and not one of 259', () => {
    const named = (count: number) =>
      Buffer.concat([
        VECTOR.subarray(0, 8),
        Buffer.from(`[a\0;${'n'.repeat(count)}\0;`, 'utf16le'),
        Buffer.from('010000003b00000000003b005d00', 'hex'),
      ])
    expect(parsePol(named(259))[0]?.name).toHaveLength(259)
    expect(errorOf(() => parsePol(named(260)))?.code).toBe('registry_pol.malformed')
  })

  test('more bytes or records than allowed', () => {
    const limits = { sizeBytes: 194, records: 2 }
    expect(parsePol(VECTOR, limits)).toHaveLength(2)
    for (const less of [{ records: 1 }, { sizeBytes: 193 }]) {
      const error = errorOf(() => parsePol(VECTOR, { ...limits, ...less }))
      expect(error?.code).toBe('registry.too_large')
    }
  })
})

test.for([
  { name: 'a key that begins with a backslash', values: { key: '\\a' } },
  { name: 'a key with an empty part', values: { key: 'a\\\\b' } },
  { name: 'no key', values: { key: '' } },
  { name: 'a key beyond ASCII', values: { key: 'é' } },
  { name: 'a name of 260 characters', values: { name: 'n'.repeat(260) } },
  { name: 'a name with a NUL', values: { name: 'a\0' } },
  { name: '65,536 bytes', values: { data: Buffer.alloc(65_536) } },
])('M5: $name is not written to registry.pol', ({ values }) => {
  expect(errorOf(() => encodePol([record(values)]))?.code).toBe('registry.unwritable')
})

test('M5: whatever records are, they are written and read again', () => {
  const any = fc.record({
    key: anyKey,
    name: anyText,
    typeNumber: fc.nat(0xffff_ffff),
    data: fc.uint8Array({ maxLength: 100 }),
  })
  fc.assert(
    fc.property(fc.array(any, { maxLength: 5 }), (records) => {
      expect(plain(parsePol(encodePol(records)))).toEqual(plain(records))
    }),
  )
})

test('M5: registry.pol with anything changed in it is read or refused by name', () => {
  fc.assert(
    fc.property(fc.nat(193), fc.nat(255), fc.nat(8), (at, byte, missing) => {
      const bytes = changed(at, byte).subarray(0, 194 - missing)
      expect(errorOf(() => parsePol(bytes))?.code ?? '').toMatch(/^(registry_pol\.malformed|)$/)
    }),
    { numRuns: 1_000 },
  )
})

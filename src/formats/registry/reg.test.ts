import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lines } from '../../../test/support/registry-samples.ts'
import { anyData, anyKey, anyText } from '../../../test/support/registry-values.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeXml } from '../xml/encoding.ts'
import { HIVES } from './document.ts'
import { parseReg, type RegKey } from './reg-read.ts'
import { encodeReg } from './reg-write.ts'

const HEADER = 'Windows Registry Editor Version 5.00'
const read = (...text: string[]) => parseReg(encodeXml(lines(HEADER, '', ...text), 'utf-16le'))
const write = (keys: readonly RegKey[]) =>
  Buffer.from(encodeReg(keys)).subarray(2).toString('utf16le')
const valuesOf = (...text: string[]) => read('[HKEY_LOCAL_MACHINE\\a]', ...text)[0]?.values
const dataOf = (text: string) => valuesOf(`"v"=${text}`)?.[0]?.data
const errorOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    if (error instanceof HubError) return error
    throw error
  }
  return undefined
}

const PROCEDURE: RegKey = {
  hive: 'HKEY_LOCAL_MACHINE',
  key: 'SOFTWARE\\Microsoft\\AGPM',
  isDeleted: false,
  values: [
    { name: 'EncryptSmtp', data: { type: 'REG_DWORD', value: 1 } },
    { name: 'SmtpPort', data: { type: 'REG_DWORD', value: 587 } },
  ],
}
const PROCEDURE_REG = lines(
  HEADER,
  '',
  '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\AGPM]',
  '"EncryptSmtp"=dword:00000001',
  '"SmtpPort"=dword:0000024b',
  '',
)

test('M5: a .reg file is version 5, UTF-16LE with a byte order mark and CRLF', () => {
  const bytes = Buffer.from(encodeReg([PROCEDURE]))
  expect(bytes.subarray(0, 2).toString('hex')).toBe('fffe')
  expect(write([PROCEDURE])).toBe(PROCEDURE_REG)
  expect(parseReg(bytes)).toEqual([PROCEDURE])
})

test.for(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'] as const)(
  'M5: a .reg file in %s is read',
  (encoding) => {
    expect(parseReg(encodeXml(PROCEDURE_REG, encoding))).toEqual([PROCEDURE])
  },
)

describe('M5: values of .reg files', () => {
  test.for([
    { text: '"a\\\\b\\"c"', data: { type: 'REG_SZ', value: 'a\\b"c' } },
    { text: '"C:\\Temp" ; not doubled', data: { type: 'REG_SZ', value: 'C:\\Temp' } },
    { text: '"one\r\ntwo"', data: { type: 'REG_SZ', value: 'one\r\ntwo' } },
    { text: '"a;b]"', data: { type: 'REG_SZ', value: 'a;b]' } },
    { text: 'dword:1', data: { type: 'REG_DWORD', value: 1 } },
    { text: 'DWORD:0000024B', data: { type: 'REG_DWORD', value: 587 } },
    { text: 'qword:00000001000000ff', data: { type: 'REG_QWORD', value: '4294967551' } },
    { text: 'hex(b):ff,00,00,00,01,00,00,00', data: { type: 'REG_QWORD', value: '4294967551' } },
    { text: 'hex:', data: { type: 'REG_BINARY', value: '' } },
    { text: 'hex:00,0f,\\\r\n  ff,\\\r\n  7', data: { type: 'REG_BINARY', value: '000fff07' } },
    { text: 'hex:00,0f ; comment', data: { type: 'REG_BINARY', value: '000f' } },
    { text: 'hex(2):25,00,61,00,25,00,00,00', data: { type: 'REG_EXPAND_SZ', value: '%a%' } },
    {
      text: 'hex(7):61,00,00,00,62,00,63,00,00,00,00,00',
      data: { type: 'REG_MULTI_SZ', value: ['a', 'bc'] },
    },
    { text: 'hex(7):00,00', data: { type: 'REG_MULTI_SZ', value: [] } },
    { text: 'hex(1):61,00', data: { type: 'REG_SZ', value: 'a' } },
    { text: 'hex(1):61', data: { type: 'bytes', typeNumber: 1, value: '61' } },
    { text: 'hex(4):61', data: { type: 'bytes', typeNumber: 4, value: '61' } },
    { text: 'hex(0):', data: { type: 'bytes', typeNumber: 0, value: '' } },
    { text: 'hex(5):00,00,02,4b', data: { type: 'bytes', typeNumber: 5, value: '0000024b' } },
    { text: '-', data: undefined },
  ])('$text', ({ text, data }) => {
    expect(dataOf(text)).toEqual(data)
  })

  test('REGEDIT4 has texts of one byte a character', () => {
    const text = lines(
      'REGEDIT4',
      '[HKLM\\a]',
      '"v"=hex(2):25,61,25,00',
      '"w"=hex(7):61,00,62,00,00',
    )
    expect(parseReg(encodeUtf8(text))[0]?.values).toEqual([
      { name: 'v', data: { type: 'REG_EXPAND_SZ', value: '%a%' } },
      { name: 'w', data: { type: 'REG_MULTI_SZ', value: ['a', 'b'] } },
    ])
  })
})

test('M5: keys are set, deleted and named as regedit does', () => {
  const keys = read(
    '; a comment',
    '[HKLM\\SOFTWARE\\a]b]',
    '  @ = "default"',
    '"x\\"y"=-',
    '@=-',
    '',
    '[-HKEY_USERS\\.DEFAULT\\c]',
    '[HKEY_CURRENT_USER]',
  )
  expect(keys).toEqual([
    {
      hive: 'HKEY_LOCAL_MACHINE',
      key: 'SOFTWARE\\a]b',
      isDeleted: false,
      values: [
        { name: '', data: { type: 'REG_SZ', value: 'default' } },
        { name: 'x"y' },
        { name: '' },
      ],
    },
    { hive: 'HKEY_USERS', key: '.DEFAULT\\c', isDeleted: true, values: [] },
    { hive: 'HKEY_CURRENT_USER', key: '', isDeleted: false, values: [] },
  ])
  expect(parseReg(encodeReg(keys))).toEqual(keys)
})

test('M5: bytes are broken into lines of 80 characters at most', () => {
  const value = Array.from({ length: 60 }, (_each, index) => index.toString(16).padStart(2, '0'))
  const key = {
    ...PROCEDURE,
    values: [{ name: 'abc', data: { type: 'REG_BINARY', value: value.join('') } }],
  }
  const text = write([key as RegKey])
  expect(text.split('\r\n').slice(3, 6)).toEqual([
    `"abc"=hex:${value.slice(0, 22).join(',')},\\`,
    `  ${value.slice(22, 47).join(',')},\\`,
    `  ${value.slice(47).join(',')}`,
  ])
  expect(parseReg(encodeReg([key as RegKey]))).toEqual([key])
})

describe('M5: a .reg file is refused by name and line', () => {
  test.for([
    { name: 'a value before the first key', text: ['"a"="b"'], line: 3 },
    { name: 'an unknown hive', text: ['[HKEY_X\\a]'], line: 3 },
    { name: 'a key without its end', text: ['[HKLM\\a'], line: 3 },
    { name: 'a value below a deleted key', text: ['[-HKLM\\a]', '"a"="b"'], line: 4 },
    { name: 'a name without =', text: ['[HKLM\\a]', '', '"a" "b"'], line: 5 },
    { name: 'something behind a text', text: ['[HKLM\\a]', '"a"="b" c'], line: 4 },
    { name: 'a text without its end', text: ['[HKLM\\a]', '"a"="b'], line: 4 },
    { name: 'an unknown form', text: ['[HKLM\\a]', '"a"=float:1'], line: 4 },
    { name: 'a dword of nine digits', text: ['[HKLM\\a]', '"a"=dword:123456789'], line: 4 },
    { name: 'bytes that are none', text: ['[HKLM\\a]', '"a"=hex:0g'], line: 4 },
    { name: 'a line of nothing known', text: ['[HKLM\\a]', 'a=b'], line: 4 },
  ])('$name', ({ text, line }) => {
    const error = errorOf(() => read(...text))
    expect(error).toMatchObject({ code: 'registry_reg.malformed', detail: { line } })
  })

  test.for([
    { name: 'nothing', bytes: Buffer.alloc(0) },
    { name: 'another header', bytes: Buffer.from('Windows Registry Editor Version 6.00\r\n') },
    {
      name: 'a code page that is not said',
      bytes: Buffer.from('REGEDIT4\r\n[HKLM\\\xe9]', 'latin1'),
    },
    {
      name: 'UTF-16 of an odd length',
      bytes: encodeXml(PROCEDURE_REG, 'utf-16le').subarray(0, -1),
    },
  ])('$name', ({ bytes }) => {
    expect(errorOf(() => parseReg(bytes))?.code).toBe('registry_reg.malformed')
  })

  test('more bytes or entries than allowed', () => {
    const bytes = encodeReg([PROCEDURE])
    const limits = { sizeBytes: bytes.byteLength, entries: 3 }
    expect(parseReg(bytes, limits)).toEqual([PROCEDURE])
    for (const less of [{ entries: 2 }, { sizeBytes: bytes.byteLength - 1 }]) {
      const error = errorOf(() => parseReg(bytes, { ...limits, ...less }))
      expect(error?.code).toBe('registry.too_large')
    }
  })
})

test.for([
  { name: 'a key with a line end', key: { ...PROCEDURE, key: 'a\nb' } },
  { name: 'a name with a NUL', key: { ...PROCEDURE, values: [{ name: 'a\0' }] } },
  { name: 'half a character', key: { ...PROCEDURE, key: '\ud800' } },
])('M5: $name is not written to a .reg file', ({ key }) => {
  expect(errorOf(() => encodeReg([key]))?.code).toBe('registry.unwritable')
})

test.for([
  { name: 'texts that do not end', text: `"a"="${'\\"'.repeat(500_000)}` },
  { name: 'lines that go on', text: `"a"=hex:${'00,\\\r\n'.repeat(200_000)}zz` },
  { name: 'spaces', text: `"a"${' '.repeat(1_000_000)}x` },
])('A-15: takes time by the length, not by its square: $name', ({ text }) => {
  const start = performance.now()
  expect(errorOf(() => valuesOf(text))?.code).toBe('registry_reg.malformed')
  expect(performance.now() - start).toBeLessThan(3_000)
})

test('M5: whatever keys and values are, they are written and read again', () => {
  const any = fc.oneof(
    fc.record({
      hive: fc.constantFrom(...HIVES),
      key: anyKey,
      isDeleted: fc.constant(false),
      values: fc.array(fc.record({ name: anyText, data: anyData }, { requiredKeys: ['name'] })),
    }),
    fc.record({
      hive: fc.constantFrom(...HIVES),
      key: anyKey,
      isDeleted: fc.constant(true),
      values: fc.constant([]),
    }),
  )
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), (keys) => {
      expect(parseReg(encodeReg(keys))).toEqual(keys)
    }),
  )
})

test('M5: a .reg file with anything changed in it is read or refused by name', () => {
  const sample = lines(
    HEADER,
    '[HKLM\\a]',
    '"b"="c\\\\d"',
    '@=hex(7):61,00,\\',
    '  00,00',
    '"e"=dword:1',
    '[-HKCU\\f]',
  )
  const piece = fc.constantFrom(...'[]"\\@=-;:,() a0\r\n\0\u00e9', 'hex(', 'dword:')
  fc.assert(
    fc.property(fc.nat(sample.length), fc.nat(6), piece, (at, removed, put) => {
      const text = sample.slice(0, at) + put + sample.slice(at + removed)
      const code = errorOf(() => parseReg(encodeUtf8(text)))?.code ?? ''
      expect(code).toMatch(/^(registry_reg\.malformed|)$/)
    }),
    { numRuns: 1_000 },
  )
})

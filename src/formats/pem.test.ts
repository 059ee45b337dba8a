import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeUtf8 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { encodePem, isPem, parsePem } from './pem.ts'

test('what is written is read back, label and bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (der) => {
      const [block, ...others] = parsePem(encodePem('CERTIFICATE', der))
      expect(others).toEqual([])
      expect(block?.label).toBe('CERTIFICATE')
      expect(new Uint8Array(block?.der ?? [])).toEqual(der)
    }),
    { seed: 7 },
  )
})

test('lines have 64 characters', () => {
  const lines = encodePem('X', new Uint8Array(100)).split('\n')
  expect(lines.map((line) => line.length)).toEqual([17, 64, 64, 8, 15, 0])
})

test.for([
  { name: 'CRLF', text: '-----BEGIN A-----\r\nAQID\r\n-----END A-----\r\n' },
  {
    name: 'text around the block',
    text: 'subject=x\n-----BEGIN A-----\nAQID\n-----END A-----\nbye',
  },
  { name: 'one long line with spaces', text: '-----BEGIN A-----\n  AQ\n  ID \n-----END A-----' },
])('reads a block with $name', ({ text }) => {
  expect(parsePem(text).map(({ label, der }) => [label, ...der])).toEqual([['A', 1, 2, 3]])
})

test('reads several blocks, and the headers of an old encrypted key', () => {
  const blocks = parsePem(
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAQID\n' +
      '-----END RSA PRIVATE KEY-----\n-----BEGIN B-----\n-----END B-----\n',
  )
  expect(blocks.map(({ label }) => label)).toEqual(['RSA PRIVATE KEY', 'B'])
  expect(blocks[0]?.headers.get('Proc-Type')).toBe('4,ENCRYPTED')
  expect(blocks[1]?.der.byteLength).toBe(0)
})

test.for([
  { name: 'without END', text: '-----BEGIN A-----\nAQID\n' },
  { name: 'with END of another label', text: '-----BEGIN A-----\nAQID\n-----END B-----\n' },
  { name: 'with a label without end', text: '-----BEGIN A\nAQID\n-----END A-----\n' },
  { name: 'that is not base64', text: '-----BEGIN A-----\nA?ID\n-----END A-----\n' },
  { name: 'with a cut quantum', text: '-----BEGIN A-----\nAQI\n-----END A-----\n' },
  {
    name: 'ten thousand and one times',
    text: '-----BEGIN A-----\n-----END A-----\n'.repeat(10_001),
  },
])('refuses a block $name', ({ text }) => {
  expect(() => parsePem(text)).toThrow(HubError)
})

test('bytes without a BEGIN line are not PEM', () => {
  expect(isPem(encodeUtf8('x -----BEGIN A-----'))).toBe(true)
  expect(isPem(new Uint8Array([0x30, 0x82]))).toBe(false)
  expect(parsePem('nothing here')).toEqual([])
})

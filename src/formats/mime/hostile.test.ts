/** What strangers send to keep a reader busy, or to be taken for someone else. */

import { cpuUsage } from 'node:process'
import { describe, expect, test } from 'vitest'
import { encodeLatin1 } from '../../base/bytes.ts'
import { parseAddressList, sameAddress } from './addresses.ts'
import { parseContentType } from './content-type.ts'
import { decodeWords } from './encoded-words.ts'
import { splitMessage } from './entity.ts'
import { parseHeaderFields } from './header-fields.ts'
import { CrlfCanonicalizer } from './line-ends.ts'
import { QuotedPrintableDecoder } from './quoted-printable.ts'
import { sourceOf } from './source.ts'

/** Just below the limit of a header; what takes time by the square of it takes minutes. */
const LONG = 500_000

const split = (text: string) => splitMessage(sourceOf(encodeLatin1(text)))
const header = (text: string) => parseHeaderFields(encodeLatin1(text))

/** A hundred times what they need on a slow machine. */
const ENOUGH_MS = 3_000

describe('A-15: takes time by the length, not by its square', () => {
  test.for([
    {
      name: 'a transfer encoding of opening brackets',
      read: () => split(`Content-Transfer-Encoding: ${'('.repeat(LONG)}\r\n\r\n`),
    },
    {
      name: 'a field name with white space in it',
      read: () => header(`X${' '.repeat(LONG)}x: y\r\n`),
    },
    {
      name: 'white space after what is nearly a delimiter, line after line',
      read: () =>
        split(
          `Content-Type: multipart/mixed; boundary=a\r\n\r\n${`--${' '.repeat(1_000)}x\r\n`.repeat(10_000)}`,
        ),
    },
    {
      name: 'quoted-printable of carriage returns',
      read: () => {
        const decoder = new QuotedPrintableDecoder()
        const piece = new Uint8Array(64 * 1024).fill(0x0d)
        for (let count = 0; count < 300; count += 1) decoder.update(piece)
      },
    },
    ...['\r', '\n', '\n\r'].map((lineEnd) => ({
      name: `content of ${JSON.stringify(lineEnd)} alone, made canonical`,
      read: () => {
        const canonicalizer = new CrlfCanonicalizer()
        const piece = encodeLatin1(lineEnd.repeat((64 * 1024) / lineEnd.length))
        for (let count = 0; count < 100; count += 1) canonicalizer.update(piece)
      },
    })),
    { name: 'an address of brackets', read: () => parseAddressList(`${'()'.repeat(LONG / 2)}a@b`) },
    {
      name: 'an address of words',
      read: () => parseAddressList(`${'"a" b.'.repeat(LONG / 6)}<a@b>`),
    },
    { name: 'parameters', read: () => parseContentType(`a/b${';a*0=b;a*1*=c'.repeat(LONG / 14)}`) },
    {
      name: 'nearly encoded words',
      read: () => decodeWords(`${'=?a*b?q?'.repeat(LONG / 8)}?=   =?`),
    },
  ])('$name', ({ read }) => {
    // Processor time: what else the machine does strikes nobody.
    const start = cpuUsage()
    read()
    const { user, system } = cpuUsage(start)
    expect((user + system) / 1_000).toBeLessThan(ENOUGH_MS)
  })
})

test('quoted-printable: a line end after many carriage returns stays one', () => {
  const decoder = new QuotedPrintableDecoder()
  const decoded = decoder.update(encodeLatin1(`${'\r'.repeat(5_000)}\n`))
  expect(Buffer.from(decoded.subarray(-2)).toString('latin1')).toBe('\r\n')
})

test.for([
  { value: '(a (b) c) Base64 (d)', encoding: 'base64' },
  { value: '', encoding: '7bit' },
  { value: '(base64)', encoding: '7bit' },
  { value: 'base64 7bit', encoding: 'base64 7bit' },
  { value: '"base64"', encoding: '"base64"' },
])('a transfer encoding of $value is $encoding', ({ value, encoding }) => {
  expect(split(`Content-Transfer-Encoding: ${value}\r\n\r\n`).transferEncoding).toBe(encoding)
})

test.for([
  'alice@example.com/ü.evil.example',
  'alice@example.com#ü',
  'alice@example.com:1。evil.example',
  'alice@ex%61mple。com',
  'alice@ü@example.com',
])('H-02: %s is not an address of example.com', (address) => {
  expect(sameAddress(address, 'alice@example.com')).toBe(false)
})

test('H-02: a domain in Unicode and its A-labels are the same', () => {
  expect(sameAddress('alice@BÜCHER.example', 'alice@xn--bcher-kva.example')).toBe(true)
})

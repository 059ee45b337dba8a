import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeLatin1 } from '../../base/bytes.ts'
import { Base64Decoder, Base64Encoder, encodeBase64Lines } from './base64.ts'
import { CrlfCanonicalizer, surveyContent } from './line-ends.ts'
import { QuotedPrintableDecoder, QuotedPrintableEncoder } from './quoted-printable.ts'
import { collect, sourceOf } from './source.ts'
import { through, type Transform } from './transfer-encoding.ts'

const run = (transform: Transform, pieces: readonly Uint8Array[]) =>
  collect(through(pieces, transform))
const text = (transform: Transform, input: string) =>
  Buffer.from(run(transform, [encodeLatin1(input)])).toString('latin1')

/** Bytes cut into pieces anywhere. */
const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 })
const runs = { seed: 2045, numRuns: 400 }

describe('base64', () => {
  test('a stream gives the lines that Node would, wrapped', () => {
    fc.assert(
      fc.property(pieces, (input) => {
        const whole = Buffer.concat(input)
        const lines = whole.toString('base64').match(/.{1,76}/g) ?? []
        const expected = lines.map((line) => `${line}\r\n`).join('')
        expect(Buffer.from(run(new Base64Encoder(), input)).toString()).toBe(expected)
        expect(Buffer.from(encodeBase64Lines(whole)).toString()).toBe(expected)
      }),
      runs,
    )
  })

  test('decoding gives back what was encoded, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), fc.nat(1_400), (input, cut) => {
        const encoded = encodeBase64Lines(input)
        const halves = [encoded.subarray(0, cut), encoded.subarray(cut)]
        expect(run(new Base64Decoder(), halves)).toEqual(Buffer.from(input))
      }),
      runs,
    )
  })

  test.for([
    { name: 'no padding', input: 'aGk', is: 'hi' },
    { name: 'line ends and spaces anywhere', input: 'a\r\nG\n \tk=', is: 'hi' },
    { name: 'what is no base64', input: 'a!G-k', is: 'hi' },
    { name: 'text after the padding', input: 'aGk=aGk=', is: 'hi' },
    { name: 'nothing', input: '', is: '' },
  ])('decoding passes over $name', ({ input, is }) => {
    expect(text(new Base64Decoder(), input)).toBe(is)
  })

  test('what is no base64 among whole lines is passed over, as it is elsewhere', () => {
    const input = Buffer.alloc(570, 'some bytes ')
    const encoded = Buffer.from(encodeBase64Lines(input))
    for (const other of ['-', '_', ' ', '!', '\r']) {
      const spoiled = Buffer.from(encoded)
      spoiled.write(other, 100, 'latin1')
      const rest = Buffer.concat([encoded.subarray(0, 100), encoded.subarray(101)])
      expect(run(new Base64Decoder(), [spoiled])).toEqual(
        Buffer.from(rest.toString('latin1'), 'base64'),
      )
    }
  })

  test('a single digit at the end is malformed', () => {
    expect(() => text(new Base64Decoder(), 'aGkaa')).toThrow('middle of a byte')
  })
})

describe('quoted-printable', () => {
  test.for([
    { name: 'escapes', input: 'J=61ckie=e9', is: 'Jackie\xe9' },
    { name: 'soft line breaks, padded too', input: 'a=\r\nb=  \r\nc=\nd', is: 'abcd' },
    { name: 'white space at line ends', input: 'a \t\r\nb  \nc  ', is: 'a\r\nb\nc' },
    { name: 'what is no escape, as it is', input: 'a=zz=4 =', is: 'a=zz=4 ' },
    { name: 'white space inside a line', input: 'a  b', is: 'a  b' },
  ])('decoding handles $name', ({ input, is }) => {
    expect(text(new QuotedPrintableDecoder(), input)).toBe(is)
  })

  test.for([
    { name: 'a dot alone on a line', input: '.\r\nx', is: '=2E\r\nx' },
    { name: 'From at a line start', input: 'From me', is: '=46rom me' },
    { name: 'white space before a line end', input: 'a \r\nb\t', is: 'a=20\r\nb=09' },
    { name: 'lone CR and LF', input: 'a\rb\nc', is: 'a=0Db=0Ac' },
  ])('encoding escapes $name', ({ input, is }) => {
    expect(text(new QuotedPrintableEncoder(), input)).toBe(is)
  })

  test('M-17: lines of at most 76 printable characters, and back to the same bytes', () => {
    fc.assert(
      fc.property(pieces, (input) => {
        const encoded = run(new QuotedPrintableEncoder(), input)
        for (const line of Buffer.from(encoded).toString('latin1').split('\r\n')) {
          expect(line).toMatch(/^[\t -~]{0,76}$/)
        }
        expect(run(new QuotedPrintableDecoder(), [encoded])).toEqual(Buffer.concat(input))
      }),
      runs,
    )
  })
})

describe('line ends', () => {
  test.for([
    { input: 'a\nb\rc\r\nd', is: 'a\r\nb\r\nc\r\nd' },
    { input: '\n\n\r\r', is: '\r\n\r\n\r\n\r\n' },
    { input: 'a\r', is: 'a\r\n' },
    { input: '', is: '' },
  ])('M-16: $input becomes canonical', ({ input, is }) => {
    expect(text(new CrlfCanonicalizer(), input)).toBe(is)
  })

  test('the result is the same wherever the stream is cut, and is canonical', () => {
    const byte = fc.constantFrom(0x0d, 0x0a, 0x61)
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(40), (input, cut) => {
        const bytes = Uint8Array.from(input)
        const halves = [bytes.subarray(0, cut), bytes.subarray(cut)]
        const whole = run(new CrlfCanonicalizer(), [bytes])
        expect(run(new CrlfCanonicalizer(), halves)).toEqual(whole)
        const range = { start: 0, end: whole.byteLength }
        expect(surveyContent(sourceOf(whole), range).isCanonical).toBe(true)
        const isSame = Buffer.compare(whole, bytes) === 0
        const before = surveyContent(sourceOf(bytes), { start: 0, end: bytes.byteLength })
        expect(before.isCanonical).toBe(isSame)
      }),
      runs,
    )
  })

  test.for([
    { input: 'plain\r\n', is: { isCanonical: true, isSevenBit: true, longestLineBytes: 5 } },
    { input: 'a\r\nlonger', is: { isCanonical: true, isSevenBit: true, longestLineBytes: 6 } },
    { input: 'abc\nb', is: { isCanonical: false, isSevenBit: true, longestLineBytes: 3 } },
    { input: 'caf\xe9', is: { isSevenBit: false } },
    { input: '0123456\xe9', is: { isSevenBit: false } },
    { input: 'a\0', is: { isSevenBit: false } },
  ])('a survey of $input', ({ input, is }) => {
    const source = sourceOf(encodeLatin1(input))
    expect(surveyContent(source, { start: 0, end: source.sizeBytes })).toMatchObject(is)
  })
})

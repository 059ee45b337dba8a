import { expect, test } from 'vitest'
import { HubError } from '../../base/errors.ts'
import { Asn1Input, type Reading } from './input.ts'
import { DEFAULT_LIMITS } from './budget.ts'
import { TAG } from './tags.ts'
import { element, octetString, sequence } from './writer.ts'

/** Runs a grammar over bytes that come in pieces, in one buffer that is used again. */
function run<T>(
  bytes: Uint8Array,
  pieceBytes: number,
  grammar: (input: Asn1Input) => Reading<T>,
): T {
  const input = new Asn1Input()
  const reading = grammar(input)
  const reused = Buffer.alloc(pieceBytes)
  for (let from = 0; from < bytes.byteLength; from += pieceBytes) {
    const piece = bytes.subarray(from, from + pieceBytes)
    reused.set(piece)
    input.give(reused.subarray(0, piece.byteLength))
    const step = reading.next()
    if (step.done === true) return step.value
    input.keep()
    reused.fill(0xee)
  }
  input.finish()
  const step = reading.next()
  if (step.done !== true) throw new Error('the grammar did not end')
  return step.value
}

const element1 = (maxBytes: number) => (input: Asn1Input) => input.element({ maxBytes })

test.for([1, 2, 5, 1000])('an element in pieces of %d octets comes whole', (pieceBytes) => {
  const bytes = sequence(octetString(Buffer.alloc(300, 7)), octetString(Buffer.alloc(3, 8)))
  expect(run(bytes, pieceBytes, element1(1000))).toEqual(bytes)
  const indefinite = Buffer.from('3080240304010704020102a080050000000000', 'hex')
  expect(run(indefinite, pieceBytes, element1(1000))).toEqual(indefinite)
})

test('an element has at most as many octets as are allowed', () => {
  const bytes = octetString(new Uint8Array(98))
  expect(run(bytes, 10, element1(100))).toEqual(bytes)
  const tooLarge = expect.objectContaining({ code: 'asn1.too_large' }) as Error
  expect(() => run(bytes, 10, element1(99))).toThrow(tooLarge)
  const indefinite = Buffer.concat([Uint8Array.of(0x30, 0x80), bytes, Uint8Array.of(0, 0)])
  expect(() => run(indefinite, 10, element1(99))).toThrow(tooLarge)
})

test('a large element in many small pieces takes time in proportion to its size', () => {
  const bytes = octetString(Buffer.alloc(4 * 1024 * 1024, 1))
  const read = run(bytes, 64, element1(bytes.byteLength))
  expect(Buffer.compare(read, bytes)).toBe(0)
})

test('A-15: elements of two octets do not fill the memory', () => {
  const many = (count: number) =>
    Buffer.concat([
      Uint8Array.of(0x30, 0x80),
      Buffer.alloc(2 * count, '0500', 'hex'),
      Buffer.alloc(2),
    ])
  const grammar = element1(16 * 1024 * 1024)
  const { maxElements } = DEFAULT_LIMITS
  expect(run(many(maxElements - 1), 65_536, grammar).byteLength).toBe(2 * maxElements + 2)
  const tooLarge = expect.objectContaining({ code: 'asn1.too_large' }) as Error
  expect(() => run(many(maxElements), 65_536, grammar)).toThrow(tooLarge)
})

test('A-15: small pieces of an octet string are as many as elements may be', () => {
  const grammar = (input: Asn1Input) => input.octets(TAG.octetString, () => undefined)
  const pieces = (count: number, piece: string) =>
    Buffer.concat([
      Uint8Array.of(0x24, 0x80),
      Buffer.alloc((piece.length / 2) * count, piece, 'hex'),
      Buffer.alloc(2),
    ])
  const { maxElements } = DEFAULT_LIMITS
  run(pieces(maxElements - 1, '040161'), 65_536, grammar)
  const tooLarge = expect.objectContaining({ code: 'asn1.too_large' }) as Error
  expect(() => run(pieces(maxElements, '040161'), 65_536, grammar)).toThrow(tooLarge)
  run(pieces(maxElements, `0440${'61'.repeat(64)}`), 65_536, grammar)
})

test('an inner element may not be longer than what holds it', () => {
  const grammar = function* (input: Asn1Input): Reading<void> {
    yield* input.open(TAG.sequence)
    yield* input.element({ maxBytes: 100 })
    yield* input.close()
  }
  run(element(TAG.sequence, Buffer.from('040101', 'hex')), 1, grammar)
  expect(() => run(Buffer.from('30030402010203', 'hex'), 1, grammar)).toThrow(HubError)
  expect(() => run(Buffer.from('3005040101040100', 'hex'), 1, grammar)).toThrow(HubError)
  expect(() => run(Buffer.from('3080040101', 'hex'), 1, grammar)).toThrow(HubError)
})

test('indefinite lengths may not be nested without end', () => {
  const bytes = Buffer.from('3080'.repeat(200), 'hex')
  expect(() => run(bytes, 50, element1(10_000))).toThrow(
    expect.objectContaining({ code: 'asn1.too_deep' }),
  )
})

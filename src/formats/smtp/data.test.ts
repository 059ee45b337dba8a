import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, decodeLatin1, encodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { checkContent, DataReader, encodeData, HEADER_OCTETS } from './data.ts'

interface Read {
  content: string
  rest: string
  ended: boolean
  fault?: string | undefined
}

/** Reads chunks one after the other, as a server would, to the final dot. */
function read(chunks: readonly Uint8Array[]): Read {
  const reader = new DataReader()
  const parts: Uint8Array[] = []
  for (const [at, chunk] of chunks.entries()) {
    const step = reader.push(chunk)
    parts.push(...step.segments)
    if (!step.ended) continue
    const rest = concat([chunk.subarray(step.consumed), ...chunks.slice(at + 1)])
    const content = decodeLatin1(concat(parts))
    return { content, rest: decodeLatin1(rest), ended: true, fault: reader.fault?.code }
  }
  return { content: decodeLatin1(concat(parts)), rest: '', ended: false, fault: reader.fault?.code }
}

const whole = (text: string) => [encodeLatin1(text)]
const bytewise = (text: string) => [...text].map(encodeLatin1)

describe.each([
  { name: 'in one chunk', cut: whole },
  { name: 'byte by byte', cut: bytewise },
])('data read $name', ({ cut }) => {
  test.for<[string, Partial<Read>]>([
    ['.\r\n', { content: '', ended: true, rest: '' }],
    ['a\r\n.\r\n', { content: 'a\r\n', ended: true }],
    ['a\r\n..\r\n.\r\nQUIT\r\n', { content: 'a\r\n.\r\n', rest: 'QUIT\r\n' }],
    ['..a\r\n..\r\n...b\r\n.\r\n', { content: '.a\r\n.\r\n..b\r\n' }],
    // RFC 5321 section 4.5.2: the first dot goes when other characters follow it.
    ['.a\r\n.\r\n', { content: 'a\r\n', ended: true }],
    ['a.\r\n.b.\r\n\r\n.\r\n', { content: 'a.\r\nb.\r\n\r\n', ended: true }],
    ['a\r\n.', { content: 'a\r\n', ended: false }],
    ['a\r\n.\r', { content: 'a\r\n', ended: false }],
    ['\xe9\xff\r\n.\r\n', { content: '\xe9\xff\r\n', ended: true }],
  ])('%j is told from what follows it', ([text, expected]) => {
    expect(read(cut(text))).toMatchObject(expected)
  })

  test.for([
    '\n.\n',
    '\n.\r\n',
    '\r.\r\n',
    '\r\n.\n',
    '\r\n.\r',
    '\r.\r',
    '\n\r\n.\r\n',
    '\r\r\n.\r\n',
    '\n',
    '\r',
    '\0',
    '\r\n.\r\r\n',
    '\r\n.\0\r\n',
    '\r\n\0.\r\n',
    '\r\n.\n\r\n',
  ])('A-16: a message cannot be smuggled in by %j', (sequence) => {
    const smuggled = `Subject: x\r\n\r\nhello${sequence}MAIL FROM:<evil@example.org>\r\n.\r\n`
    expect(() => read(cut(smuggled))).toThrow(
      expect.objectContaining({ code: 'smtp.content_malformed' }) as Error,
    )
  })

  test('a line of 1,000 octets is taken, a longer one is a fault and reading goes on', () => {
    const line = 'x'.repeat(998)
    expect(read(cut(`\r\n.${line}\r\n.\r\n`))).toMatchObject({ ended: true, fault: undefined })
    expect(read(cut(`\r\n${line}y\r\nz\r\n.\r\n`))).toMatchObject({
      ended: true,
      fault: 'smtp.line_too_long',
    })
    expect(read(cut(`\r\n${line}${line}`))).toMatchObject({ fault: 'smtp.line_too_long' })
  })
})

test('a header section has a limit, a body has not', () => {
  const line = `X: ${'y'.repeat(59)}\r\n`
  const fits = line.repeat(HEADER_OCTETS / 64)
  expect(read(whole(`${fits}\r\n${fits}${fits}.\r\n`)).fault).toBeUndefined()
  expect(read(whole(`${fits}${line}\r\n.\r\n`)).fault).toBe('smtp.header_too_long')
})

const content = fc
  .array(fc.constantFrom('.', '..', 'a', 'é', '\r\n', '\r\n.', '.\r\n', '\r\n\r\n'), {
    maxLength: 40,
  })
  .map((pieces) => encodeLatin1(pieces.join('')))

test('what is encoded is read back, in chunks cut anywhere', () => {
  fc.assert(
    fc.property(content, fc.array(fc.nat(40), { maxLength: 10 }), (bytes, cuts) => {
      const wire = concat([...encodeData(bytes), encodeLatin1('RSET\r\n')])
      const chunks: Uint8Array[] = []
      let at = 0
      for (const cut of cuts) chunks.push(wire.subarray(at, (at += cut)))
      chunks.push(wire.subarray(at))
      const text = decodeLatin1(bytes)
      const expected = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`
      expect(read(chunks)).toMatchObject({ content: expected, rest: 'RSET\r\n', ended: true })
    }),
    { seed: 5321, numRuns: 2000 },
  )
})

test('content with lone CR, lone LF or NUL is never encoded', () => {
  for (const bad of ['a\nb', 'a\rb', 'a\r', '\n', '\r\r\n', '\n\r', 'a\0b', 'a\r\n\n\r']) {
    expect(() => encodeData(encodeLatin1(bad))).toThrow(HubError)
  }
})

test('whatever a stranger sends as data is read the same in any chunks, or refused by name', () => {
  const byte = fc.constantFrom(0, 10, 13, 13, 46, 46, 97)
  const bytes = fc.array(byte, { maxLength: 30 }).map((values) => Uint8Array.from(values))
  const outcome = (chunks: readonly Uint8Array[]) => {
    try {
      return read(chunks)
    } catch (error) {
      expect(error).toBeInstanceOf(HubError)
      return 'refused'
    }
  }
  fc.assert(
    fc.property(bytes, (input) => {
      const once = outcome([input])
      expect(outcome([...input].map((each) => Uint8Array.of(each)))).toEqual(once)
      if (once !== 'refused' && once.ended) checkContent(encodeLatin1(once.content))
    }),
    { seed: 5321, numRuns: 3000 },
  )
})

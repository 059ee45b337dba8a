import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { splitMessage, walkEntities, type Entity } from './entity.ts'
import { CHUNK_BYTES, collect, sourceOf, type ByteSource } from './source.ts'
import { decodeBody } from './transfer-encoding.ts'

const testdata = join(import.meta.dirname, 'testdata')
const cases = globSync('*/input.eml', { cwd: testdata }).sort()

/** What the golden files hold of an entity: everything that others rely on. */
function view(source: ByteSource, entity: Entity): object {
  const raw = decodeLatin1(source.read(entity.range.start, entity.range.end))
  return {
    path: entity.path,
    type: entity.contentType.value,
    parameters: Object.fromEntries(entity.contentType.parameters),
    encoding: entity.transferEncoding,
    fields: entity.fields.map(({ name, value }) => `${name}: ${value}`),
    ...(entity.isClosed ? {} : { isClosed: false }),
    ...(entity.parts.length > 0
      ? { parts: entity.parts.map((part) => view(source, part)) }
      : { raw, body: decodeLatin1(collect(decodeBody(source, entity))) }),
  }
}

describe('golden: splitMessage', () => {
  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(8)
  })

  test.for(cases)('%s', async (path) => {
    const source = sourceOf(readFileSync(join(testdata, path)))
    const expected = join(testdata, basename(join(path, '..')), 'expected.json')
    const seen = `${JSON.stringify(view(source, splitMessage(source)), null, 2)}\n`
    await expect(seen).toMatchFileSnapshot(expected)
  })
})

const message = (...lines: string[]) => sourceOf(encodeLatin1(lines.join('\r\n')))

test('M-26: the range of a part is its very bytes, without the line end of the delimiter', () => {
  const source = message(
    'Content-Type: multipart/signed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'body  ',
    '',
    '--b',
    'X: y',
    '',
    '--b--',
  )
  const [signed, empty] = splitMessage(source).parts
  const raw = (part?: Entity) =>
    decodeLatin1(source.read(part?.range.start ?? 0, part?.range.end ?? 0))
  expect(raw(signed)).toBe('Content-Type: text/plain\r\n\r\nbody  \r\n')
  expect(raw(empty)).toBe('X: y\r\n')
  expect(empty?.body.start).toBe(empty?.body.end)
})

test('delimiters are found wherever the pieces of a source are cut', () => {
  for (const filler of [
    CHUNK_BYTES - 40,
    CHUNK_BYTES - 20,
    CHUNK_BYTES - 3,
    CHUNK_BYTES,
    3 * CHUNK_BYTES,
  ]) {
    for (let shift = 0; shift < 24; shift += 1) {
      const body = 'x'.repeat(filler + shift - 70)
      const source = message(
        'Content-Type: multipart/mixed; boundary=bb',
        '',
        '--bb',
        '',
        body,
        '--bb',
        '',
        'two',
        '--bb--',
        '',
      )
      const parts = splitMessage(source).parts
      expect(parts.map((part) => part.body.end - part.body.start)).toEqual([body.length, 3])
    }
  }
})

describe('limits', () => {
  const nested = (depth: number) => {
    const lines: string[] = []
    for (let level = 0; level < depth; level += 1) {
      lines.push(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`)
    }
    return message(...lines, '', 'text')
  }

  test('50 parts inside each other are split, 51 and 2,000 are mime.too_deep', () => {
    expect([...walkEntities(splitMessage(nested(50)))]).toHaveLength(51)
    for (const depth of [51, 2_000]) {
      expect(() => splitMessage(nested(depth))).toThrow(
        expect.objectContaining({ code: 'mime.too_deep' }) as Error,
      )
    }
  })

  test('messages inside each other count as deep too', () => {
    const lines = Array.from({ length: 2_000 }, () => 'Content-Type: message/rfc822\r\n')
    expect(() => splitMessage(message(...lines))).toThrow('50 deep')
  })

  test('10,000 entities are split, one more is mime.too_many_parts', () => {
    const flat = (parts: number) =>
      message(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        ...Array<string>(parts).fill('--b\r\n'),
        '--b--',
      )
    expect(splitMessage(flat(9_999)).parts).toHaveLength(9_999)
    expect(() => splitMessage(flat(10_000))).toThrow(
      expect.objectContaining({ code: 'mime.too_many_parts' }) as Error,
    )
  })

  test('a header without end is mime.header_too_large', () => {
    const long = sourceOf(Buffer.alloc(600_000, 'X'))
    const many = message(...Array<string>(4_001).fill('A: b'), '', '')
    for (const source of [long, many]) {
      expect(() => splitMessage(source)).toThrow(
        expect.objectContaining({ code: 'mime.header_too_large' }) as Error,
      )
    }
  })
})

describe('nothing a stranger sends causes anything but a HubError', () => {
  const corpus = cases.map((path) => readFileSync(join(testdata, path)))
  const tryToSplit = (bytes: Uint8Array) => {
    try {
      const source = sourceOf(bytes)
      for (const entity of walkEntities(splitMessage(source))) {
        const { range, header, body } = entity
        expect(range.start <= header.start && header.end <= body.end && body.end <= range.end).toBe(
          true,
        )
        expect(header.start <= header.end && body.start <= body.end).toBe(true)
        for (const part of entity.parts) {
          expect(part.range.start >= range.start && part.range.end <= range.end).toBe(true)
        }
        collect(decodeBody(source, entity))
      }
    } catch (error) {
      expect(error).toBeInstanceOf(HubError)
    }
  }

  test('every prefix of every case', () => {
    for (const bytes of corpus) {
      for (let end = 0; end <= bytes.byteLength; end += 1) tryToSplit(bytes.subarray(0, end))
    }
  })

  test('every byte of every case changed', () => {
    for (const bytes of corpus) {
      for (let at = 0; at < bytes.byteLength; at += 1) {
        for (const value of [0x0a, 0x2d, (bytes[at] ?? 0) ^ 1]) {
          const changed = Uint8Array.from(bytes)
          changed[at] = value
          tryToSplit(changed)
        }
      }
    }
  })

  test('lines of what messages are made of, in any order', () => {
    const line = fc.constantFrom(
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: multipart/digest; boundary="b--"',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      '--b',
      '--b--',
      '--b----',
      '-- ',
      '',
      ' folded',
      'no field',
      'text',
    )
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\r\n', '\n', '\r'), (lines, end) => {
        tryToSplit(encodeLatin1(lines.join(end)))
      }),
      { seed: 2046, numRuns: 2_000 },
    )
  })
})

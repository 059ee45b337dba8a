import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeReply, REPLY_LINE_OCTETS, REPLY_LINES, ReplyReader, type Reply } from './reply.ts'

function read(text: string): Reply[] {
  const reader = new ReplyReader()
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => reader.push(encodeUtf8(line)))
    .filter((reply) => reply !== undefined)
}

test.for<[string, Reply]>([
  ['250 ok\r\n', { code: 250, lines: ['ok'] }],
  ['250\r\n', { code: 250, lines: [''] }],
  ['250 \r\n', { code: 250, lines: [''] }],
  ['250-one\r\n250-two\r\n250 three\r\n', { code: 250, lines: ['one', 'two', 'three'] }],
  ['550 5.1.1 no such\r\n', { code: 550, status: '5.1.1', lines: ['no such'] }],
  [
    '550-5.1.1 no\r\n550-5.1.1\r\n550 such\r\n',
    { code: 550, status: '5.1.1', lines: ['no', '', 'such'] },
  ],
  ['250 5.1.1 of another class\r\n', { code: 250, lines: ['5.1.1 of another class'] }],
  ['421 bell\u0007\r\n', { code: 421, lines: ['bell\ufffd'] }],
])('a reply is read: %j', ([text, expected]) => {
  expect(read(text)).toEqual([expected])
})

test.for([
  'ok\r\n',
  '25 ok\r\n',
  '150 odd\r\n',
  '999 odd\r\n',
  '250ok\r\n',
  '250-one\r\n251 two\r\n',
  `250 ${'x'.repeat(REPLY_LINE_OCTETS)}\r\n`,
  '250-more\r\n'.repeat(REPLY_LINES + 1),
])('a reply is refused: %.20j', (text) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'smtp.reply_malformed' }) as Error,
  )
})

test('the longest reply is read', () => {
  const [reply] = read(`${'250-more\r\n'.repeat(REPLY_LINES - 1)}250 last\r\n`)
  expect(reply?.lines.length).toBe(REPLY_LINES)
})

test('a built reply reads as it was meant, whatever its texts hold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 700 }), { minLength: 1, maxLength: 5 }),
      (texts) => {
        const encoded = encodeReply(554, '5.6.0', ...texts)
        const replies = read(encoded)
        expect(replies).toMatchObject([{ code: 554, status: '5.6.0' }])
        expect(replies[0]?.lines.length).toBe(texts.length)
        for (const line of encoded.split('\r\n')) {
          expect(encodeUtf8(line).byteLength).toBeLessThanOrEqual(510)
        }
      },
    ),
    { seed: 5321 },
  )
})

test('whatever a server sends as a reply is read or refused by name', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), (lines) => {
      const reader = new ReplyReader()
      try {
        for (const line of lines) reader.push(line)
      } catch (error) {
        expect(error).toBeInstanceOf(HubError)
      }
    }),
    { seed: 5321, numRuns: 1000 },
  )
})

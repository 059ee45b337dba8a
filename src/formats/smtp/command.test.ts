import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { parseCommand } from './command.ts'
import { findMailbox, formatMailbox, isDomain, parseEnvelopeAddress } from './path.ts'

const parse = (text: string) => parseCommand(encodeUtf8(text))
const mail = { verb: 'MAIL', from: 'ada@example.org', eightBit: false, smtpUtf8: false }
const local64 = 'a'.repeat(64)
const label63 = 'b'.repeat(63)

test.for<[string, unknown]>([
  ['EHLO client.example.org', { verb: 'EHLO', name: 'client.example.org' }],
  ['ehlo [192.0.2.1]', { verb: 'EHLO', name: '[192.0.2.1]' }],
  ['HELO under_score', { verb: 'HELO', name: 'under_score' }],
  ['MAIL FROM:<ada@example.org>', mail],
  ['mail from: <ada@example.org> ', mail],
  ['MAIL FROM:<>', { ...mail, from: '' }],
  ['MAIL FROM:<"ada"@example.org>', mail],
  ['MAIL FROM:<@one.test,@two.test:ada@example.org>', mail],
  ['MAIL FROM:<ada@example.org> SIZE=12 BODY=8BITMIME', { ...mail, sizeBytes: 12, eightBit: true }],
  ['MAIL FROM:<ada@example.org> body=7bit AUTH=<>', mail],
  ['MAIL FROM:<jürg@exämple.org> SMTPUTF8', { ...mail, from: 'jürg@exämple.org', smtpUtf8: true }],
  ['RCPT TO:<ben@example.net>', { verb: 'RCPT', to: 'ben@example.net' }],
  ['RCPT TO:<Postmaster>', { verb: 'RCPT', to: 'postmaster' }],
  ['RCPT TO:<"a b"@example.net>', { verb: 'RCPT', to: '"a b"@example.net' }],
  ['RCPT TO:<"a>b"@example.net>', { verb: 'RCPT', to: '"a>b"@example.net' }],
  ['RCPT TO:<"a\\"@b"@example.net>', { verb: 'RCPT', to: '"a\\"@b"@example.net' }],
  ['RCPT TO:<ben@[IPv6:2001:db8::1]>', { verb: 'RCPT', to: 'ben@[IPv6:2001:db8::1]' }],
  [`RCPT TO:<${local64}@${label63}.org>`, { verb: 'RCPT', to: `${local64}@${label63}.org` }],
  ['AUTH PLAIN', { verb: 'AUTH', mechanism: 'PLAIN' }],
  ['auth plain AGEAYg==', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: 'AGEAYg==' }],
  ['AUTH PLAIN =', { verb: 'AUTH', mechanism: 'PLAIN', initialResponse: '' }],
  ['DATA', { verb: 'DATA' }],
  ['NOOP whatever it is', { verb: 'NOOP' }],
  ['QUIT  ', { verb: 'QUIT' }],
  ['VRFY someone', { verb: 'VRFY', name: 'someone' }],
])('a command is read: %s', ([line, expected]) => {
  expect(parse(line)).toEqual(expected)
})

test.for([
  ['', 'smtp.command_unknown'],
  ['GET / HTTP/1.1', 'smtp.other_protocol'],
  ['Host: example.org', 'smtp.command_unknown'],
  ['BDAT 12 LAST', 'smtp.command_unsupported'],
  ['EXPN staff', 'smtp.command_unsupported'],
  ['EHLO', 'smtp.command_malformed'],
  ['EHLO two words', 'smtp.command_malformed'],
  ['DATA now', 'smtp.command_malformed'],
  ['MAIL', 'smtp.command_malformed'],
  ['MAIL TO:<a@b.test>', 'smtp.command_malformed'],
  ['MAIL FROM:ada@example.org', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org>SIZE=1', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org> SIZE=x', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org> SIZE=1 SIZE=2', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org> BODY=BINARYMIME', 'smtp.command_malformed'],
  ['MAIL FROM:<ada@example.org> RET=HDRS', 'smtp.parameter_unknown'],
  ['MAIL FROM:<ada>', 'smtp.sender_malformed'],
  ['MAIL FROM:<ada@-x.org>', 'smtp.sender_malformed'],
  ['MAIL FROM:<a\tb@x.org>', 'smtp.sender_malformed'],
  ['MAIL FROM:<jürg@example.org>', 'smtp.utf8_required'],
  ['RCPT TO:<>', 'smtp.recipient_malformed'],
  ['RCPT TO:<a..b@example.net>', 'smtp.recipient_malformed'],
  ['RCPT TO:<"a"b@example.net>', 'smtp.recipient_malformed'],
  ['RCPT TO:<a@[192.0.2.256]>', 'smtp.recipient_malformed'],
  ['RCPT TO:<a@[IPv6:xyz]>', 'smtp.recipient_malformed'],
  ['RCPT TO:<@a.test:@b.test:c@d.test>', 'smtp.recipient_malformed'],
  ['RCPT TO:<a@b.test> NOTIFY=NEVER', 'smtp.parameter_unknown'],
  [`RCPT TO:<${local64}a@b.test>`, 'smtp.recipient_malformed'],
  [`RCPT TO:<a@${label63}b.test>`, 'smtp.recipient_malformed'],
  [`RCPT TO:<a@${'b.'.repeat(128)}test>`, 'smtp.recipient_malformed'],
  ['AUTH', 'smtp.command_malformed'],
  ['AUTH PLAIN not/base64!', 'smtp.command_malformed'],
])('a command is refused: %s is %s', ([line, code]) => {
  expect(() => parse(line ?? '')).toThrow(expect.objectContaining({ code }) as Error)
})

test('a command that is not UTF-8 is refused', () => {
  const line = Buffer.from('RCPT TO:<\xff@example.net>', 'latin1')
  expect(() => parseCommand(line)).toThrow(HubError)
})

describe('mailboxes', () => {
  test('an address is the same in every way to quote it', () => {
    expect(parseEnvelopeAddress('"a\\d\\a"@example.org')).toBe('ada@example.org')
  })

  test.for([
    'a@b.org\r\nRCPT TO:<x@y.org>',
    'a b@c.org',
    'a@b@c.org',
    'a\u2028b@c.org',
    'a,b@c.org',
  ])('what could be read as more than one address is refused: %j', (text) => {
    expect(() => parseEnvelopeAddress(text)).toThrow(HubError)
  })

  test('a domain is a name or a literal', () => {
    expect(['example.org', 'a', 'münchen.example', '[127.0.0.1]'].every(isDomain)).toBe(true)
    expect(['', '.', 'a.', '-a', 'a b', '[1.2.3]', '[x]', 'a_b'].some(isDomain)).toBe(false)
  })

  test('any local part survives the way into a path and back', () => {
    const localPart = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(localPart, (text) => {
        const written = formatMailbox({ localPart: text, domain: 'example.org' })
        expect(findMailbox(written)).toEqual({ localPart: text, domain: 'example.org' })
      }),
      { seed: 5321 },
    )
  })
})

test('whatever a stranger sends as a command is read or refused by name', () => {
  const piece = fc.constantFrom(
    'MAIL FROM:',
    'RCPT TO:',
    'AUTH ',
    'EHLO ',
    '<',
    '>',
    '"',
    '\\',
    '@',
    ':',
    ',',
    ' ',
    '[',
    ']',
    'IPv6:',
    'SIZE=',
    '=',
    'a',
    'é',
    '.',
    '\t',
    '\u0000',
    '\ud83d\ude00',
  )
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(piece, { maxLength: 20 }).map((pieces) => encodeUtf8(pieces.join(''))),
  )
  fc.assert(
    fc.property(line, (bytes) => {
      try {
        const command = parseCommand(bytes)
        // Nothing that could end a line or start another address gets through.

        if ('to' in command) expect(command.to).toMatch(/^[^\u0000-\u001f]+$/)
      } catch (error) {
        expect(error).toBeInstanceOf(HubError)
      }
    }),
    { seed: 5321, numRuns: 2000 },
  )
})

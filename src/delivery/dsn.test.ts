import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { decodeLatin1, decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { checkContent } from '../formats/smtp/data.ts'
import { buildDsn, type DsnRequest } from './dsn.ts'

const original = encodeUtf8(
  [
    'Received: from inside.example.org',
    'From: Ada <ada@example.org>',
    'To: ben@example.net',
    'Bcc: hidden@example.net',
    'Subject: the merger',
    'Message-ID: <1@example.org>',
    'X-Sealpost-Encrypt: required',
    '',
    'the plan is secret',
    '',
  ].join('\r\n'),
)

function aRequest(change: Partial<DsnRequest> = {}): DsnRequest {
  return {
    kind: 'failed',
    to: 'ada@example.org',
    from: 'postmaster@hub.example.org',
    reportingHost: 'hub.example.org',
    at: new Date('2030-01-02T03:04:05Z'),
    arrivedAt: new Date('2030-01-01T00:00:00Z'),
    messageId: 'abc123',
    recipients: [
      { recipient: 'ben@example.net', status: '5.1.1', diagnostic: '550 5.1.1 no such user' },
    ],
    original,
    confidential: false,
    ...change,
  }
}

/** The parts as another reader sees them. */
async function read(content: Uint8Array) {
  const mail = await PostalMime.parse(content, { attachmentEncoding: 'utf8' })
  const attached = mail.attachments.map(({ mimeType, content: text }) => ({
    type: mimeType,
    text: typeof text === 'string' ? text : '',
  }))
  return { ...mail, attached }
}

test('a failure is a report for people and for programs', async () => {
  const dsn = buildDsn(aRequest())
  expect(dsn).toMatchObject({ envelopeFrom: '', recipients: ['ada@example.org'], smtpUtf8: false })
  checkContent(dsn.content)
  const mail = await read(dsn.content)
  expect(mail.subject).toBe('Your message was not delivered')
  expect(mail.text).toContain('ben@example.net')
  expect(mail.text).toContain('550 5.1.1 no such user')
  expect(mail.text).toContain('the merger')
  const text = decodeLatin1(dsn.content)
  expect(text).toContain('Auto-Submitted: auto-replied\r\n')
  expect(text).toMatch(/Content-Type: multipart\/report; report-type=delivery-status;/)
  expect(text).toContain(
    [
      'Original-Envelope-Id: abc123',
      'Reporting-MTA: dns; hub.example.org',
      'Arrival-Date: Tue, 01 Jan 2030 00:00:00 +0000',
      '',
      'Final-Recipient: rfc822; ben@example.net',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '',
    ].join('\r\n'),
  )
})

test('A-18: nothing is quoted but a few header fields', () => {
  const text = decodeLatin1(buildDsn(aRequest()).content)
  expect(text).toContain('Message-ID: <1@example.org>')
  for (const secret of ['the plan', 'hidden@', 'inside.example', 'X-Sealpost']) {
    expect(text).not.toContain(secret)
  }
})

test('A-18: of a message that had to be encrypted the subject is not quoted either', () => {
  const text = decodeLatin1(buildDsn(aRequest({ confidential: true })).content)
  expect(text).not.toContain('merger')
})

test('a delay says until when it is tried', async () => {
  const retryUntil = new Date('2030-01-06T00:00:00Z')
  const { content } = buildDsn(aRequest({ kind: 'delayed', retryUntil }))
  const mail = await read(content)
  expect(mail.text).toContain('nothing you')
  expect(mail.text).toContain('Sun, 06 Jan 2030')
  expect(decodeLatin1(content)).toContain('Action: delayed\r\n')
  expect(decodeLatin1(content)).toContain('Will-Retry-Until: Sun, 06 Jan 2030 00:00:00 +0000\r\n')
})

test('UTF-8 addresses and fields travel as RFC 6533 says, in 7-bit lines', async () => {
  const request = aRequest({
    to: 'jürg@example.org',
    recipients: [{ recipient: 'bén@example.net', status: '5.6.7', diagnostic: 'kein Empfänger' }],
    original: encodeUtf8('From: jürg@example.org\r\nSubject: Grüße\r\n\r\n'),
  })
  const dsn = buildDsn(request)
  expect(dsn.smtpUtf8).toBe(true)
  const [header = '', ...body] = decodeUtf8(dsn.content).split('\r\n\r\n')
  expect(header).toContain('To: jürg@example.org')
  expect(body.join('')).toMatch(/^[\r\n -~]*$/)
  const mail = await read(dsn.content)
  expect(mail.text).toContain('bén@example.net')
  expect(mail.text).toContain('Grüße')
  const types = mail.attached.map(({ type }) => type)
  expect(types).toEqual(['message/global-delivery-status', 'message/global-headers'])
  expect(mail.attached[0]?.text).toContain('Final-Recipient: utf-8; bén@example.net')
  expect(mail.attached[0]?.text).toContain('Diagnostic-Code: smtp; kein Empf?nger')
})

test('whatever a server says and a message holds, the notification is a clean one', () => {
  const request = fc.record({
    diagnostic: fc.string({ maxLength: 2000 }),
    original: fc.uint8Array(),
  })
  fc.assert(
    fc.property(request, ({ diagnostic, original: bytes }) => {
      const recipients = [{ recipient: 'ben@example.net', status: '5.0.0', diagnostic }]
      const { content } = buildDsn(aRequest({ recipients, original: bytes }))
      checkContent(content)
      const lines = decodeLatin1(content).split('\r\n')
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(998)
      expect(lines.filter((line) => line.startsWith('Status:'))).toEqual(['Status: 5.0.0'])
    }),
    { seed: 3464 },
  )
})

test('a field that is odd is left out, not mended', () => {
  const odd = 'From: ada@example.org\r\nSubject: a\rb\r\nTo: ben@example.net\n\r\n'
  const text = decodeLatin1(buildDsn(aRequest({ original: encodeUtf8(odd) })).content)
  expect(text).toContain('\r\nFrom: ada@example.org\r\n')
  expect(text).not.toContain('Subject: a')
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { takeIn } from './intake.ts'
import type { Arrival } from './submission.ts'

const arrival = (text: string, change: Partial<Arrival> = {}): Arrival => ({
  id: '01234567-0000-7000-8000-000000000000',
  at: new Date('2030-01-02T03:04:05Z'),
  content: encodeUtf8(text.replaceAll('\n', '\r\n')),
  smtpUtf8: false,
  via: 'submission',
  client: { address: '192.0.2.1', hello: 'app.example.org' },
  ...change,
})

const take = (text: string, change: Partial<Arrival> = {}) =>
  takeIn(arrival(text, change), { hostName: 'mail.example.org' })

const stored = (text: string, change: Partial<Arrival> = {}) =>
  decodeUtf8(take(text, change).content).replaceAll('\r\n', '\n')

test('a submission gets a Received field and the Message-ID and Date that it lacks', () => {
  expect(stored('From: ada@example.org\nSubject: hello\n\nbody\n')).toBe(
    'Received: from app.example.org ([192.0.2.1])\n' +
      '\tby mail.example.org (Sealpost) with ESMTP\n' +
      '\tid 01234567-0000-7000-8000-000000000000; Wed, 02 Jan 2030 03:04:05 +0000\n' +
      'Date: Wed, 02 Jan 2030 03:04:05 +0000\n' +
      'Message-ID: <01234567-0000-7000-8000-000000000000@mail.example.org>\n' +
      'From: ada@example.org\nSubject: hello\n\nbody\n',
  )
})

test('a relayed message is not completed', () => {
  const text = stored('From: ada@example.org\n\nbody\n', { via: 'relay' })
  expect(text).not.toContain('Message-ID')
  expect(text).not.toContain('Date:')
})

test.for([
  { client: { address: '::1' }, protocol: 'with ESMTP\n' },
  { client: { address: '::1', tls: 'TLSv1.3 TLS_AES' }, protocol: 'with ESMTPS (TLSv1.3 TLS_AES)' },
  { client: { address: '::1', tls: 'TLSv1.3', credential: 'a' }, protocol: 'with ESMTPSA' },
])('the Received field names the protocol: $protocol', ({ client, protocol }) => {
  expect(stored('From: a@b.example\n\n', { client })).toContain(protocol)
})

test('what a client calls itself cannot break out of the Received field', () => {
  const text = stored('From: a@b.example\n\n', {
    client: { address: '192.0.2.1', hello: 'x\r\nBcc: (evil) <e@x>;' },
  })
  expect(text.split('\n')[0]).toBe('Received: from xBcc:evilex ([192.0.2.1])')
})

test('Bcc and fields that speak to the hub do not travel, whatever their case and folding', () => {
  const text = stored(
    'From: a@b.example\nBCC: secret@c.example,\n other@c.example\nx-sealpost-anything: 1\n' +
      'X-Sealpost-Encrypt: Required\nResent-Bcc: d@e.example\nX-Other: stays\n\nBcc: body stays\n',
  )
  expect(text).not.toMatch(/secret|other@|sealpost-|d@e\.example/)
  expect(text).toContain('X-Other: stays\n\nBcc: body stays\n')
})

test.for([
  { value: 'required', required: true },
  { value: ' REQUIRED ', required: true },
])('X-Sealpost-Encrypt: $value asks for encryption', ({ value, required }) => {
  expect(take(`X-Sealpost-Encrypt: ${value}\n\n`).encryptionRequired).toBe(required)
})

test('a demand for encryption that is not understood is refused', () => {
  expect(() => take('X-Sealpost-Encrypt: yes\n\n')).toThrow(
    expect.objectContaining({ code: 'message.encryption_header' }),
  )
})

test('a message that passed 100 hosts is taken, one more is a loop', () => {
  const received = 'Received: by a.example; x\n'
  expect(() => take(`${received.repeat(100)}\nbody`)).not.toThrow()
  expect(() => take(`${received.repeat(101)}\nbody`)).toThrow(
    expect.objectContaining({ code: 'message.loop' }),
  )
})

test('recipients are named by To and Cc in any case, and by nothing else', () => {
  const { isNamed, authors } = take(
    'From: Ada <ADA@Example.ORG>\nTo: "b@x.example" <Ben@Partner.Example>\n' +
      'Cc: team: c@d.example;\nBcc: e@f.example\n\n',
  )
  expect(authors).toEqual(['ADA@example.org'])
  expect(isNamed('ben@partner.example')).toBe(true)
  expect(isNamed('c@D.example')).toBe(true)
  expect(isNamed('b@x.example')).toBe(false)
  expect(isNamed('e@f.example')).toBe(false)
})

test('a To field that cannot be read names nobody, so that all are hidden', () => {
  expect(take('To: <<a@b.example\n\n').isNamed('a@b.example')).toBe(false)
})

describe('protection that a message came with', () => {
  const signed = Buffer.from('30820100' + '06092a864886f70d010702', 'hex').toString('base64')
  test.for([
    { name: 'none', type: 'text/plain', body: 'hello', is: 'none' },
    {
      name: 'S/MIME, clear-signed',
      type: 'multipart/signed; protocol="application/pkcs7-signature"; boundary=x',
      body: '--x',
      is: 'smime-signed',
    },
    { name: 'S/MIME, opaque', type: 'application/pkcs7-mime', body: signed, is: 'smime-signed' },
    {
      name: 'only the label of encryption',
      type: 'application/pkcs7-mime; smime-type=enveloped-data',
      body: 'plain words',
      is: 'none',
    },
    {
      name: 'PGP/MIME, signed',
      type: 'multipart/signed; protocol="application/pgp-signature"; boundary=x',
      body: '--x',
      is: 'pgp-signed',
    },
    {
      name: 'the label of PGP/MIME only',
      type: 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x',
      body: 'plain words',
      is: 'none',
    },
  ])('$name', ({ type, body, is }) => {
    expect(take(`Content-Type: ${type}\n\n${body}`).protection.is).toBe(is)
  })
})

test('promise 6: whatever a stranger sends causes nothing but a HubError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withHeader) => {
      const prefix = encodeUtf8(withHeader ? 'Content-Type: application/pkcs7-mime\r\nTo: ' : '')
      try {
        takeIn(arrival('', { content: Buffer.concat([prefix, bytes]) }), { hostName: 'h' })
      } catch (error) {
        expect(error).toBeInstanceOf(HubError)
      }
    }),
    { seed: 23, numRuns: 2000 },
  )
})

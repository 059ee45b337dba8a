import { describe, expect, test } from 'vitest'
import { folderOfTheseTests } from '../../test/support/test-pki.ts'
import { makeAuthority } from '../../test/support/people.ts'
import { decodeLatin1, encodeLatin1 } from '../base/bytes.ts'
import type { ContentCipher } from '../formats/cms/content-ciphers.ts'
import { splitMessage } from '../formats/mime/entity.ts'
import { findFields } from '../formats/mime/header-fields.ts'
import { sourceOf } from '../formats/mime/source.ts'
import { protect, type ProtectRequest } from './protect.ts'
import { secondOpinion } from './second-opinion.ts'

const authority = makeAuthority(folderOfTheseTests())
const alice = authority.person({ name: 'alice' })
const bob = authority.person({ name: 'bob' })
const carol = authority.person({ name: 'carol', key: 'p256' })

const at = new Date('2026-06-01T12:00:00Z')
const lines = (...all: string[]) => encodeLatin1(all.join('\r\n'))
const message = lines(
  'From: Alice <alice@smime.example>',
  'To: bob@smime.example',
  'Bcc: secret@smime.example',
  'X-Sealpost-Encrypt: required',
  'Subject: Board',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'caf\xc3\xa9',
  '',
)

const request = (more: Partial<ProtectRequest> = {}): ProtectRequest => ({
  message,
  recipients: [],
  cipher: 'aes-256-gcm',
  at,
  ...more,
})

describe('protect', () => {
  test('M-17: signs in the clear, 7-bit safe, with protocol and micalg', async () => {
    const { bytes } = await protect(request({ signer: alice.signer() }))
    const text = decodeLatin1(bytes)
    expect(text).toMatch(/^[\t\r\n -~]*$/)
    const root = splitMessage(sourceOf(bytes))
    expect(root.contentType.value).toBe('multipart/signed')
    expect(Object.fromEntries(root.contentType.parameters)).toMatchObject({
      protocol: 'application/pkcs7-signature',
      micalg: 'sha-256',
    })
    expect(text).toContain('protocol="application/pkcs7-signature"')
    const [content, signature] = root.parts
    expect(content?.transferEncoding).toBe('quoted-printable')
    expect(signature?.contentType.value).toBe('application/pkcs7-signature')
    expect(text).toContain('filename="smime.p7s"')
  })

  test('the header stays outside once, what describes the content moves inside, Bcc goes', async () => {
    const { bytes } = await protect(request({ signer: alice.signer() }))
    const root = splitMessage(sourceOf(bytes))
    expect(root.fields.map(({ key }) => key)).toEqual([
      'from',
      'to',
      'subject',
      'mime-version',
      'content-type',
    ])
    expect(findFields(root.parts[0]?.fields ?? [], 'content-type')).toHaveLength(1)
    expect(decodeLatin1(bytes)).not.toMatch(/secret@|x-sealpost/i)
  })

  test.for<{ name: string; more: Partial<ProtectRequest>; type: string }>([
    {
      name: 'opaque signature',
      more: { signer: alice.signer(), isOpaque: true },
      type: 'signed-data',
    },
    {
      name: 'AES-CBC',
      more: { recipients: [bob.recipient], cipher: 'aes-128-cbc' },
      type: 'enveloped-data',
    },
    {
      name: 'AES-GCM',
      more: { recipients: [bob.recipient], cipher: 'aes-128-gcm' },
      type: 'authEnveloped-data',
    },
  ])('M-18: $name says its smime-type and names', async ({ more, type }) => {
    const { bytes } = await protect(request(more))
    const root = splitMessage(sourceOf(bytes))
    expect(root.contentType.value).toBe('application/pkcs7-mime')
    expect(root.contentType.parameters.get('smime-type')).toBe(type)
    expect(decodeLatin1(bytes)).toContain('filename="smime.p7m"')
  })

  test('a message without content header is signed as plain text', async () => {
    const { bytes } = await protect(
      request({ message: lines('From: a@x.example', '', 'Hi.'), signer: alice.signer() }),
    )
    expect(splitMessage(sourceOf(bytes)).parts[0]?.fields.map(({ value }) => value)).toEqual([
      'text/plain',
    ])
  })
})

describe('secondOpinion', () => {
  const ciphers: readonly ContentCipher[] = ['aes-256-gcm', 'aes-256-cbc']
  const wishes = ciphers.flatMap((cipher) =>
    [undefined, alice.signer(), carol.signer()].flatMap((signer) =>
      [false, true].flatMap((isOpaque) =>
        [[], [bob.recipient], [bob.recipient, carol.recipient]].map((recipients) =>
          request({ cipher, isOpaque, recipients, ...(signer && { signer }) }),
        ),
      ),
    ),
  )

  test('agrees with whatever protect made as it was asked to', async () => {
    for (const wish of wishes) {
      expect(await secondOpinion(await protect(wish), wish)).toMatchObject({ is: 'agrees' })
    }
  })

  const full = request({ signer: alice.signer(), recipients: [bob.recipient, carol.recipient] })

  test.for<{ name: string; made: ProtectRequest; expected: ProtectRequest; because: string }>([
    {
      name: 'one recipient is missing',
      made: { ...full, recipients: [bob.recipient] },
      expected: full,
      because: 'recipients',
    },
    {
      name: 'someone else can read it',
      made: { ...full, recipients: [...full.recipients, alice.recipient] },
      expected: full,
      because: 'recipients',
    },
    {
      name: 'a recipient is another',
      made: { ...full, recipients: [bob.recipient, alice.recipient] },
      expected: full,
      because: 'recipients',
    },
    {
      name: 'it is not encrypted',
      made: { ...full, recipients: [] },
      expected: full,
      because: 'not_encrypted',
    },
    {
      name: 'it is encrypted and was not to be',
      made: full,
      expected: { ...full, recipients: [] },
      because: 'encrypted',
    },
    {
      name: 'the cipher is another',
      made: { ...full, cipher: 'aes-128-gcm' },
      expected: full,
      because: 'cipher',
    },
    {
      name: 'another person signed',
      made: { ...full, signer: carol.signer() },
      expected: full,
      because: 'signature',
    },
    {
      name: 'nobody signed',
      made: request({ recipients: full.recipients }),
      expected: full,
      because: 'not_signed',
    },
    {
      name: 'the content is another',
      made: { ...full, message: lines('From: alice@smime.example', '', 'Other.') },
      expected: full,
      because: 'content',
    },
  ])('differs when $name', async ({ made, expected, because }) => {
    const opinion = await secondOpinion(await protect(made), expected)
    expect(opinion).toEqual({ is: 'differs', because })
  })

  test('differs when any bit of the content or its signature is flipped on the way', async () => {
    const protectedMessage = await protect({ ...full, recipients: [bob.recipient] })
    const start = decodeLatin1(protectedMessage.bytes).indexOf('\r\n\r\n') + 4
    for (let at = start; at < protectedMessage.bytes.byteLength - 8; at += 97) {
      const bytes = Uint8Array.from(protectedMessage.bytes)
      bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
      if (bytes[at] === protectedMessage.bytes[at]) continue
      const opinion = await secondOpinion(
        { ...protectedMessage, bytes },
        { ...full, recipients: [bob.recipient] },
      )
      // A changed encrypted key of RSA shows only at the recipient's: its content key is at hand here.
      if (opinion.is === 'agrees') expect(at).toBeLessThan(start + 700)
    }
  })

  test('differs when a field travels that must not', async () => {
    const protectedMessage = await protect(full)
    const bytes = Buffer.concat([encodeLatin1('Bcc: x@y.example\r\n'), protectedMessage.bytes])
    expect(await secondOpinion({ ...protectedMessage, bytes }, full)).toEqual({
      is: 'differs',
      because: 'header',
    })
  })
})

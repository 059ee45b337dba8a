import * as fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import {
  composeMessage,
  encodeAddressField,
  encodeTextField,
  filePart,
  multipart,
  textPart,
} from './compose.ts'
import { parseAddressList } from './addresses.ts'
import { parseHeaderFields } from './header-fields.ts'

test.for<[string, string]>([
  ['plain words', 'Subject: plain words\r\n'],
  ['', 'Subject: \r\n'],
  ['Grüße', 'Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n'],
  ['=?UTF-8?Q?not_one?=', 'Subject: =?UTF-8?B?PT9VVEYtOD9RP25vdF9vbmU/PQ==?=\r\n'],
])('the subject %j is written as %j', ([text, expected]) => {
  expect(encodeTextField('Subject', text)).toBe(expected)
})

test.for(['a\r\nb', 'a\nb', 'a\rb', 'a\0b', 'a\u0085b', 'a\u2028b', 'a\tb', 'a\u007fb'])(
  'A-16: a field with %j is refused',
  (text) => {
    expect(() => encodeTextField('Subject', text)).toThrow(HubError)
    expect(() => encodeAddressField('To', [{ name: text, address: 'a@example.org' }])).toThrow(
      HubError,
    )
    expect(() => filePart({ name: text, type: 'text/plain', content: new Uint8Array() })).toThrow(
      HubError,
    )
  },
)

test.for(['', 'a b', 'a:b', 'a\r\nb', 'é', '-a', 'a'.repeat(78)])('%j is no field name', (name) => {
  expect(() => encodeTextField(name, 'x')).toThrow(HubError)
})

test.for(['text', 'text/html; charset=x', 'multipart/mixed', 'message/rfc822', 'a/b\r\nc: d'])(
  '%j is no type of a file',
  (type) => {
    expect(() => filePart({ name: 'a', type, content: new Uint8Array() })).toThrow(HubError)
  },
)

/** Texts that fields can hold: no controls. */
const fieldText = fc
  .string({ unit: 'grapheme', maxLength: 200 })

  .map((text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '').trim())

test('any subject is read back by another reader, from lines that any server takes', async () => {
  await fc.assert(
    fc.asyncProperty(fieldText, async (subject) => {
      const message = composeMessage([encodeTextField('Subject', subject)], textPart('plain', 'x'))
      const [header = ''] = decodeLatin1(message).split('\r\n\r\n')
      for (const line of header.split('\r\n')) expect(line.length).toBeLessThanOrEqual(200)
      expect((await PostalMime.parse(message)).subject ?? '').toBe(subject)
    }),
    { seed: 5322 },
  )
})

test('any name is read back beside its address', () => {
  fc.assert(
    fc.property(fieldText, (name) => {
      const field = encodeAddressField('To', [
        { name, address: 'a@example.org' },
        { address: 'b@c.org' },
      ])
      const [read] = parseHeaderFields(Buffer.from(field))
      const [first, second] = parseAddressList(read?.value ?? '')
      expect(first?.address).toBe('a@example.org')
      expect((first?.name ?? '').replace(/\s+/g, ' ')).toBe(name.replace(/\s+/g, ' '))
      expect(second).toEqual({ address: 'b@c.org' })
    }),
    { seed: 5322 },
  )
})

test('any text and any file come out as they went in', async () => {
  const file = fc.record({
    name: fieldText.filter((name) => name !== ''),
    content: fc.uint8Array(),
  })
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), file, async (text, { name, content }) => {
      const shown = text.replaceAll('\0', '')
      const part = multipart('mixed', [
        textPart('plain', shown),
        filePart({ name, type: 'application/pdf', content }),
      ])
      const mail = await PostalMime.parse(composeMessage([], part))
      expect(mail.text?.replace(/\n$/, '')).toBe(shown.replace(/\r\n|\r/g, '\n').replace(/\n$/, ''))
      expect(mail.attachments[0]?.filename).toBe(name)
      expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer)).toEqual(Buffer.from(content))
    }),
    { seed: 2045 },
  )
})

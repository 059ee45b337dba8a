/**
 * Writing mail: header fields and parts that any mail system carries unchanged.
 *
 * Everything written here is 7-bit with lines of at most 78 characters where that can be, and no
 * value can end its field: line ends and controls are refused, not cleaned.
 */

import { createHash } from 'node:crypto'
import { concat, encodeLatin1, encodeUtf8, toBase64 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { encodeBase64Lines } from './base64.ts'
import { QuotedPrintableEncoder } from './quoted-printable.ts'

/** Characters of a line without its CRLF that should not be passed: RFC 5322 section 2.1.1. */
const LINE_CHARACTERS = 78
/** Bytes of text in one encoded word: it has 64 characters then, and fits a line with `Subject`. */
const ENCODED_WORD_BYTES = 39
/** Most characters of one section of a parameter (RFC 2231 section 3): it fits a line with its name. */
const PARAMETER_SECTION = 45

/** A body with the header fields that describe it. */
export interface ComposedPart {
  /** `Content-…` fields, each with its CRLF. */
  readonly fields: string
  /** Ends with CRLF. */
  readonly body: Uint8Array
}

/** Who a field names. */
export interface NamedAddress {
  readonly name?: string
  /** `local@domain`, already parsed. */
  readonly address: string
}

/**
 * A field of free text, such as Subject: folded, and in encoded words where it is not ASCII.
 *
 * @throws HubError `mime.field_malformed`: the name is none, or the text has line ends or controls
 */
export function encodeTextField(name: string, text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,76}$/.test(name)) {
    throw new HubError('mime.field_malformed', 'a field name has letters, digits and hyphens')
  }
  return fold(`${name}:`, phraseWords(requireText(text.trim())))
}

/**
 * A field of addresses, such as To.
 *
 * @throws HubError `mime.field_malformed`
 */
export function encodeAddressField(name: string, mailboxes: readonly NamedAddress[]): string {
  const words = mailboxes.flatMap(({ name: display, address }, at) => {
    const comma = at === mailboxes.length - 1 ? '' : ','
    if (display === undefined || display === '') return [`${requireText(address)}${comma}`]
    return [...displayWords(requireText(display)), `<${requireText(address)}>${comma}`]
  })
  return fold(`${name}:`, words)
}

/** A moment as fields write it (RFC 5322 section 3.3), to the second and always in UTC. */
export function formatDate(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000')
}

/** Text as a part: ASCII as it is, else quoted-printable. Any line ends become CRLF. */
export function textPart(subtype: 'plain' | 'html', text: string): ComposedPart {
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n')
  const whole = lines.endsWith('\r\n') ? lines : `${lines}\r\n`

  const isPlain = /^(?:[\t -~]{0,78}\r\n)*$/.test(whole)
  const type = `Content-Type: text/${subtype}; charset=${isPlain ? 'us-ascii' : 'utf-8'}\r\n`
  if (isPlain)
    return { fields: `${type}Content-Transfer-Encoding: 7bit\r\n`, body: encodeLatin1(whole) }
  const encoder = new QuotedPrintableEncoder()
  return {
    fields: `${type}Content-Transfer-Encoding: quoted-printable\r\n`,
    body: concat([encoder.update(encodeUtf8(whole)), encoder.final()]),
  }
}

/**
 * A file as a part, in base64.
 *
 * @throws HubError `mime.field_malformed`: the file name has controls, the type is none
 */
export function filePart(file: {
  name: string
  /** Such as `application/pdf`. Multipart and message types are not files. */
  type: string
  content: Uint8Array
}): ComposedPart {
  if (!/^(?!multipart|message)[a-z]+\/[a-z0-9][a-z0-9.+_-]{0,99}$/i.test(file.type)) {
    throw new HubError('mime.field_malformed', 'a file has a type such as application/pdf')
  }
  const name = requireText(file.name)
  return {
    fields:
      fold('Content-Type:', [file.type]) +
      fold('Content-Disposition:', ['attachment;', ...parameterWords('filename', name)]) +
      'Content-Transfer-Encoding: base64\r\n',
    body: encodeBase64Lines(file.content),
  }
}

/**
 * Parts as one. The boundary comes from their bytes, so the same parts make the same multipart and no
 * part can hold it.
 */
export function multipart(
  subtype: string,
  parts: readonly ComposedPart[],
  parameters: readonly string[] = [],
): ComposedPart {
  const hash = createHash('sha256')
  for (const { fields, body } of parts) hash.update(fields).update(body)
  const boundary = `=_${hash.digest('hex').slice(0, 32)}`
  const pieces = parts.flatMap(({ fields, body }) => [
    encodeLatin1(`--${boundary}\r\n${fields}\r\n`),
    body,
  ])
  return {
    fields: fold('Content-Type:', [
      `multipart/${subtype};`,
      ...parameters.map((parameter) => `${parameter};`),
      `boundary="${boundary}"`,
    ]),
    body: concat([...pieces, encodeLatin1(`--${boundary}--\r\n`)]),
  }
}

/** A message: its own fields, each with its CRLF, then MIME-Version and the part. */
export function composeMessage(fields: readonly string[], part: ComposedPart): Uint8Array {
  const header = `${fields.join('')}MIME-Version: 1.0\r\n${part.fields}\r\n`
  return concat([encodeUtf8(header), part.body])
}

function requireText(text: string): string {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) {
    throw new HubError('mime.field_malformed', 'a header field has no line ends and no controls')
  }
  return text.toWellFormed()
}

/** Words to be folded between; ASCII as it is, unless it could be taken for an encoded word. */
function phraseWords(text: string): string[] {
  const words = text.split(' ')
  const isPlain = /^[ -~]*$/.test(text) && !text.includes('=?')
  return isPlain && words.every((word) => word.length < 200) ? words : encodedWords(text)
}

function displayWords(name: string): string[] {
  if (!/^[ -~]*$/.test(name) || name.includes('=?') || name.length > 200) return encodedWords(name)
  if (/^[A-Za-z0-9 '_-]+$/.test(name)) return name.split(' ')
  return [`"${name.replace(/["\\]/g, '\\$&')}"`]
}

/** RFC 2047. No character is cut in two. */
function encodedWords(text: string): string[] {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (encodeUtf8(word + character).byteLength > ENCODED_WORD_BYTES) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word].map((each) => `=?UTF-8?B?${toBase64(encodeUtf8(each))}?=`)
}

/** RFC 2231 where the value is not ASCII or too long, else a quoted string. */
function parameterWords(name: string, value: string): string[] {
  if (/^[ -~]{0,60}$/.test(value)) return [`${name}="${value.replace(/["\\]/g, '\\$&')}"`]
  const encoded = encodeURIComponent(value).replace(
    /['()*!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const sections = encoded.match(new RegExp(`(?:%..|[^%]){1,${PARAMETER_SECTION / 3}}`, 'g')) ?? []
  return sections.map((section, at) => {
    const start = at === 0 ? "UTF-8''" : ''
    return `${name}*${at}*=${start}${section}${at === sections.length - 1 ? '' : ';'}`
  })
}

/** A field with its words, a line break before each word that would pass the limit. */
function fold(name: string, words: readonly string[]): string {
  let field = name
  let column = name.length
  for (const word of words) {
    // An empty word is one of several spaces: a line of white space only would end the header.
    const breaks = column + 1 + word.length > LINE_CHARACTERS && column > name.length && word !== ''
    field += breaks ? `\r\n ${word}` : ` ${word}`
    column = breaks ? 1 + word.length : column + 1 + word.length
  }
  return `${field}\r\n`
}

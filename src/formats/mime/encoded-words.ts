/** Encoded words (RFC 2047): how header fields carry text beyond ASCII, and how it is displayed. */

import { decodeCharset } from './charsets.ts'

/** `=?charset*language?encoding?text?=` */
const WORD = /=\?([^?*\s]+)(?:\*[^?]*)?\?([bBqQ])\?([^?\s]*)\?=/g

/** White space between two encoded words is not displayed (RFC 2047 section 6.2). */
const BETWEEN_WORDS = /(\?=)[ \t]+(?==\?[^?\s]+\?[bBqQ]\?)/g

/** A field's value as people read it. What is no well-formed encoded word stays as it is. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  return value
    .replace(BETWEEN_WORDS, '$1')
    .replace(WORD, (_, charset: string, encoding: string, text: string) =>
      decodeCharset(encoding.toLowerCase() === 'b' ? base64(text) : qEncoding(text), charset),
    )
}

function base64(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}

/** RFC 2047 section 4.2: like quoted-printable, and `_` is a space. */
function qEncoding(text: string): Uint8Array {
  const latin1 = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(latin1, 'latin1')
}

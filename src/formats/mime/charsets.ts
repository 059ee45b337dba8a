/** Text in the charsets that mail is written in. */

import { decodeLatin1 } from '../../base/bytes.ts'

/** Names that mail programs write and the WHATWG table does not know. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cp949', 'euc-kr'],
  ['uhc', 'euc-kr'],
  ['ansi_x3.110-1983', 'windows-1252'],
  ['cp1252', 'windows-1252'],
  ['utf8', 'utf-8'],
])

/** Text of bytes in a charset by its MIME name. An unknown charset reads as one character a byte. */
export function decodeCharset(bytes: Uint8Array, charset: string): string {
  const name = charset.trim().toLowerCase()
  try {
    return new TextDecoder(ALIASES.get(name) ?? name).decode(bytes)
  } catch {
    // The charset is unknown to the run time; what is ASCII in it stays readable.
    return decodeLatin1(bytes)
  }
}

/** `Content-Type` and `Content-Disposition`: a value and parameters (RFC 2045, RFC 2183, RFC 2231). */

import { decodeCharset } from './charsets.ts'
import {
  peek,
  readerOf,
  skipComments,
  take,
  takeQuoted,
  takeToken,
  type FieldReader,
} from './structured-field.ts'

/** A value with parameters. */
export interface Parameterized {
  /** In lower case: `text/plain`, `attachment`. */
  readonly value: string
  /** By name in lower case; values as written, RFC 2231 decoded. The first of a name counts. */
  readonly parameters: ReadonlyMap<string, string>
}

/** What an entity without a `Content-Type` is (RFC 2045 section 5.2). */
export const PLAIN_TEXT: Parameterized = { value: 'text/plain', parameters: new Map() }

/** What an entity is whose `Content-Type` cannot be read: bytes that nothing displays. */
const UNKNOWN: Parameterized = { value: 'application/octet-stream', parameters: new Map() }

/** Reads a `Content-Type`. One that makes no sense becomes `application/octet-stream`. */
export function parseContentType(text: string): Parameterized {
  const reader = readerOf(text)
  const value = takeType(reader)
  return value === undefined ? UNKNOWN : { value, parameters: takeParameters(reader) }
}

function takeType(reader: FieldReader): string | undefined {
  skipComments(reader)
  const type = takeToken(reader)
  skipComments(reader)
  if (type === undefined || !take(reader, '/')) return undefined
  skipComments(reader)
  const subtype = takeToken(reader)
  return subtype === undefined ? undefined : `${type}/${subtype}`.toLowerCase()
}

/**
 * The parameters, by name in lower case, that a field gives more than once: again, or both plain and
 * as RFC 2231 has it. Readers differ on which one counts.
 */
export function repeatedParameters(text: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  const reader = readerOf(text)
  if (takeType(reader) === undefined) return repeated
  for (const [written] of takeWritten(reader)) {
    const [name = '', index] = written.split('*')
    // The pieces of one value have numbers; the first piece stands for it.
    const said = index === undefined || index === '' || index === '0' ? name : `${name}*${index}`
    if (seen.has(said)) repeated.add(name)
    seen.add(said)
  }
  return repeated
}

/** Reads a `Content-Disposition`. One that makes no sense becomes `attachment` (RFC 2183 section 2.8). */
export function parseDisposition(text: string): Parameterized {
  const reader = readerOf(text)
  skipComments(reader)
  const value = takeToken(reader) ?? 'attachment'
  return { value: value.toLowerCase(), parameters: takeParameters(reader) }
}

function takeParameters(reader: FieldReader): ReadonlyMap<string, string> {
  const plain = new Map<string, string>()
  for (const [name, value] of takeWritten(reader)) if (!plain.has(name)) plain.set(name, value)
  return joinExtended(plain)
}

/** Names in lower case and values as they are written, one after the other. */
function* takeWritten(reader: FieldReader): Generator<readonly [string, string], void, undefined> {
  for (;;) {
    skipComments(reader)
    while (take(reader, ';')) skipComments(reader)
    const name = takeToken(reader)?.toLowerCase()
    if (name === undefined) break
    skipComments(reader)
    if (!take(reader, '=')) break
    skipComments(reader)
    yield [name, takeQuoted(reader) ?? takeLoose(reader)]
  }
}

/** A value without quotes. Mail programs forget them around `/`, `=` and `@`: up to `;` or white space. */
function takeLoose(reader: FieldReader): string {
  const start = reader.at
  while (reader.at < reader.text.length && !/[;\s]/.test(peek(reader))) reader.at += 1
  return reader.text.slice(start, reader.at)
}

/** Puts together what RFC 2231 spread over `name*`, `name*0`, `name*1*`…; that wins over a plain `name`. */
function joinExtended(plain: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of plain) if (!name.includes('*')) joined.set(name, value)
  for (const [name, value] of plain) {
    const match = /^([^*]+)\*(0\*?)?$/.exec(name)
    if (match?.[1] === undefined) continue
    joined.set(match[1], match[2] === undefined ? decodeExtended(value) : join(plain, match[1]))
  }
  return joined
}

function join(plain: ReadonlyMap<string, string>, name: string): string {
  let charset = 'utf-8'
  const pieces: Buffer[] = []
  for (let index = 0; ; index += 1) {
    const encoded = plain.get(`${name}*${index}*`)
    const piece = encoded ?? plain.get(`${name}*${index}`)
    if (piece === undefined) break
    if (encoded === undefined) pieces.push(Buffer.from(piece, 'utf8'))
    else if (index > 0) pieces.push(percentDecode(piece))
    else {
      const first = splitExtended(piece)
      charset = first.charset
      pieces.push(percentDecode(first.text))
    }
  }
  return decodeCharset(Buffer.concat(pieces), charset)
}

function decodeExtended(value: string): string {
  const { charset, text } = splitExtended(value)
  return decodeCharset(percentDecode(text), charset)
}

/** `charset'language'text`. */
function splitExtended(value: string): { charset: string; text: string } {
  const match = /^([^']*)'[^']*'(.*)$/s.exec(value)
  return { charset: match?.[1] || 'utf-8', text: match?.[2] ?? value }
}

function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const out = Buffer.alloc(bytes.byteLength)
  let length = 0
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const hex = bytes[at] === 0x25 ? bytes.toString('latin1', at + 1, at + 3) : ''
    const isEscape = /^[0-9a-fA-F]{2}$/.test(hex)
    out[length] = isEscape ? parseInt(hex, 16) : (bytes[at] ?? 0)
    if (isEscape) at += 2
    length += 1
  }
  return out.subarray(0, length)
}

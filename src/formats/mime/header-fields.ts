/** The fields of a header block (RFC 5322 section 2.2), with the bytes they came as. */

import { asBuffer, decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { MIME_LIMITS, type MimeLimits } from './limits.ts'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09
const COLON = 0x3a

/** One field of a header block. */
export interface HeaderField {
  /** The name as written; empty when the line is no field at all, so that it is found by no name. */
  readonly name: string
  /** The name in lower case. */
  readonly key: string
  /** Unfolded and trimmed: UTF-8 (RFC 6532), or one character a byte when it is not UTF-8. */
  readonly value: string
  /** The field as it came, folding and final line end included. */
  readonly raw: Uint8Array
}

/**
 * Reads a header block: lines that end in CRLF or LF, up to the blank line (which may be absent).
 * A line that is no field is kept with an empty name.
 *
 * @throws HubError `mime.header_too_large`
 */
export function parseHeaderFields(
  block: Uint8Array,
  limits: MimeLimits = MIME_LIMITS,
): readonly HeaderField[] {
  const bytes = asBuffer(block)
  const fields: HeaderField[] = []
  let start = 0
  while (start < bytes.byteLength) {
    const end = endOfField(bytes, start)
    if (isBlank(bytes, start, end)) break
    if (fields.length >= limits.headerFields) {
      throw new HubError(
        'mime.header_too_large',
        `a header has at most ${limits.headerFields} fields`,
      )
    }
    fields.push(fieldOf(bytes.subarray(start, end)))
    start = end
  }
  return fields
}

/** The first field of that name (in lower case), if there is one. */
export function findField(fields: readonly HeaderField[], key: string): HeaderField | undefined {
  return fields.find((field) => field.key === key)
}

/** All fields of that name (in lower case), in order. */
export function findFields(fields: readonly HeaderField[], key: string): readonly HeaderField[] {
  return fields.filter((field) => field.key === key)
}

/** True for the fields that describe a MIME entity and travel with it (RFC 2045 section 3). */
export function describesContent(field: HeaderField): boolean {
  return field.key.startsWith('content-')
}

/** Where the field that starts at `start` ends: after the line end that no space or tab follows. */
function endOfField(bytes: Buffer, start: number): number {
  let from = start
  for (;;) {
    const lineEnd = bytes.indexOf(LF, from)
    if (lineEnd < 0) return bytes.byteLength
    const next = bytes[lineEnd + 1]
    if ((next !== SPACE && next !== TAB) || isBlank(bytes, from, lineEnd + 1)) return lineEnd + 1
    from = lineEnd + 1
  }
}

/** True when the line is nothing but its line end. */
function isBlank(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === LF || (bytes[start] === CR && end - start === 2)
}

function fieldOf(raw: Buffer): HeaderField {
  const colon = raw.indexOf(COLON)
  let end = Math.max(0, colon)
  while (raw[end - 1] === SPACE || raw[end - 1] === TAB) end -= 1
  const name = raw.toString('latin1', 0, end)
  if (!/^[!-9;-~]+$/.test(name)) return { name: '', key: '', value: textOf(raw), raw }
  return { name, key: name.toLowerCase(), value: textOf(raw.subarray(colon + 1)), raw }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Buffer): string {
  const latin1 = decodeLatin1(bytes)
  // Line ends go, the white space that follows them stays: RFC 5322 section 2.2.3.
  const text = isAscii(latin1) ? latin1 : decodeEither(bytes, latin1)
  return text.replace(/\r?\n/g, '').trim()
}

function decodeEither(bytes: Buffer, latin1: string): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    // Not UTF-8: an old mail program wrote 8-bit text without saying in which charset.
    return latin1
  }
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text)
}

/**
 * Makes what is about to be signed safe for every mail server on the way: CRLF line ends, no byte
 * above 127, no line over 998 bytes (RFC 8551 section 3.1.3).
 *
 * A message that is so already passes unchanged, byte for byte. Otherwise the leaves that are not are
 * encoded, text as quoted-printable and all else as base64, and said to be so. What is signed already
 * is never touched, even where it is not safe: changing it would break its signature.
 */

import { encodeLatin1, encodeUtf8 } from '../../base/bytes.ts'
import { Base64Encoder } from './base64.ts'
import { splitMessage, type Entity } from './entity.ts'
import type { HeaderField } from './header-fields.ts'
import { CrlfCanonicalizer, surveyContent, withCrlf } from './line-ends.ts'
import { QuotedPrintableEncoder } from './quoted-printable.ts'
import { type ByteRange, type ByteSource, chunksOf } from './source.ts'
import { decodeBody, through } from './transfer-encoding.ts'

/** Longest line that SMTP has to pass on, without its CRLF (RFC 5321 section 4.5.3.1.6). */
export const MAX_LINE_BYTES = 998

/** An entity that is ready to be signed. */
export interface PreparedEntity {
  /** True when the pieces are the very bytes of the source. */
  readonly isUnchanged: boolean
  /** The entity from its first header field on. Every call starts anew. */
  pieces(): Iterable<Uint8Array>
}

/**
 * Prepares a message for signing. Of `root` only header and body are looked at: the message is split
 * when something in it has to be encoded. `fields` are those that go inside (`Content-*`); the other
 * fields of the header are left out.
 *
 * @throws HubError `mime.too_deep`, `mime.too_many_parts`, from the pieces
 */
export function prepareForSigning(
  source: ByteSource,
  root: Entity,
  fields: readonly HeaderField[],
): PreparedEntity {
  const isSafe = isSafeToSend(source, root.body)
  return {
    isUnchanged: isSafe,
    *pieces() {
      if (isSafe) {
        for (const field of fields) yield* withCrlf([terminated(field.raw)])
        yield CRLF
        yield* chunksOf(source, root.body)
      } else {
        yield* entityPieces(source, splitMessage(source), fields)
      }
    },
  }
}

const CRLF = encodeLatin1('\r\n')

/** True when a range passes every mail server unchanged. */
function isSafeToSend(source: ByteSource, range: ByteRange): boolean {
  const content = surveyContent(source, range)
  return content.isCanonical && content.isSevenBit && content.longestLineBytes <= MAX_LINE_BYTES
}

function* entityPieces(
  source: ByteSource,
  entity: Entity,
  fields: readonly HeaderField[],
): Generator<Uint8Array, void, undefined> {
  if (entity.contentType.value === 'multipart/signed') {
    yield* headerPieces(fields, undefined)
    yield* withCrlf(chunksOf(source, entity.body))
  } else if (entity.parts.length > 0) {
    yield* headerPieces(fields, '7bit')
    yield* partPieces(source, entity)
  } else {
    yield* leafPieces(source, entity, fields)
  }
}

/** What stands between the parts goes along as it is: preamble, delimiters, epilogue. */
function* partPieces(source: ByteSource, entity: Entity): Generator<Uint8Array, void, undefined> {
  let at = entity.body.start
  for (const part of entity.parts) {
    yield* betweenPieces(source, { start: at, end: part.range.start })
    yield* entityPieces(source, part, part.fields)
    at = part.range.end
  }
  yield* betweenPieces(source, { start: at, end: entity.body.end })
}

/** Nobody displays this; bytes above 127 in it become question marks. */
function* betweenPieces(
  source: ByteSource,
  range: ByteRange,
): Generator<Uint8Array, void, undefined> {
  for (const piece of withCrlf(chunksOf(source, range))) {
    yield piece.some((byte) => byte > 0x7f)
      ? piece.map((byte) => (byte > 0x7f ? 0x3f : byte))
      : piece
  }
}

function* leafPieces(
  source: ByteSource,
  entity: Entity,
  fields: readonly HeaderField[],
): Generator<Uint8Array, void, undefined> {
  const isBinary = entity.transferEncoding === 'binary'
  // Line ends are mended on the way out, so only the rest of the survey counts.
  const content = isBinary ? undefined : surveyContent(source, entity.body)
  if (content?.isSevenBit === true && content.longestLineBytes <= MAX_LINE_BYTES) {
    yield* headerPieces(fields, entity.transferEncoding === '8bit' ? '7bit' : undefined)
    yield* withCrlf(chunksOf(source, entity.body))
    return
  }
  const isText = entity.contentType.value.startsWith('text/') && !isBinary
  const decoded = decodeBody(source, entity)
  const text = isText ? through(decoded, new CrlfCanonicalizer()) : decoded
  yield* headerPieces(fields, isText ? 'quoted-printable' : 'base64')
  yield* through(text, isText ? new QuotedPrintableEncoder() : new Base64Encoder())
}

/** A header block with its blank line, its transfer encoding replaced when one is given. */
function* headerPieces(
  fields: readonly HeaderField[],
  transferEncoding: string | undefined,
): Generator<Uint8Array, void, undefined> {
  const isReplaced = (field: HeaderField) =>
    transferEncoding !== undefined && field.key === 'content-transfer-encoding'
  for (const field of fields) if (!isReplaced(field)) yield* withCrlf([terminated(field.raw)])
  const wasSaid = fields.some(isReplaced)
  if (transferEncoding !== undefined && (transferEncoding !== '7bit' || wasSaid)) {
    yield encodeUtf8(`Content-Transfer-Encoding: ${transferEncoding}\r\n`)
  }
  yield CRLF
}

/** A field with its line end, which the last one of a message without body may lack. */
export function terminated(raw: Uint8Array): Uint8Array {
  return raw.at(-1) === 0x0a ? raw : Buffer.concat([raw, CRLF])
}

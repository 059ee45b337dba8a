/** The bytes that an entity's body stands for, its `Content-Transfer-Encoding` undone. */

import { HubError } from '../../base/errors.ts'
import { Base64Decoder } from './base64.ts'
import { isIdentityEncoding, type Entity } from './entity.ts'
import { QuotedPrintableDecoder } from './quoted-printable.ts'
import { type ByteSource, chunksOf } from './source.ts'

/**
 * Decodes a body as a stream. Each piece is valid until the next is asked for.
 *
 * @throws HubError `mime.malformed_base64`, `mime.unknown_encoding`
 */
export function decodeBody(
  source: ByteSource,
  entity: Entity,
): Generator<Uint8Array, void, undefined> {
  const { transferEncoding } = entity
  const chunks = chunksOf(source, entity.body)
  if (transferEncoding === 'base64') return through(chunks, new Base64Decoder())
  if (transferEncoding === 'quoted-printable') return through(chunks, new QuotedPrintableDecoder())
  if (isIdentityEncoding(transferEncoding)) return chunks
  throw new HubError(
    'mime.unknown_encoding',
    `the transfer encoding of part ${entity.path || 'root'} is none of RFC 2045`,
  )
}

/** Something that turns a stream of bytes into another. */
export interface Transform {
  update(bytes: Uint8Array): Uint8Array
  final(): Uint8Array
}

/** The pieces as the transform gives them, empty ones left out. */
export function* through(
  pieces: Iterable<Uint8Array>,
  transform: Transform,
): Generator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    const out = transform.update(piece)
    if (out.byteLength > 0) yield out
  }
  const last = transform.final()
  if (last.byteLength > 0) yield last
}

/** A file as a command is given it: a message, or a bare CMS object in DER or PEM. */

import { asBuffer } from '../base/bytes.ts'
import { type Entity, splitMessage } from '../formats/mime/entity.ts'
import type { ByteRange, ByteSource } from '../formats/mime/source.ts'

/** Bytes, and the entity that they are. */
export interface Wrapped {
  readonly source: ByteSource
  readonly entity: Entity
}

/** More than any of the labels below with white space around them. */
const MAX_PEM_LINE_BYTES = 256

const SEQUENCE = 0x30

/**
 * Reads a message, or takes a bare CMS object for the body of one.
 *
 * @throws HubError `mime.header_too_large`, `mime.too_deep`, `mime.too_many_parts`
 */
export function unwrapFile(source: ByteSource): Wrapped {
  const [first] = source.read(0, Math.min(1, source.sizeBytes))
  if (first === SEQUENCE) {
    return { source, entity: bareCms({ start: 0, end: source.sizeBytes }, 'binary') }
  }
  const pem = findPem(source)
  return { source, entity: pem === undefined ? splitMessage(source) : bareCms(pem, 'base64') }
}

/** The base64 between the lines of a PEM file that holds CMS (RFC 7468 sections 8 and 9). */
function findPem(source: ByteSource): ByteRange | undefined {
  const head = asBuffer(source.read(0, Math.min(MAX_PEM_LINE_BYTES, source.sizeBytes)))
  const begin = /^\s*-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----\r?\n/.exec(
    head.toString('latin1'),
  )
  if (begin === null) return undefined
  const tailStart = Math.max(begin[0].length, source.sizeBytes - MAX_PEM_LINE_BYTES)
  const tail = asBuffer(source.read(tailStart, source.sizeBytes)).lastIndexOf('-----END ')
  return { start: begin[0].length, end: tail < 0 ? source.sizeBytes : tailStart + tail }
}

function bareCms(body: ByteRange, transferEncoding: 'binary' | 'base64'): Entity {
  return {
    range: body,
    header: { start: body.start, end: body.start },
    body,
    fields: [],
    contentType: { value: 'application/pkcs7-mime', parameters: new Map() },
    transferEncoding,
    parts: [],
    isClosed: true,
    path: '',
  }
}

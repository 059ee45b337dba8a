/**
 * Bytes that can be read anywhere, however many there are.
 *
 * A message of 500 MB is never in memory: what reads it asks for the ranges it needs. Reading is
 * synchronous, since the bytes are in memory or in a local file.
 */

import { concat } from '../../base/bytes.ts'

/** How much is read at once when much has to be read: large enough for the ciphers to run at full speed. */
export const CHUNK_BYTES = 64 * 1024

/** Bytes that can be read anywhere. */
export interface ByteSource {
  readonly sizeBytes: number
  /**
   * The bytes from `start` up to, not including, `end`; `0 <= start <= end <= sizeBytes`. They may be
   * a view that the next call overwrites: who keeps them copies them.
   */
  read(start: number, end: number): Uint8Array
}

/** A part of a source: from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A source over bytes in memory. What it gives is never overwritten. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.byteLength,
    read: (start, end) => bytes.subarray(start, end),
  }
}

/**
 * The bytes of a range in pieces of at most `CHUNK_BYTES`, each valid until the next is asked for.
 * They end where a multiple of it ends, which suits sources that are made of blocks.
 */
export function* chunksOf(
  source: ByteSource,
  range: ByteRange = { start: 0, end: source.sizeBytes },
): Generator<Uint8Array, void, undefined> {
  for (let at = range.start; at < range.end;) {
    const next = Math.min(at - (at % CHUNK_BYTES) + CHUNK_BYTES, range.end)
    yield source.read(at, next)
    at = next
  }
}

/** The bytes of a range as one array of the caller's own. For ranges whose size is limited. */
export function readWhole(source: ByteSource, range: ByteRange): Uint8Array {
  return Uint8Array.from(source.read(range.start, range.end))
}

/** All pieces as one array. Pieces that may be overwritten are copied as they come. */
export function collect(pieces: Iterable<Uint8Array>): Uint8Array {
  const copies: Uint8Array[] = []
  for (const piece of pieces) copies.push(Buffer.from(piece))
  return copies.length === 1 && copies[0] !== undefined ? copies[0] : concat(copies)
}

/** Line ends: signatures are made over CRLF (RFC 8551 section 3.1.1). */

import { isAscii } from 'node:buffer'
import { asBuffer } from '../../base/bytes.ts'
import { type ByteRange, type ByteSource, chunksOf } from './source.ts'

const CR = 0x0d
const LF = 0x0a

/** Turns lone LF and lone CR into CRLF, in a stream. What is canonical comes back as the same memory. */
export class CrlfCanonicalizer {
  #endedInCr = false

  update(bytes: Uint8Array): Uint8Array {
    const buffer = asBuffer(bytes)
    if (buffer.byteLength === 0) return bytes
    const isLone = this.#endedInCr && buffer[0] !== LF
    const from = isLone ? 0 : firstLoneEnd(buffer, this.#endedInCr ? 1 : 0)
    this.#endedInCr = buffer.at(-1) === CR
    return from === buffer.byteLength ? bytes : rewritten(buffer, { from, isLone })
  }

  final(): Uint8Array {
    const out = this.#endedInCr ? Uint8Array.of(LF) : new Uint8Array(0)
    this.#endedInCr = false
    return out
  }
}

/** Where the first CR or LF is that stands alone; the length when none does, or only the last may. */
function firstLoneEnd(buffer: Buffer, start: number): number {
  let at = start
  for (;;) {
    // A search for each of many empty lines would cost far more than a look.
    while (buffer[at] === CR && buffer[at + 1] === LF) at += 2
    const lineFeed = buffer.indexOf(LF, at)
    const end = lineFeed < 0 ? buffer.byteLength : lineFeed
    // Mostly the CR stands right before the LF.
    const carriageReturn = buffer.subarray(at, end).indexOf(CR)
    if (carriageReturn < 0) return end
    if (at + carriageReturn === buffer.byteLength - 1) return buffer.byteLength
    if (at + carriageReturn !== lineFeed - 1) return at + carriageReturn
    at = lineFeed + 1
  }
}

/** One pass, whatever the bytes: a list of pieces would be as long as they have line ends. */
function rewritten(buffer: Buffer, { from, isLone }: { from: number; isLone: boolean }): Buffer {
  const out = Buffer.allocUnsafe(2 * buffer.byteLength + 1)
  let length = 0
  // The LF of the CR that ended the bytes before.
  if (isLone) out[length++] = LF
  length += buffer.copy(out, length, 0, from)
  let before = 0
  for (let at = from; at < buffer.byteLength; at += 1) {
    const byte = buffer[at] ?? 0
    if (byte === LF && before !== CR) out[length++] = CR
    else if (byte !== LF && before === CR) out[length++] = LF
    out[length++] = byte
    before = byte
  }
  return out.subarray(0, length)
}

/** The pieces with every line end as CRLF. */
export function* withCrlf(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  const canonicalizer = new CrlfCanonicalizer()
  for (const piece of pieces) yield canonicalizer.update(piece)
  yield canonicalizer.final()
}

/** What bytes hold that not every mail server passes on unchanged. */
export interface Content {
  /** All line ends are CRLF, and no CR or LF stands elsewhere. */
  readonly isCanonical: boolean
  /** No byte above 127, no NUL. */
  readonly isSevenBit: boolean
  /** Longest line in bytes, its CRLF or LF not counted. */
  readonly longestLineBytes: number
}

/** Looks through a range once. */
export function surveyContent(source: ByteSource, range: ByteRange): Content {
  let isCanonical = true
  let isSevenBit = true
  let longest = 0
  let length = 0
  let before = 0
  for (const chunk of chunksOf(source, range)) {
    const buffer = asBuffer(chunk)
    isSevenBit &&= isAscii(buffer) && !buffer.includes(0)
    let at = 0
    for (;;) {
      const lineFeed = buffer.indexOf(LF, at)
      if (lineFeed < 0) break
      const hasCr = (lineFeed === 0 ? before : buffer[lineFeed - 1]) === CR
      isCanonical &&= hasCr
      longest = Math.max(longest, length + lineFeed - at - (hasCr ? 1 : 0))
      length = 0
      at = lineFeed + 1
    }
    length += buffer.byteLength - at
    isCanonical &&= !hasLoneCr(buffer, before)
    before = buffer.at(-1) ?? before
  }
  if (before === CR) isCanonical = false
  return { isCanonical, isSevenBit, longestLineBytes: Math.max(longest, length) }
}

/** True when a CR is followed by something else than LF; one at the very end is not judged here. */
function hasLoneCr(buffer: Buffer, before: number): boolean {
  if (before === CR && buffer.byteLength > 0 && buffer[0] !== LF) return true
  for (let at = buffer.indexOf(CR); at >= 0; at = buffer.indexOf(CR, at + 1)) {
    if (at + 1 < buffer.byteLength && buffer[at + 1] !== LF) return true
  }
  return false
}

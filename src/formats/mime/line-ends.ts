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
    const out: Uint8Array[] = []
    let from = 0
    let at = 0
    if (this.#endedInCr && buffer.byteLength > 0) {
      this.#endedInCr = false
      if (buffer[0] === LF) at = 1
      else out.push(LINE_FEED)
    }
    for (;;) {
      at = nextLineEnd(buffer, at)
      if (at >= buffer.byteLength) break
      if (buffer[at] === CR) {
        if (at + 1 === buffer.byteLength) {
          this.#endedInCr = true
          break
        }
        if (buffer[at + 1] === LF) {
          at += 2
          continue
        }
        out.push(buffer.subarray(from, at + 1), LINE_FEED)
        from = at + 1
      } else {
        out.push(buffer.subarray(from, at), CARRIAGE_RETURN)
        from = at
      }
      at += 1
    }
    if (out.length === 0) return bytes
    out.push(buffer.subarray(from))
    return Buffer.concat(out)
  }

  final(): Uint8Array {
    const out = this.#endedInCr ? LINE_FEED : new Uint8Array(0)
    this.#endedInCr = false
    return out
  }
}

const LINE_FEED = Uint8Array.of(LF)
const CARRIAGE_RETURN = Uint8Array.of(CR)

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

/** Where the next CR or LF is; the length when there is none. */
function nextLineEnd(buffer: Buffer, from: number): number {
  const lineFeed = buffer.indexOf(LF, from)
  if (lineFeed < 0) {
    const carriageReturn = buffer.indexOf(CR, from)
    return carriageReturn < 0 ? buffer.byteLength : carriageReturn
  }
  // Mostly the CR stands right before the LF; anything between is looked at byte by byte below.
  const carriageReturn = buffer.subarray(from, lineFeed).indexOf(CR)
  return carriageReturn < 0 ? lineFeed : from + carriageReturn
}

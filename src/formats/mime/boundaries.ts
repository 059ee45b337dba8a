/** The lines that part a multipart (RFC 2046 section 5.1.1), found in one pass whatever the nesting. */

import { asBuffer } from '../../base/bytes.ts'
import { CHUNK_BYTES, type ByteSource } from './source.ts'

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09

/** Longest delimiter line that is looked at. A boundary has at most 70 characters; many have more. */
const MAX_LINE_BYTES = 1024

/** A delimiter line. */
export interface Delimiter {
  /** Which multipart it belongs to: 0 is the outermost. */
  readonly level: number
  /** True for the last one, with `--` after the boundary. */
  readonly isClosing: boolean
  /** Where what stands before it ends: the line end before the delimiter belongs to the delimiter. */
  readonly contentEnd: number
  /** Where the next line starts. */
  readonly next: number
}

/** Where white space at the end of a line begins: gateways pad delimiter lines (RFC 2046 section 5.1.1). */
function endOfText(line: Uint8Array): number {
  let end = line.byteLength
  while ([SPACE, TAB, CR, LF].includes(line[end - 1] ?? 0)) end -= 1
  return end
}

/** Walks through a source, forwards only, and finds line ends and the delimiters of open multiparts. */
export class LineWalker {
  readonly #source: ByteSource
  readonly #open: string[] = []
  readonly #levels = new Map<string, number>()
  #room = Buffer.alloc(0)
  #window = Buffer.alloc(0)
  #windowStart = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** A multipart with this boundary begins. An outer one with the same boundary is hidden by it. */
  enter(boundary: string): number {
    this.#open.push(boundary)
    this.#levels.set(boundary, this.#open.length - 1)
    return this.#open.length - 1
  }

  /** The innermost multipart ends. */
  leave(): void {
    const boundary = this.#open.pop()
    if (boundary === undefined) return
    const outer = this.#open.lastIndexOf(boundary)
    if (outer < 0) this.#levels.delete(boundary)
    else this.#levels.set(boundary, outer)
  }

  /** Where the line that starts at `start` ends: after its LF, or at the end of all, or at `limit`. */
  lineEnd(start: number, limit: number): number {
    const end = Math.min(this.#source.sizeBytes, limit)
    for (let at = start; at < end;) {
      const window = this.#windowAt(at)
      const found = window.indexOf(LF)
      if (found >= 0) return Math.min(at + found + 1, end)
      at += window.byteLength
    }
    return end
  }

  /** The bytes of a short range, valid until the next call of anything here. */
  bytes(start: number, end: number): Buffer {
    const window = this.#windowAt(start)
    if (end - start <= window.byteLength) return window.subarray(0, end - start)
    return asBuffer(this.#source.read(start, end))
  }

  /** The first delimiter line that starts at or after `start`, which is the start of a line. */
  nextDelimiter(start: number): Delimiter | undefined {
    if (this.#open.length === 0) return undefined
    const here = this.delimiterAt(start)
    if (here !== undefined) return here
    let at = start
    while (at < this.#source.sizeBytes) {
      const window = this.#windowAt(at)
      const found = window.indexOf('\n--', 0, 'latin1')
      if (found >= 0) {
        const delimiter = this.delimiterAt(at + found + 1)
        if (delimiter !== undefined) return delimiter
        at += found + 1
      } else if (at + window.byteLength >= this.#source.sizeBytes) {
        return undefined
      } else {
        // The last two bytes may begin what is searched for.
        at += Math.max(1, window.byteLength - 2)
      }
    }
    return undefined
  }

  /** The delimiter on the line that starts at `start`, if it is one. */
  delimiterAt(start: number): Delimiter | undefined {
    if (this.#open.length === 0) return undefined
    const head = this.bytes(start, Math.min(start + 2, this.#source.sizeBytes))
    if (head[0] !== DASH || head[1] !== DASH) return undefined
    const next = this.lineEnd(start, start + MAX_LINE_BYTES)
    const line = this.bytes(start + 2, next)
    if (next === start + MAX_LINE_BYTES && line.at(-1) !== LF) return undefined
    const text = line.toString('latin1', 0, endOfText(line))
    const level = this.#levels.get(text)
    const closed = text.endsWith('--') ? this.#levels.get(text.slice(0, -2)) : undefined
    const found = level ?? closed
    if (found === undefined) return undefined
    return {
      level: found,
      isClosing: level === undefined,
      contentEnd: this.#endBefore(start),
      next,
    }
  }

  /** Where the line before `start` ends without its line end. */
  #endBefore(start: number): number {
    if (start < 2) return 0
    const before = this.#source.read(start - 2, start)
    return before[0] === CR ? start - 2 : start - 1
  }

  /** What the source holds from `at` on: up to the end, or at least one line of the longest kind. */
  #windowAt(at: number): Buffer {
    const offset = at - this.#windowStart
    const left = this.#window.byteLength - offset
    const reachesEnd = this.#windowStart + this.#window.byteLength === this.#source.sizeBytes
    if (offset >= 0 && left > 0 && (left >= MAX_LINE_BYTES || reachesEnd)) {
      return this.#window.subarray(offset)
    }
    const bytes = this.#source.read(at, Math.min(at + CHUNK_BYTES, this.#source.sizeBytes))
    // Copied, since the source may overwrite what it gave.
    if (this.#room.byteLength < bytes.byteLength) this.#room = Buffer.allocUnsafe(bytes.byteLength)
    this.#room.set(bytes)
    this.#window = this.#room.subarray(0, bytes.byteLength)
    this.#windowStart = at
    return this.#window
  }
}

/**
 * Base64 in lines of 76 characters, as mail carries it (RFC 2045 section 6.8).
 *
 * Encoding goes by a table from 12 bits to two characters, written as one 16-bit number: four times
 * as fast as cutting the output of `toString('base64')` into lines.
 */

import { asBuffer } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const LINE_INPUT_BYTES = 57
const LINE_CHARACTERS = 76
/** A line with its CRLF: an even number, so that every line starts on a 16-bit border. */
const LINE_BYTES = LINE_CHARACTERS + 2
const CR = 0x0d
const LF = 0x0a
const PAD = 0x3d
const DASH = 0x2d
const UNDERSCORE = 0x5f

/** Below this, handing lines to Node costs more than decoding them here. */
const FEW_LINES = 4

/** Two characters for each value of 12 bits, in the byte order of this machine. */
const PAIRS = pairTable()
const CRLF_PAIR = pairOf(CR, LF)

/** Value of each character, `SKIPPED` for what is no base64, `END` for the padding. */
const SKIPPED = -1
const END = -2
const VALUES = valueTable()

/** Bytes as lines of base64, each with its CRLF. */
export function encodeBase64Lines(bytes: Uint8Array): Uint8Array {
  const lines = Math.floor(bytes.byteLength / LINE_INPUT_BYTES)
  const rest = bytes.byteLength - lines * LINE_INPUT_BYTES
  const restBytes = rest === 0 ? 0 : Math.ceil(rest / 3) * 4 + 2
  const out = Buffer.allocUnsafe(lines * LINE_BYTES + restBytes)
  encodeLines(
    bytes,
    0,
    lines,
    new Uint16Array(out.buffer, out.byteOffset, lines * (LINE_BYTES / 2)),
  )
  if (rest > 0) {
    const text = asBuffer(bytes).toString('base64', lines * LINE_INPUT_BYTES)
    out.write(`${text}\r\n`, lines * LINE_BYTES, 'latin1')
  }
  return out
}

/** Encodes a stream of bytes. What `update` gives is overwritten by the next call. */
export class Base64Encoder {
  readonly #rest = Buffer.alloc(LINE_INPUT_BYTES)
  #restLength = 0
  #out = new Uint16Array(0)

  /** As many whole lines as there are bytes for. */
  update(bytes: Uint8Array): Uint8Array {
    const needed = LINE_INPUT_BYTES - this.#restLength
    if (bytes.byteLength < needed) {
      this.#keep(bytes)
      return new Uint8Array(0)
    }
    const from = this.#restLength === 0 ? 0 : needed
    const lines = Math.floor((bytes.byteLength - from) / LINE_INPUT_BYTES)
    const first = from === 0 ? 0 : 1
    const out = this.#room(lines + first)
    if (first === 1) {
      this.#keep(bytes.subarray(0, needed))
      encodeLines(this.#rest, 0, 1, out)
      this.#restLength = 0
    }
    encodeLines(bytes, from, lines, out.subarray(first * (LINE_BYTES / 2)))
    this.#keep(bytes.subarray(from + lines * LINE_INPUT_BYTES))
    return new Uint8Array(out.buffer, 0, (lines + first) * LINE_BYTES)
  }

  /** The last line, if it is not whole. */
  final(): Uint8Array {
    return encodeBase64Lines(this.#rest.subarray(0, this.#restLength))
  }

  #keep(bytes: Uint8Array): void {
    this.#rest.set(bytes, this.#restLength)
    this.#restLength += bytes.byteLength
  }

  #room(lines: number): Uint16Array {
    const length = lines * (LINE_BYTES / 2)
    if (this.#out.length < length) this.#out = new Uint16Array(length)
    return this.#out
  }
}

/**
 * Decodes a stream of base64. Line ends and everything else that is no base64 are passed over, as is
 * all that follows the padding (RFC 2045 section 6.8). What `update` gives is overwritten by the next
 * call.
 */
export class Base64Decoder {
  #bits = 0
  #digits = 0
  #ended = false
  #out = new Uint8Array(0)

  update(text: Uint8Array): Uint8Array {
    if (this.#ended) return new Uint8Array(0)
    // Three bytes for four digits, and what is left over from before.
    if (this.#out.byteLength < text.byteLength + 3) this.#out = new Uint8Array(text.byteLength + 3)
    const out = this.#out
    let length = 0
    let at = 0
    let mayHaveLines = true
    while (at < text.byteLength) {
      if (this.#digits === 0) {
        if (mayHaveLines && (at === 0 || text[at - 1] === LF)) {
          const lines = decodeWholeLines(text.subarray(at), out.subarray(length))
          at += lines * LINE_BYTES
          length += lines * LINE_INPUT_BYTES
          mayHaveLines = false
        }
        const fast = decodeQuads(text, at, out, length)
        length += ((fast - at) >> 2) * 3
        at = fast
        if (at >= text.byteLength) break
      }
      const value = VALUES[text[at] ?? 0] ?? SKIPPED
      at += 1
      if (value === END) {
        this.#ended = true
        break
      }
      if (value === SKIPPED) continue
      this.#bits = (this.#bits << 6) | value
      this.#digits += 1
      if (this.#digits === 4) {
        length = put(out, length, this.#bits, 3)
        this.#bits = 0
        this.#digits = 0
      }
    }
    return out.subarray(0, length)
  }

  /**
   * What the last digits hold, padded or not.
   *
   * @throws HubError `mime.malformed_base64`: one digit is left, which is less than a byte
   */
  final(): Uint8Array {
    const length = this.#digits
    if (length === 1) {
      throw new HubError('mime.malformed_base64', 'base64 ends in the middle of a byte')
    }
    const out = new Uint8Array(3)
    if (length === 0) return out.subarray(0, 0)
    put(out, 0, this.#bits << (6 * (4 - length)), 3)
    return out.subarray(0, length - 1)
  }
}

/**
 * Decodes the lines of the usual length that a text begins with, by Node's own decoder, which is four
 * times as fast as a loop; returns how many. That decoder also takes `-` and `_`, and passes over
 * what is no base64: it is believed only where there is nothing of that kind.
 */
function decodeWholeLines(text: Uint8Array, out: Uint8Array): number {
  let lines = 0
  for (let end = LINE_BYTES; end <= text.byteLength; end += LINE_BYTES) {
    if (text[end - 2] !== CR || text[end - 1] !== LF) break
    lines += 1
  }
  if (lines < FEW_LINES) return 0
  const part = asBuffer(text).subarray(0, lines * LINE_BYTES)
  if (part.includes(DASH) || part.includes(UNDERSCORE)) return 0
  const length = asBuffer(out).write(part.toString('latin1'), 'base64')
  return length === lines * LINE_INPUT_BYTES ? lines : 0
}

/** Decodes whole groups of four digits with nothing between them; returns where that ended. */
function decodeQuads(text: Uint8Array, from: number, out: Uint8Array, to: number): number {
  let at = from
  let length = to
  const last = text.byteLength - 4
  while (at <= last) {
    const a = VALUES[text[at] as number] as number
    const b = VALUES[text[at + 1] as number] as number
    const c = VALUES[text[at + 2] as number] as number
    const d = VALUES[text[at + 3] as number] as number
    if ((a | b | c | d) < 0) return at
    out[length] = (a << 2) | (b >> 4)
    out[length + 1] = (b << 4) | (c >> 2)
    out[length + 2] = (c << 6) | d
    length += 3
    at += 4
  }
  return at
}

function put(out: Uint8Array, at: number, bits: number, count: number): number {
  for (let shift = 16, index = 0; index < count; index += 1, shift -= 8) {
    out[at + index] = (bits >> shift) & 0xff
  }
  return at + count
}

function encodeLines(bytes: Uint8Array, from: number, lines: number, out: Uint16Array): void {
  let at = from
  let to = 0
  for (let line = 0; line < lines; line += 1) {
    for (const end = at + LINE_INPUT_BYTES; at < end; at += 3) {
      const bits =
        ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
      out[to] = PAIRS[bits >> 12] as number
      out[to + 1] = PAIRS[bits & 0xfff] as number
      to += 2
    }
    out[to] = CRLF_PAIR
    to += 1
  }
}

function pairTable(): Uint16Array {
  const table = new Uint16Array(4096)
  for (let bits = 0; bits < 4096; bits += 1) {
    table[bits] = pairOf(ALPHABET.charCodeAt(bits >> 6), ALPHABET.charCodeAt(bits & 63))
  }
  return table
}

function pairOf(first: number, second: number): number {
  return new Uint16Array(Uint8Array.of(first, second).buffer)[0] ?? 0
}

function valueTable(): Int8Array {
  const table = new Int8Array(256).fill(SKIPPED)
  for (let value = 0; value < ALPHABET.length; value += 1) table[ALPHABET.charCodeAt(value)] = value
  table[PAD] = END
  return table
}

/** Quoted-printable (RFC 2045 section 6.7), as streams. */

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const EQUALS = 0x3d
const DOT = 0x2e
const F = 0x46

/** Longest line, its soft line break included. */
const LINE_CHARACTERS = 76

/** White space kept back until what follows is known; a longer run is text, whatever follows. */
const MAX_PENDING_SPACE = 1024

const HEX = '0123456789ABCDEF'

/**
 * Encodes text with CRLF line ends. A lone dot and a `From ` at the start of a line are encoded too:
 * programs on the way change them (RFC 2049 section 3).
 */
export class QuotedPrintableEncoder {
  /** Characters of the line that is being written. */
  #column = 0
  /** A byte that is encoded once the next one is known: white space, or the CR of a CRLF. */
  #held: number | undefined

  update(bytes: Uint8Array): Uint8Array {
    const out = new Output(bytes.byteLength + 16)
    for (const byte of bytes) this.#step(byte, out)
    return out.taken()
  }

  final(): Uint8Array {
    const out = new Output(8)
    if (this.#held !== undefined) this.#escape(this.#held, out)
    this.#held = undefined
    return out.taken()
  }

  #step(byte: number, out: Output): void {
    const held = this.#held
    this.#held = undefined
    if (held === CR && byte === LF) {
      out.put(CR)
      out.put(LF)
      this.#column = 0
      return
    }
    if (held === CR) this.#escape(CR, out)
    else if (held !== undefined) {
      // White space before a line end is lost on the way: it is encoded there.
      if (byte === CR) this.#escape(held, out)
      else this.#plain(held, out)
    }
    if (byte === CR || byte === SPACE || byte === TAB) this.#held = byte
    else if (isPlain(byte) && !(this.#column === 0 && (byte === DOT || byte === F))) {
      this.#plain(byte, out)
    } else this.#escape(byte, out)
  }

  #plain(byte: number, out: Output): void {
    this.#makeRoom(1, out)
    out.put(byte)
    this.#column += 1
  }

  #escape(byte: number, out: Output): void {
    this.#makeRoom(3, out)
    out.put(EQUALS)
    out.put(HEX.charCodeAt(byte >> 4))
    out.put(HEX.charCodeAt(byte & 15))
    this.#column += 3
  }

  #makeRoom(characters: number, out: Output): void {
    if (this.#column + characters < LINE_CHARACTERS) return
    out.put(EQUALS)
    out.put(CR)
    out.put(LF)
    this.#column = 0
  }
}

/** Decodes quoted-printable. What is no escape stays as it is; white space at line ends goes. */
export class QuotedPrintableDecoder {
  #space: number[] = []
  /** What began with `=` and is not yet known to be an escape or a soft line break. */
  #escape: number[] = []

  update(bytes: Uint8Array): Uint8Array {
    const out = new Output(bytes.byteLength + this.#space.length + 4)
    for (const byte of bytes) this.#step(byte, out)
    return out.taken()
  }

  final(): Uint8Array {
    const out = new Output(4)
    // White space and an unfinished escape at the end of all: the first is padding, the second text.
    if (this.#escape.length > 1) this.#flush(this.#escape, out)
    return out.taken()
  }

  #step(byte: number, out: Output): void {
    if (this.#escape.length > 0) {
      this.#stepInEscape(byte, out)
    } else if (byte === SPACE || byte === TAB) {
      this.#space.push(byte)
      if (this.#space.length > MAX_PENDING_SPACE) this.#flush(this.#space, out)
    } else if (byte === CR) {
      // Kept with the white space: a CRLF ends the line, a lone CR is text.
      if (this.#space.length >= MAX_PENDING_SPACE) this.#flush(this.#space, out)
      this.#space.push(byte)
    } else if (byte === LF) {
      if (this.#space.at(-1) === CR) out.put(CR)
      this.#space = []
      out.put(LF)
    } else {
      this.#flush(this.#space, out)
      if (byte === EQUALS) this.#escape.push(byte)
      else out.put(byte)
    }
  }

  #stepInEscape(byte: number, out: Output): void {
    const held = this.#escape
    const first = held[1]
    if (first === undefined && hexValue(byte) >= 0) {
      held.push(byte)
      return
    }
    if (first !== undefined && hexValue(first) >= 0) {
      if (hexValue(byte) >= 0) {
        out.put(hexValue(first) * 16 + hexValue(byte))
        this.#escape = []
        return
      }
    } else if (byte === LF) {
      // A soft line break, with white space that was added to it on the way.
      this.#escape = []
      return
    } else if (isSpace(byte) && held.length < MAX_PENDING_SPACE) {
      held.push(byte)
      return
    }
    this.#flush(held, out)
    this.#step(byte, out)
  }

  #flush(held: number[], out: Output): void {
    for (const byte of held) out.put(byte)
    held.length = 0
  }
}

/** True for what stands for itself (RFC 2045 section 6.7 rule 2). */
function isPlain(byte: number): boolean {
  return byte > SPACE && byte < 0x7f && byte !== EQUALS
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CR
}

/** Value of a hex digit in either case, or -1. */
function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const upper = byte & ~0x20
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}

/** Bytes of which it is not known how many there will be. */
class Output {
  #bytes: Buffer
  #length = 0

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes)
  }

  put(byte: number): void {
    if (this.#length === this.#bytes.byteLength) {
      const larger = Buffer.allocUnsafe(this.#bytes.byteLength * 2)
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    this.#bytes[this.#length] = byte
    this.#length += 1
  }

  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/**
 * Reads BER that comes in chunks, for content too large for memory.
 *
 * A grammar is written as a generator that asks an `Asn1Input` for what comes next, just as it would
 * ask an `Asn1Reader`; whenever the bytes run out it yields, and goes on when there are more.
 */

import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { type Header, MAX_HEADER_BYTES, readHeader } from './header.ts'
import { DEFAULT_LIMITS } from './budget.ts'
import { CONSTRUCTED, TAG } from './tags.ts'

/** A part of a grammar: yields when it needs more bytes, returns what it read. */
export type Reading<T> = Generator<undefined, T, undefined>

/** An element that was entered. `end` is undefined for an indefinite length. */
interface Level {
  readonly end: number | undefined
  /** Nothing within may reach beyond this. */
  readonly bound: number
}

/**
 * Pieces of an octet string below this count as elements: a mail of 28 MB in pieces of one octet took
 * 17 s to read. Programs write pieces of a kilobyte and more, and a small one at the end.
 */
const SMALL_PIECE_BYTES = 64

export class Asn1Input {
  readonly #levels: Level[] = []
  #chunks: Uint8Array[] = []
  /** How many of the first chunks are copies already. */
  #keptChunks = 0
  #availableBytes = 0
  #position = 0
  #isFinished = false
  #elementsLeft = DEFAULT_LIMITS.maxElements

  /** Adds bytes. They must stay as they are until `keep` or the end. */
  give(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return
    this.#chunks.push(chunk)
    this.#availableBytes += chunk.byteLength
  }

  /** Copies what was not read yet, once, so that the memory it was given in can be used again. */
  keep(): void {
    for (let at = this.#keptChunks; at < this.#chunks.length; at += 1) {
      this.#chunks[at] = Buffer.from(this.#chunks[at] ?? [])
    }
    this.#keptChunks = this.#chunks.length
  }

  /** Says that no more bytes will come. */
  finish(): void {
    this.#isFinished = true
  }

  /** Enters an element with this tag. */
  *open(tag: number): Reading<void> {
    const header = yield* this.#header()
    if (header.tag !== tag) throw malformed(`tag ${tag} was expected, not ${header.tag}`)
    this.#enter(header)
  }

  /** Leaves the element that was entered last: nothing of it may be left. */
  *close(): Reading<void> {
    if (!(yield* this.isAtEnd())) throw malformed('there is more than the structure has')
    const level = this.#levels.pop()
    if (level !== undefined && level.end === undefined) this.#skip(2)
  }

  /** True when nothing is left at this level. */
  *isAtEnd(): Reading<boolean> {
    const level = this.#levels.at(-1)
    if (level?.end !== undefined) return this.#position >= level.end
    if (level === undefined) {
      while (this.#availableBytes === 0 && !this.#isFinished) yield
      return this.#availableBytes === 0
    }
    yield* this.#need(2)
    const [tag, length] = this.#peek(2)
    return tag === 0 && length === 0
  }

  /** True when the next element has one of these tags. */
  *has(...tags: readonly number[]): Reading<boolean> {
    if (yield* this.isAtEnd()) return false
    return tags.includes((yield* this.#header()).tag)
  }

  /**
   * The next element as encoded, of any tag unless one is given.
   *
   * @throws HubError `asn1.too_large`: it has more octets than allowed
   */
  *element(options: { tag?: number; maxBytes: number }): Reading<Uint8Array> {
    const parts: Uint8Array[] = []
    yield* this.#collect(parts, { ...options, depth: 0 })
    const [first] = parts
    return parts.length === 1 && first !== undefined ? first : concat(parts)
  }

  /**
   * The octets of an OCTET STRING, of one piece or of many, to a function, as they come. The memory
   * handed over is the caller's only during the call.
   */
  *octets(tag: number, write: (chunk: Uint8Array) => void): Reading<void> {
    const header = yield* this.#header()
    if ((header.contentBytes ?? 0) < SMALL_PIECE_BYTES) this.#spend()
    if (header.tag === tag) {
      this.#skip(header.headerBytes)
      yield* this.#stream(header.contentBytes ?? 0, write)
      return
    }
    if (header.tag !== (tag | CONSTRUCTED)) throw malformed('an octet string was expected')
    this.#enter(header)
    while (!(yield* this.isAtEnd())) yield* this.octets(TAG.octetString, write)
    yield* this.close()
  }

  /** All that is left, of anything, to a function. */
  *rest(write: (chunk: Uint8Array) => void): Reading<void> {
    while (!(yield* this.isAtEnd())) write(this.#take(this.#availableBytes))
  }

  *#stream(bytes: number, write: (chunk: Uint8Array) => void): Reading<void> {
    let left = bytes
    while (left > 0) {
      yield* this.#need(1)
      const chunk = this.#takeSome(left)
      left -= chunk.byteLength
      write(chunk)
    }
  }

  *#collect(
    parts: Uint8Array[],
    limits: { tag?: number; maxBytes: number; depth: number },
  ): Reading<number> {
    const header = yield* this.#header()
    if (limits.tag !== undefined && header.tag !== limits.tag) {
      throw malformed(`tag ${limits.tag} was expected, not ${header.tag}`)
    }
    if (limits.depth > DEFAULT_LIMITS.maxDepth) throw tooDeep()
    // Each is kept as a piece of memory, which takes far more room than two octets.
    this.#spend()
    const bytes = header.headerBytes + (header.contentBytes ?? 0)
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes)
    if (header.contentBytes !== undefined) {
      yield* this.#need(bytes)
      parts.push(Buffer.from(this.#take(bytes)))
      return bytes
    }
    const start = this.#position
    parts.push(Buffer.from(this.#peek(bytes)))
    this.#enter(header)
    while (!(yield* this.isAtEnd())) {
      const maxBytes = limits.maxBytes - (this.#position - start)
      yield* this.#collect(parts, { maxBytes, depth: limits.depth + 1 })
    }
    yield* this.close()
    parts.push(Uint8Array.of(0, 0))
    return this.#position - start
  }

  #spend(): void {
    this.#elementsLeft -= 1
    if (this.#elementsLeft < 0) throw new HubError('asn1.too_large', 'there are too many elements')
  }

  /** Peeks at the next header, which must fit what holds it. */
  *#header(): Reading<Header> {
    for (;;) {
      const header = readHeader(this.#peek(MAX_HEADER_BYTES), 0, 'ber')
      if (header !== undefined) {
        const bytes = header.headerBytes + (header.contentBytes ?? 2)
        if (header.tag === TAG.endOfContents) throw malformed('an end of contents was not expected')
        if (this.#position + bytes > this.#bound) throw malformed('longer than what holds it')
        return header
      }
      yield* this.#need(this.#availableBytes + 1)
    }
  }

  get #bound(): number {
    return this.#levels.at(-1)?.bound ?? Number.MAX_SAFE_INTEGER
  }

  #enter({ headerBytes, contentBytes }: Header): void {
    if (this.#levels.length > DEFAULT_LIMITS.maxDepth) throw tooDeep()
    const bound = this.#bound
    this.#skip(headerBytes)
    const end = contentBytes === undefined ? undefined : this.#position + contentBytes
    this.#levels.push({ end, bound: end ?? bound })
  }

  *#need(bytes: number): Reading<void> {
    while (this.#availableBytes < bytes) {
      if (this.#isFinished) throw malformed('it ends before the structure is complete')
      yield
    }
  }

  /** Up to this many of the next bytes, not consumed. */
  #peek(maxBytes: number): Uint8Array {
    this.#join(Math.min(maxBytes, this.#availableBytes))
    return this.#chunks[0]?.subarray(0, maxBytes) ?? new Uint8Array(0)
  }

  /** Makes the first chunk hold at least so many bytes, which are there. */
  #join(bytes: number): void {
    let joinedBytes = this.#chunks[0]?.byteLength ?? 0
    if (joinedBytes >= bytes) return
    let count = 1
    while (joinedBytes < bytes) joinedBytes += this.#chunks[count++]?.byteLength ?? bytes
    const joined = concat(this.#chunks.slice(0, count))
    this.#chunks.splice(0, count, joined)
    this.#keptChunks = Math.max(1, this.#keptChunks - count + 1)
  }

  /** Up to this many of the next bytes, without copying: at least one. */
  #takeSome(maxBytes: number): Uint8Array {
    return this.#take(Math.min(maxBytes, this.#chunks[0]?.byteLength ?? 0))
  }

  /** Exactly this many bytes, which are there. */
  #take(bytes: number): Uint8Array {
    this.#join(bytes)
    const taken = this.#chunks[0]?.subarray(0, bytes) ?? new Uint8Array(0)
    this.#skip(bytes)
    return taken
  }

  #skip(bytes: number): void {
    let left = bytes
    while (left > 0) {
      const [first] = this.#chunks
      if (first === undefined) throw malformed('it ends before the structure is complete')
      if (first.byteLength > left) {
        this.#chunks[0] = first.subarray(left)
        left = 0
      } else {
        this.#chunks.shift()
        this.#keptChunks = Math.max(0, this.#keptChunks - 1)
        left -= first.byteLength
      }
    }
    this.#availableBytes -= bytes
    this.#position += bytes
  }
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}

function tooDeep(): HubError {
  return new HubError(
    'asn1.too_deep',
    `elements are nested more than ${DEFAULT_LIMITS.maxDepth} deep`,
  )
}

function tooLarge(maxBytes: number): HubError {
  return new HubError('asn1.too_large', `an element has more than ${maxBytes} octets`)
}

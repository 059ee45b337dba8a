/**
 * Reads DER and BER that lies in memory, without copying it: a cursor that is asked for what the
 * standard says comes next. What is not asked for is not looked into.
 */

import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { type Bits, joinBits, readBits } from './bit-string.ts'
import { type Asn1Limits, Budget, DEFAULT_LIMITS } from './budget.ts'
import { type EncodingRules, Header } from './header.ts'
import { findEndOfContents } from './indefinite-length.ts'
import { decodeObjectIdentifier } from './object-identifier.ts'
import { type Element, type Place, Span } from './span.ts'
import { CONSTRUCTED, TAG, contextConstructed } from './tags.ts'
import { decodeText } from './text.ts'
import { decodeTime } from './time.ts'

/**
 * The header that was decoded last, and where the element lies that was read last. All readers share
 * the two, so that an element costs no memory: what is needed of them is taken out at once.
 */
const header = new Header()
const place: Place = { tag: 0, start: 0, from: 0, to: 0, end: 0 }

export class Asn1Reader {
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #rules: EncodingRules
  readonly #budget: Budget
  readonly #depth: number
  #at: number

  private constructor(
    bytes: Uint8Array,
    range: Pick<Place, 'from' | 'to'>,
    rules: EncodingRules,
    budget: Budget,
    depth: number,
  ) {
    this.#bytes = bytes
    this.#at = range.from
    this.#end = range.to
    this.#rules = rules
    this.#budget = budget
    this.#depth = depth
  }

  /** Reads strict DER: certificates, CRLs, signed attributes. */
  static der(bytes: Uint8Array, limits: Asn1Limits = DEFAULT_LIMITS): Asn1Reader {
    return new Asn1Reader(bytes, whole(bytes), 'der', new Budget(limits), 0)
  }

  /** Reads BER: CMS as others write it. */
  static ber(bytes: Uint8Array, limits: Asn1Limits = DEFAULT_LIMITS): Asn1Reader {
    return new Asn1Reader(bytes, whole(bytes), 'ber', new Budget(limits), 0)
  }

  /** True when nothing is left at this level. */
  get isAtEnd(): boolean {
    return this.#at >= this.#end
  }

  /** True when exactly one element is left at this level; it is not looked into. */
  get hasOneLeft(): boolean {
    if (this.isAtEnd) return false
    const at = this.#at
    this.#pass(undefined)
    const isLast = this.isAtEnd
    this.#at = at
    return isLast
  }

  /** What has not been read at this level. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at, this.#end)
  }

  /** True when the next element has this tag, or the other one. */
  has(tag: number, orTag: number = tag): boolean {
    if (this.isAtEnd) return false
    const next = this.#header().tag
    return next === tag || next === orTag
  }

  /** The tag of the next element; undefined at the end. */
  peekTag(): number | undefined {
    return this.isAtEnd ? undefined : this.#header().tag
  }

  /**
   * The next element, which must have this tag when one is given.
   *
   * @throws HubError `asn1.malformed`, `asn1.too_deep`, `asn1.too_large`
   */
  element(tag?: number): Element {
    this.#pass(tag)
    return new Span(this.#bytes, place)
  }

  /** The next element when it has this tag; otherwise nothing is read. */
  optional(tag: number): Element | undefined {
    return this.has(tag) ? this.element(tag) : undefined
  }

  /** Reads the next element, which must have this tag, and gives a reader of its content. */
  enter(tag: number): Asn1Reader {
    this.#pass(tag)
    return this.#within(this.#bytes, place)
  }

  /** Enters the next element when it has this tag. */
  enterOptional(tag: number): Asn1Reader | undefined {
    return this.has(tag) ? this.enter(tag) : undefined
  }

  /** A reader of the content of an element that came from this reader, under the same limits. */
  within(element: Element): Asn1Reader {
    if (element instanceof Span) return this.#within(element.bytes, element)
    return this.#within(element.content, whole(element.content))
  }

  /** Enters a SEQUENCE or SEQUENCE OF. */
  sequence(): Asn1Reader {
    return this.enter(TAG.sequence)
  }

  /** Enters a SET or SET OF, in the order as encoded. */
  set(): Asn1Reader {
    return this.enter(TAG.set)
  }

  /** Enters `[n] EXPLICIT`. */
  explicit(n: number): Asn1Reader {
    return this.enter(contextConstructed(n))
  }

  /** Enters `[n] EXPLICIT` when it comes next. */
  optionalExplicit(n: number): Asn1Reader | undefined {
    return this.enterOptional(contextConstructed(n))
  }

  /** Content octets of an INTEGER: two's complement, big-endian, at least one octet. */
  integer(tag: number = TAG.integer): Uint8Array {
    this.#passInteger(tag)
    return this.#bytes.subarray(place.from, place.to)
  }

  /** An INTEGER or ENUMERATED from 0 to 2^31-1: a version, a count. */
  smallInteger(tag: number = TAG.integer): number {
    this.#passInteger(tag)
    const { from, to } = place
    let value = this.#bytes[from] ?? 0
    if (to - from > 4 || value >= 0x80) throw malformed('a small number was expected')
    for (let at = from + 1; at < to; at += 1) value = value * 256 + (this.#bytes[at] ?? 0)
    return value
  }

  boolean(tag: number = TAG.boolean): boolean {
    const { content } = this.element(tag)
    const [value] = content
    if (content.byteLength !== 1 || value === undefined) throw malformed('a boolean has one octet')
    if (this.#rules === 'der' && value !== 0 && value !== 0xff) throw malformed('a boolean not DER')
    return value !== 0
  }

  null(): void {
    if (this.element(TAG.null).content.byteLength > 0) throw malformed('a NULL with content')
  }

  /** Dotted: `1.2.840.113549.1.7.2`. */
  objectIdentifier(tag: number = TAG.objectIdentifier): string {
    this.#pass(tag)
    return decodeObjectIdentifier(this.#bytes, place.from, place.to)
  }

  /** Octets of an OCTET STRING; in BER the pieces of a constructed one are joined. */
  octetString(tag: number = TAG.octetString): Uint8Array {
    const isInPieces = this.#rules === 'ber' && this.has(tag | CONSTRUCTED)
    if (!isInPieces) {
      this.#pass(tag)
      return this.#bytes.subarray(place.from, place.to)
    }
    const pieces: Uint8Array[] = []
    this.enter(tag | CONSTRUCTED).#collect(TAG.octetString, pieces)
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concat(pieces)
  }

  /** Octets of a BIT STRING that is a whole number of octets: keys and signatures. */
  bitString(tag: number = TAG.bitString): Uint8Array {
    const { octets, unusedBits } = this.bits(tag)
    if (unusedBits !== 0) throw malformed('a bit string that is not a whole number of octets')
    return octets
  }

  /** A BIT STRING with the number of bits of its last octet that do not count: key usage. */
  bits(tag: number = TAG.bitString): Bits {
    if (this.#rules === 'ber' && this.has(tag | CONSTRUCTED)) {
      const pieces: Uint8Array[] = []
      this.enter(tag | CONSTRUCTED).#collect(TAG.bitString, pieces)
      return joinBits(pieces, this.#rules)
    }
    return readBits(this.element(tag).content, this.#rules)
  }

  /** A UTCTime or GeneralizedTime, whichever stands there. */
  time(): Date {
    const { tag, content } = this.element()
    if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw malformed('a time was expected')
    return decodeTime(tag, content)
  }

  /** A character string of any kind; with a tag, of that kind in `[n] IMPLICIT` or plain form. */
  text(tag?: number, kind?: number): string {
    const element = this.element(tag)
    return decodeText(kind ?? element.tag, element.content)
  }

  /**
   * Says that nothing more may follow at this level.
   *
   * @throws HubError `asn1.malformed`
   */
  end(): void {
    if (!this.isAtEnd) throw malformed('there is more than the structure has')
  }

  #within(bytes: Uint8Array, range: Pick<Place, 'from' | 'to'>): Asn1Reader {
    this.#budget.requireDepth(this.#depth + 1)
    return new Asn1Reader(bytes, range, this.#rules, this.#budget, this.#depth + 1)
  }

  /** The next header; until one is read again. */
  #header(): Readonly<Header> {
    // A header that reaches beyond the end of this level is found out by the length of its element.
    if (this.isAtEnd || !header.read(this.#bytes, this.#at, this.#rules)) {
      throw malformed('it ends before an element is complete')
    }
    return header
  }

  /** Reads over the next element, of any tag unless one is given: where it lies is in `place`. */
  #pass(expected: number | undefined): void {
    const { tag, headerBytes, contentBytes } = this.#header()
    if (expected !== undefined && tag !== expected) {
      throw malformed(`${nameOf(expected)} was expected, not ${nameOf(tag)}`)
    }
    const budget = this.#budget
    budget.spend()
    const from = this.#at + headerBytes
    const isDefinite = contentBytes !== undefined
    const to = isDefinite
      ? from + contentBytes
      : findEndOfContents(this.#bytes, { from, to: this.#end, depth: this.#depth, budget })
    const end = isDefinite ? to : to + 2
    if (end > this.#end) throw malformed(`${nameOf(tag)} is longer than what holds it`)
    place.tag = tag
    place.start = this.#at
    place.from = from
    place.to = to
    place.end = end
    this.#at = end
  }

  #passInteger(tag: number): void {
    this.#pass(tag)
    const { from, to } = place
    if (from === to) throw malformed('an integer without octets')
    const first = this.#bytes[from] ?? 0
    const second = this.#bytes[from + 1] ?? 0
    const isPadded =
      to - from > 1 && (first === 0x00 || first === 0xff) && first >> 7 === second >> 7
    if (isPadded && this.#rules === 'der') throw malformed('an integer is padded')
  }

  /** Primitive pieces of a constructed string, which may itself have constructed pieces. */
  #collect(tag: number, into: Uint8Array[]): void {
    while (!this.isAtEnd) {
      if (this.has(tag | CONSTRUCTED)) this.enter(tag | CONSTRUCTED).#collect(tag, into)
      else into.push(this.element(tag).content)
    }
  }
}

function whole(bytes: Uint8Array): Pick<Place, 'from' | 'to'> {
  return { from: 0, to: bytes.byteLength }
}

function malformed(what: string): HubError {
  return new HubError('asn1.malformed', what)
}

function nameOf(tag: number): string {
  const name = Object.entries(TAG).find(([, value]) => value === tag)?.[0]
  return name ?? `tag 0x${tag.toString(16)}`
}

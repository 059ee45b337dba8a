/** One element, over the memory it was read from. */
export interface Element {
  /** See `tags.ts`. */
  readonly tag: number
  /** The whole element as it was encoded, header and end-of-contents octets included. */
  readonly encoded: Uint8Array
  /** What is between header and end. */
  readonly content: Uint8Array
}

/** Offsets of an element: of its header and content, and of what follows both. */
export interface Place {
  tag: number
  start: number
  from: number
  to: number
  /** Beyond `to` when the length is indefinite. */
  end: number
}

/** Where an element lies. Views of the memory are made when they are asked for: most never are. */
export class Span implements Element {
  readonly bytes: Uint8Array
  readonly tag: number
  readonly #start: number
  readonly from: number
  readonly to: number
  readonly #end: number

  /** The place is copied. */
  constructor(bytes: Uint8Array, place: Readonly<Place>) {
    this.bytes = bytes
    this.tag = place.tag
    this.#start = place.start
    this.from = place.from
    this.to = place.to
    this.#end = place.end
  }

  get encoded(): Uint8Array {
    return this.bytes.subarray(this.#start, this.#end)
  }

  get content(): Uint8Array {
    return this.bytes.subarray(this.from, this.to)
  }
}

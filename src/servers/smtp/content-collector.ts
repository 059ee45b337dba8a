/** Content being received, kept with little more memory than it has bytes. */

import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'

/** Memory for content that is being received, shared by all connections of a listener. */
export class ContentBudget {
  #free: number

  constructor(sizeBytes: number) {
    this.#free = sizeBytes
  }

  /** False when there is not that much left; then nothing is taken. */
  take(sizeBytes: number): boolean {
    if (sizeBytes > this.#free) return false
    this.#free -= sizeBytes
    return true
  }

  giveBack(sizeBytes: number): void {
    this.#free += sizeBytes
  }
}

/**
 * From this size on a piece is kept as it is; smaller ones are copied into blocks, so that a client
 * which sends one byte a packet does not cost a buffer for each.
 */
const PIECE_BYTES = 4096
const BLOCK_BYTES = 32 * 1024

/** One message's content. Past its limits it drops what it has and goes on counting. */
export class ContentCollector {
  readonly #limitBytes: number
  readonly #budget: ContentBudget
  #pieces: Uint8Array[] = []
  #block = new Uint8Array(0)
  #filled = 0
  #sizeBytes = 0
  #reserved = 0
  #fault: HubError | undefined

  constructor(limitBytes: number, budget: ContentBudget) {
    this.#limitBytes = limitBytes
    this.#budget = budget
  }

  /** All that was added, kept or not. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Why the content was dropped: `smtp.message_too_large` or `smtp.memory_short`. */
  get fault(): HubError | undefined {
    return this.#fault
  }

  add(piece: Uint8Array): void {
    this.#sizeBytes += piece.byteLength
    if (this.#fault !== undefined) return
    if (this.#sizeBytes > this.#limitBytes) {
      this.drop(new HubError('smtp.message_too_large', `over ${this.#limitBytes} octets`))
    } else if (!this.#budget.take(piece.byteLength)) {
      this.drop(new HubError('smtp.memory_short', 'too much content is being received'))
    } else {
      this.#reserved += piece.byteLength
      if (piece.byteLength >= PIECE_BYTES) this.#keep(piece)
      else this.#copy(piece)
    }
  }

  /** Lets the content go, and what is still added. */
  drop(fault: HubError): void {
    this.#fault ??= fault
    this.#pieces = []
    this.#block = new Uint8Array(0)
    this.#filled = 0
    this.release()
  }

  /** The content, which stays charged to the budget until `release`. One piece is not copied. */
  finish(): Uint8Array {
    this.#seal()
    const [only = new Uint8Array(0)] = this.#pieces
    const whole = this.#pieces.length > 1 ? concat(this.#pieces) : only
    this.#pieces = []
    return whole
  }

  /** Gives back what the budget was charged. */
  release(): void {
    this.#budget.giveBack(this.#reserved)
    this.#reserved = 0
  }

  #keep(piece: Uint8Array): void {
    this.#seal()
    this.#pieces.push(piece)
  }

  #copy(piece: Uint8Array): void {
    if (this.#filled + piece.byteLength > this.#block.byteLength) {
      this.#seal()
      this.#block = new Uint8Array(BLOCK_BYTES)
    }
    this.#block.set(piece, this.#filled)
    this.#filled += piece.byteLength
  }

  /** Ends the block that is being filled. */
  #seal(): void {
    if (this.#filled > 0) this.#pieces.push(this.#block.subarray(0, this.#filled))
    this.#block = this.#block.subarray(this.#filled)
    this.#filled = 0
  }
}

/**
 * Group commit: many callers, one transaction.
 *
 * A commit waits for the disk, and a disk takes many rows as fast as one. So while one batch is
 * being stored the next one gathers, and is stored as a whole as soon as a place is free. With one
 * caller at a time nothing waits; under load the batches grow by themselves.
 */

/** What is stored together, and how. */
export interface GroupCommitOptions<Item, Result> {
  /**
   * Stores all of them or none, and resolves when they are on stable storage, with one result for
   * each and in their order.
   */
  readonly store: (items: readonly Item[]) => Promise<readonly Result[]>
  readonly sizeOf: (item: Item) => number
  /** True when a failure may be the fault of one item, so that it is worth to try each alone. */
  readonly isOnesFault: (error: unknown) => boolean
  /** Batches under way at once. */
  readonly batches: number
  readonly maxItems: number
  /** A single item may be larger. */
  readonly maxBytes: number
  /**
   * How long the first item of a batch waits for others, in milliseconds. For what nobody waits for:
   * fewer and larger transactions cost less. Default: not at all.
   */
  readonly gatherMs?: number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>
  readonly #waiting: Waiting<Item, Result>[] = []
  #underWay = 0

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options
  }

  /** Resolves when the item is stored; rejects with what `store` rejected with. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      // Whatever else arrived in this turn of the event loop joins the batch.
      if (this.#waiting.length === 1) this.#storeSoon()
    })
  }

  #storeSoon(): void {
    const { gatherMs } = this.#options
    if (gatherMs === undefined) setImmediate(() => this.#storeNext())
    else setTimeout(() => this.#storeNext(), gatherMs)
  }

  #storeNext(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#options.batches) {
      const batch = this.#takeBatch()
      this.#underWay += 1
      void this.#storeBatch(batch).finally(() => {
        this.#underWay -= 1
        if (this.#waiting.length > 0) this.#storeSoon()
      })
    }
  }

  #takeBatch(): Waiting<Item, Result>[] {
    const { maxItems, maxBytes, sizeOf } = this.#options
    let bytes = 0
    let count = 0
    for (const { item } of this.#waiting) {
      bytes += sizeOf(item)
      if (count > 0 && (count >= maxItems || bytes > maxBytes)) break
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  async #storeBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.store(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result))
    } catch (error) {
      if (batch.length === 1 || !this.#options.isOnesFault(error)) {
        for (const { reject } of batch) reject(error)
        return
      }
      for (const each of batch) await this.#storeBatch([each])
    }
  }
}

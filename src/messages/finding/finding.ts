/**
 * Finds messages: a page of them, and how many there are.
 *
 * What a list is asked for is a few keys that must all hold: a set of facets (state, strength, signing,
 * way), and sets of names for each text that is searched. Every key has an index in the order of the
 * list. The one with the fewest messages is read and the others are tested on each; it is never
 * read further than `MANY`. So there is a bound to what any page costs, whatever is asked: where a page
 * is not full by then it says how far it looked, and the next one looks further.
 */

import type { MessageListQuery } from '../../contract/message-list.ts'
import type { Database } from '../../db/connection.ts'
import { facetsFor } from '../listing/facets.ts'
import type { ListingRefresh } from '../listing/refresh.ts'
import { firstMessageId, momentOfMessageId } from '../message-id.ts'
import { decodeCursor, encodeCursor, type PageCursor } from './page-cursor.ts'
import { keyOfText } from './search-text.ts'
import * as store from './store.ts'
import type { FoundMessage, Key, Reading, Span } from './store.ts'

/** Messages of one key that are looked at for one page, and up to which they are counted. */
const MANY = 10_000

/** Recipients in a line of the list. */
const RECIPIENTS_SHOWN = 3

export interface FoundPage {
  readonly messages: readonly FoundMessage[]
  readonly next: string | null
  readonly previous: string | null
  readonly count: { readonly messages: number; readonly isExact: boolean }
  readonly lookedUntil: Date | null
  readonly addressesLeftOut: boolean
}

/** A page as identifiers, in the direction in which it was read. */
interface ReadPage {
  readonly ids: readonly string[]
  readonly count: FoundPage['count']
  /** The last message that was looked at, when the search stopped before the page was full. */
  readonly stoppedAt?: string | undefined
}

export class Finding {
  readonly #db: Database
  readonly #refresh: ListingRefresh

  constructor({ db, refresh }: { db: Database; refresh: ListingRefresh }) {
    this.#db = db
    this.#refresh = refresh
  }

  /** @throws HubError `usage.invalid`: `after` is no place in a list */
  async find(query: MessageListQuery): Promise<FoundPage> {
    const cursor = query.after === undefined ? undefined : decodeCursor(query.after)
    await this.#refresh.catchUp()
    const { keys, addressesLeftOut } = await this.#keysOf(query)
    const span = {
      first: query.since === undefined ? undefined : firstMessageId(new Date(query.since)),
      end: query.until === undefined ? undefined : firstMessageId(new Date(query.until)),
    }
    const read = await this.#read(keys, { span, cursor, query })
    return { ...(await this.#present(read, { cursor, query })), addressesLeftOut }
  }

  async #keysOf(query: MessageListQuery): Promise<{ keys: Key[]; addressesLeftOut: boolean }> {
    const { search, from, to } = query
    const texts = [
      { text: search, sides: ['from', 'to'] as const, alsoIds: true },
      { text: from, sides: ['from'] as const, alsoIds: false },
      { text: to, sides: ['to'] as const, alsoIds: false },
    ]
    const searched = await Promise.all(
      texts.flatMap(({ text, ...where }) =>
        text === undefined || text.trim() === '' ? [] : [keyOfText(this.#db, text, where)],
      ),
    )
    const keys = searched.map(({ key }) => key)
    const facets = facetsFor(query)
    if (facets !== undefined) {
      const present = new Set(await store.findFacets(this.#db))
      keys.push({ by: 'facets', numbers: facets.filter((number) => present.has(number)) })
    }
    return {
      keys: keys.length === 0 ? [{ by: 'all' }] : keys,
      addressesLeftOut: searched.some(({ isPart }) => isPart),
    }
  }

  async #read(
    keys: readonly Key[],
    {
      span,
      cursor,
      query,
    }: { span: Span; cursor: PageCursor | undefined; query: MessageListQuery },
  ): Promise<ReadPage> {
    const sized = await Promise.all(
      keys.map(async (key) => ({
        key,
        size: await store.countUpTo(this.#db, { key, span }, MANY + 1),
      })),
    )
    const [smallest = { key: { by: 'all' } as const, size: 0 }, ...rest] = sized.toSorted(
      (a, b) => a.size - b.size,
    )
    const isBack = cursor?.towards === 'back'
    const order = (query.order === 'newest') === isBack ? 'asc' : 'desc'
    const reading = { key: smallest.key, span, others: rest.map(({ key }) => key), order } as const
    const page = spanAfter(cursor?.id, order)
    const limit = query.limit + 1
    if (smallest.size <= MANY) {
      const found = await store.findAmongFew(this.#db, reading, { page, limit, most: MANY })
      return { ids: found.ids, count: { messages: found.count, isExact: true } }
    }
    return this.#readMany(reading, { page: narrower(span, page), limit })
  }

  async #readMany(
    reading: Reading,
    { page, limit }: { page: Span; limit: number },
  ): Promise<ReadPage> {
    const onPage = { ...reading, span: page }
    const isAlone = reading.others.length === 0
    const [ids, messages] = await Promise.all([
      store.findAmongMany(this.#db, onPage, { limit, most: MANY }),
      isAlone ? MANY : store.countAmong(this.#db, reading, MANY),
    ])
    const stoppedAt =
      ids.length < limit ? await store.findLastLookedAt(this.#db, onPage, MANY) : undefined
    return { ids, count: { messages, isExact: false }, stoppedAt }
  }

  async #present(
    { ids, count, stoppedAt }: ReadPage,
    { cursor, query }: { cursor: PageCursor | undefined; query: MessageListQuery },
  ): Promise<Omit<FoundPage, 'addressesLeftOut'>> {
    const isBack = cursor?.towards === 'back'
    const shown = ids.slice(0, query.limit)
    const hasMore = ids.length > query.limit
    const ordered = isBack ? shown.toReversed() : shown
    const lines = new Map(
      (await store.loadLines(this.#db, ordered, { recipients: RECIPIENTS_SHOWN })).map((line) => [
        line.id,
        line,
      ]),
    )
    // What comes after the page in the direction of reading, and what it was reached from.
    const ahead = hasMore ? shown.at(-1) : stoppedAt
    const behind = cursor === undefined ? undefined : (shown[0] ?? cursor.id)
    const [next, previous] = isBack ? [behind, ahead] : [ahead, behind]
    return {
      messages: ordered.flatMap((id) => lines.get(id) ?? []),
      next: next === undefined ? null : encodeCursor({ towards: 'forward', id: next }),
      previous: previous === undefined ? null : encodeCursor({ towards: 'back', id: previous }),
      count,
      lookedUntil: stoppedAt === undefined ? null : momentOfMessageId(stoppedAt),
    }
  }
}

/** What follows an identifier in an order. */
function spanAfter(id: string | undefined, order: Reading['order']): Span {
  if (id === undefined) return {}
  return order === 'desc' ? { end: id } : { first: following(id) }
}

/** Where both hold. Identifiers in lower case sort as the numbers that they are. */
function narrower(a: Span, b: Span): Span {
  const firsts = [a.first, b.first].filter((id) => id !== undefined).toSorted()
  const ends = [a.end, b.end].filter((id) => id !== undefined).toSorted()
  return { first: firsts.at(-1), end: ends[0] }
}

/** The next identifier that there could be. */
function following(id: string): string {
  const next = BigInt(`0x${id.replaceAll('-', '')}`) + 1n
  const hex = next.toString(16).padStart(32, '0').slice(-32)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

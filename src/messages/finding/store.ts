/**
 * Queries that find messages. Each reads one key in the order of the list (`stream`) as far as it
 * needs: of every facet or name there is a run in an index, and the database merges the runs.
 */

import { type RawBuilder, sql } from 'kysely'
import type { DeliveryState } from '../../db/tables/messages.ts'
import type { Database } from '../../db/connection.ts'

/** What messages are looked up by. `ids`: these and no others. */
export type Key =
  | { readonly by: 'all' }
  | { readonly by: 'facets' | 'names'; readonly numbers: readonly number[] }
  | { readonly by: 'ids'; readonly ids: readonly string[] }

/** From when until when, as identifiers: the first is in, the second is not. */
export interface Span {
  readonly first?: string | undefined
  readonly end?: string | undefined
}

export interface Reading {
  readonly key: Key
  readonly span: Span
  /** What else must hold of a message. */
  readonly others: readonly Key[]
  readonly order: 'asc' | 'desc'
}

type Order = Reading['order']

/** How many messages a key has, counted up to `most`; one with two of the names counts twice. */
export async function countUpTo(
  db: Database,
  { key, span }: Pick<Reading, 'key' | 'span'>,
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from (${anyOrder(key, span)} limit ${most}) as s`.execute(db)
  return rows[0]?.count ?? 0
}

/** A page, and how many there are, of a key that has few messages: each is looked at. */
export async function findAmongFew(
  db: Database,
  reading: Reading,
  { page, limit, most }: { page: Span; limit: number; most: number },
): Promise<{ count: number; ids: string[] }> {
  const { key, span, others, order } = reading
  const { rows } = await sql<{ count: number; ids: string[] }>`
    with hits as materialized (
      select s.message_id as id from (${stream(key, span, order, most)}) as s
      ${holding(others)})
    select (select count(*) from hits) as count,
      array(select id from hits where ${within('id', page)}
            order by id ${direction(order)} limit ${limit})::text[] as ids`.execute(db)
  return rows[0] ?? { count: 0, ids: [] }
}

/** A page of a key that has many: so many of its messages are looked at, and no more. */
export async function findAmongMany(
  db: Database,
  { key, span, others, order }: Reading,
  { limit, most }: { limit: number; most: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.message_id as id from (${stream(key, span, order, most)}) as s
    ${holding(others)}
    order by s.message_id ${direction(order)} limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** How many of the first messages of a key the rest holds of. */
export async function countAmong(
  db: Database,
  { key, span, others, order }: Reading,
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from (${stream(key, span, order, most)}) as s ${holding(others)}`.execute(db)
  return rows[0]?.count ?? 0
}

/** The last of the messages that a page looked at; undefined when they were fewer. */
export async function findLastLookedAt(
  db: Database,
  { key, span, order }: Reading,
  most: number,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select message_id as id from (${stream(key, span, order, most)}) as s
    order by message_id ${direction(order)} offset ${most - 1}`.execute(db)
  return rows[0]?.id
}

/** The facets that there are messages of: each found by one step in the index. */
export async function findFacets(db: Database): Promise<number[]> {
  const { rows } = await sql<{ facet: number }>`
    with recursive present as (
      (select facet from message_listing order by facet limit 1)
      union all
      select (select l.facet from message_listing l where l.facet > present.facet
              order by l.facet limit 1)
      from present where present.facet is not null)
    select facet from present where facet is not null`.execute(db)
  return rows.map(({ facet }) => facet)
}

/** Names that are this very text; all of them on both sides. */
export async function findNamesEqual(
  db: Database,
  { name, sides }: { name: string; sides: readonly ('from' | 'to')[] },
): Promise<number[]> {
  const rows = await db
    .selectFrom('searchName')
    .select('id')
    .where('name', '=', name)
    .where('side', 'in', sides)
    .execute()
  return rows.map(({ id }) => id)
}

/** Above every character of text: what begins with a text is before the text and this. */
const LAST = '\u{10ffff}'

/** Names of which a word begins with this text, those closest to it first. */
export async function findNamesBeginning(
  db: Database,
  { text, sides, limit }: { text: string; sides: readonly ('from' | 'to')[]; limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select n.id from (
      select w.name_id, min(w.word) as word from search_word w
      where w.word >= ${text} and w.word < ${text + LAST} group by w.name_id
      limit 10000) as w
    join search_name n on n.id = w.name_id and n.side = any (${sides}::text[])
    order by w.word, n.id limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Messages with this Message-ID field: whoever sends decides on it, so there can be several. */
export async function findByMessageIdField(
  db: Database,
  fields: readonly string[],
): Promise<string[]> {
  const rows = await db
    .selectFrom('message')
    .select('id')
    .where('headerMessageId', 'in', fields)
    .orderBy('id', 'desc')
    .limit(1_000)
    .execute()
  return rows.map(({ id }) => id)
}

export interface FoundMessage {
  id: string
  acceptedAt: Date
  envelopeFrom: string
  headerMessageId: string | null
  sizeBytes: number
  contentErasedAt: Date | null
  facet: number
  recipientCount: number
  recipients: { address: string; state: DeliveryState }[]
}

/** Lines of a page. In no order. */
export async function loadLines(
  db: Database,
  ids: readonly string[],
  { recipients }: { recipients: number },
): Promise<FoundMessage[]> {
  const { rows } = await sql<FoundMessage>`
    select m.id, m.accepted_at, m.envelope_from, m.header_message_id, m.size_bytes,
      m.content_erased_at, l.facet,
      (select count(*) from delivery d where d.message_id = m.id) as recipient_count,
      (select json_agg(json_build_object('address', f.recipient, 'state', f.state)
                       order by f.position)
       from (select recipient, state, position from delivery d where d.message_id = m.id
             order by position limit ${recipients}) as f) as recipients
    from message m join message_listing l on l.message_id = m.id
    where m.id = any (${ids}::uuid[])`.execute(db)
  return rows
}

/** The messages of a key in their order, each once. */
function stream(key: Key, span: Span, order: Order, most: number): RawBuilder<unknown> {
  const end = sql`order by message_id ${direction(order)} limit ${most}`
  if (!('numbers' in key) || key.numbers.length < 2) return sql`${anyOrder(key, span)} ${end}`
  const runs = sql`(${sql.join(
    runsOf(key, span).map((run) => sql`(${run} ${end})`),
    sql` union all `,
  )}) as r`
  // A message has one facet. It may have several of the names, and then follows itself: to drop it
  // so keeps the merge lazy, where `distinct` would read every run to its end.
  if (key.by === 'facets') return sql`select message_id from ${runs} ${end}`
  return sql`
    select message_id from (
      select message_id,
        lag(message_id) over (order by message_id ${direction(order)}) as before
      from ${runs}) as d
    where before is distinct from message_id ${end}`
}

/** The messages of a key, with one of several names more than once. */
function anyOrder(key: Key, span: Span): RawBuilder<unknown> {
  const where = within('message_id', span)
  switch (key.by) {
    case 'all':
      return sql`select message_id from message_listing where ${where}`
    case 'ids':
      return sql`
        select message_id from message_listing
        where message_id = any (${key.ids}::uuid[]) and ${where}`
    case 'facets':
    case 'names': {
      const runs = runsOf(key, span)
      if (runs.length > 0) return sql.join(runs, sql` union all `)
      return sql`select message_id from message_listing where false`
    }
  }
}

function runsOf(
  { by, numbers }: Extract<Key, { numbers: readonly number[] }>,
  span: Span,
): RawBuilder<unknown>[] {
  const where = within('message_id', span)
  return numbers.map((number) =>
    by === 'facets'
      ? sql`select message_id from message_listing
            where facet = ${sql.lit(number)}::smallint and ${where}`
      : sql`select message_id from message_name
            where name_id = ${sql.lit(number)} and ${where}`,
  )
}

/** Restricts a stream `s` to messages that all of these keys have too. */
function holding(others: readonly Key[]): RawBuilder<unknown> {
  const conditions = others.flatMap((key) => {
    switch (key.by) {
      case 'all':
        return []
      case 'ids':
        return [sql`s.message_id = any (${key.ids}::uuid[])`]
      case 'facets':
        return [sql`l.facet = any (${key.numbers}::smallint[])`]
      case 'names':
        return [sql`l.names && ${key.numbers}::int[]`]
    }
  })
  if (conditions.length === 0) return sql``
  // `offset 0`: one step for each message that is looked at. Joined otherwise, the whole table might
  // be read to test a few.
  return sql`cross join lateral (
    select from message_listing l
    where l.message_id = s.message_id and ${sql.join(conditions, sql` and `)} offset 0) as held`
}

function within(column: 'id' | 'message_id', { first, end }: Span): RawBuilder<unknown> {
  const conditions = [
    ...(first === undefined ? [] : [sql`${sql.ref(column)} >= ${first}::uuid`]),
    ...(end === undefined ? [] : [sql`${sql.ref(column)} < ${end}::uuid`]),
  ]
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

function direction(order: Order): RawBuilder<unknown> {
  return order === 'asc' ? sql`asc` : sql`desc`
}

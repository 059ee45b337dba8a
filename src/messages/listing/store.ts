/** Queries that keep the listing of messages; `finding/store.ts` has those that read it. */

import { type RawBuilder, sql } from 'kysely'
import {
  MESSAGE_SIGNED,
  MESSAGE_STATES,
  MESSAGE_STRENGTHS,
  MESSAGE_WAYS,
} from '../../contract/message-list.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { WEIGHTS } from './facets.ts'

export interface SearchName {
  readonly side: 'from' | 'to'
  readonly name: string
}

/** An arbitrary number that nothing else locks. */
const LISTING_LOCK = 7_236_342

const STATE = places(MESSAGE_STATES)
const STRENGTH = places(MESSAGE_STRENGTHS)
const SIGNED = places(MESSAGE_SIGNED)
const WAY = places(MESSAGE_WAYS)

export async function hasChanges(db: Database): Promise<boolean> {
  const row = await db.selectFrom('messageChange').select('messageId').limit(1).executeTakeFirst()
  return row !== undefined
}

/**
 * One at a time: whoever comes later then sees what the one before wrote, and never writes an older
 * state of a message over a newer one.
 */
export async function lockListing(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LISTING_LOCK})`.execute(tx)
}

/** Takes some of the noted messages, each once. What they are is read after this. */
export async function takeChanges(tx: Transaction, limit: number): Promise<string[]> {
  const { rows } = await sql<{ messageId: string }>`
    delete from message_change where ctid = any (array(
      select ctid from message_change limit ${limit}))
    returning message_id`.execute(tx)
  return [...new Set(rows.map(({ messageId }) => messageId))]
}

/** Those of the messages that have no listing yet, and who they are from and to. */
export async function findUnlisted(
  tx: Transaction,
  ids: readonly string[],
): Promise<{ id: string; envelopeFrom: string; recipients: string[] }[]> {
  const { rows } = await sql<{ id: string; envelopeFrom: string; recipients: string[] }>`
    select m.id, m.envelope_from,
      array(select d.recipient from delivery d where d.message_id = m.id) as recipients
    from message m
    where m.id = any (${ids}::uuid[])
      and not exists (select from message_listing l where l.message_id = m.id)`.execute(tx)
  return rows
}

export async function findNames(
  tx: Transaction,
  names: readonly SearchName[],
): Promise<(SearchName & { id: number })[]> {
  const { rows } = await sql<SearchName & { id: number }>`
    select s.side, s.name, s.id
    from unnest(${names.map(({ side }) => side)}::text[], ${names.map(({ name }) => name)}::text[])
      as wanted (side, name)
    join search_name s on s.name = wanted.name and s.side = wanted.side`.execute(tx)
  return rows
}

export async function insertNames(
  tx: Transaction,
  names: readonly SearchName[],
): Promise<(SearchName & { id: number })[]> {
  if (names.length === 0) return []
  const { rows } = await sql<SearchName & { id: number }>`
    insert into search_name (side, name)
    select * from unnest(${names.map(({ side }) => side)}::text[],
                         ${names.map(({ name }) => name)}::text[])
    returning side, name, id`.execute(tx)
  return rows
}

export async function insertWords(
  tx: Transaction,
  words: readonly { word: string; nameId: number }[],
): Promise<void> {
  if (words.length === 0) return
  await sql`
    insert into search_word (word, name_id)
    select * from unnest(${words.map(({ word }) => word)}::text[],
                         ${words.map(({ nameId }) => nameId)}::int[])
    order by 1`.execute(tx)
}

export async function insertMessageNames(
  tx: Transaction,
  names: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const pairs = [...names].flatMap(([id, numbers]) => numbers.map((number) => ({ id, number })))
  if (pairs.length === 0) return
  await sql`
    insert into message_name (name_id, message_id)
    select * from unnest(${pairs.map(({ number }) => number)}::int[],
                         ${pairs.map(({ id }) => id)}::uuid[])
    order by 1, 2`.execute(tx)
}

/**
 * Writes the listing of messages by what their deliveries are now, and counts them by hour: those
 * that were listed before no longer as what they were. `names` are those of new ones.
 */
export async function writeListings(
  tx: Transaction,
  ids: readonly string[],
  names: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const named = [...names]
  await sql`
    with of_recipients as (
      select message_id,
        bool_or(state = 'held') as held, bool_or(state = 'waiting') as waiting,
        bool_or(state = 'delivered') as delivered, bool_and(state = 'delivered') as all_delivered,
        bool_and(state = 'cancelled') as all_cancelled,
        min(strength) as weakest, max(strength) as strongest
      from delivery where message_id = any (${ids}::uuid[]) group by message_id),
    now as (
      select m.id, date_trunc('hour', m.accepted_at, 'UTC') as hour, (
        ${sql.lit(WEIGHTS.state)} * case
          when r.held then ${STATE.held} when r.waiting then ${STATE.waiting}
          when r.all_delivered then ${STATE.delivered} when r.delivered then ${STATE.partly}
          when r.all_cancelled then ${STATE.cancelled} else ${STATE.failed} end
        + ${sql.lit(WEIGHTS.strength)} * case
          when r.weakest is null then ${STRENGTH.none}
          when r.weakest <> r.strongest then ${STRENGTH.mixed}
          when r.weakest = 'encrypted' then ${STRENGTH.encrypted}
          when r.weakest = 'clear' then ${STRENGTH.clear} else ${STRENGTH.passed} end
        + ${sql.lit(WEIGHTS.signed)} * case
          when m.decision -> 'signing' ->> 'is' = 'signed' then ${SIGNED.signed}
          when m.decision -> 'signing' ->> 'because' in ('signed_before', 'encrypted_before')
          then ${SIGNED.before} else ${SIGNED.unsigned} end
        + case m.via when 'submission' then ${WAY.submission} when 'relay' then ${WAY.relay}
          when 'api' then ${WAY.api} else ${WAY.hub} end)::smallint as facet
      from message m join of_recipients r on r.message_id = m.id),
    before as (
      select message_id, facet from message_listing where message_id = any (${ids}::uuid[])),
    changed as (
      update message_listing l set facet = now.facet from now
      where l.message_id = now.id and l.facet <> now.facet),
    added as (
      insert into message_listing (message_id, facet, names)
      select now.id, now.facet, string_to_array(n.names, ',')::int[]
      from unnest(${named.map(([id]) => id)}::uuid[],
                  ${named.map(([, numbers]) => numbers.join(','))}::text[]) as n (id, names)
      join now on now.id = n.id
      order by now.id),
    counted as (
      select hour, facet, sum(messages) as messages from (
        select hour, facet, 1 as messages from now
        union all
        select now.hour, before.facet, -1 from before join now on now.id = before.message_id) c
      group by hour, facet having sum(messages) <> 0)
    insert into message_hour as h (hour, facet, messages)
    select hour, facet, messages from counted
    on conflict (hour, facet) do update set messages = h.messages + excluded.messages`.execute(tx)
}

/** The place of each value, as the number that the query adds. */
function places<Value extends string>(
  values: readonly Value[],
): Record<Value, RawBuilder<unknown>> {
  return Object.fromEntries(values.map((value, at) => [value, sql.lit(at)])) as Record<
    Value,
    RawBuilder<unknown>
  >
}

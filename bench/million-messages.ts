/** A database with many messages, as three months of an organisation's mail would be. */

import { sql } from 'kysely'
import type { Database } from '../src/db/connection.ts'
import { refreshSome } from '../src/messages/listing/refresh.ts'

/** Messages of one statement: what it holds in memory stays small. */
const CHUNK = 50_000

const DAYS = 90

/** Stores messages with one recipient each, ending now, and lists them. */
export async function loadMessages(db: Database, count: number, now: Date): Promise<void> {
  const stepMs = (DAYS * 24 * 60 * 60 * 1000) / count
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(from + CHUNK, count)
    await loadSome(db, { from, to, startMs: now.getTime() - count * stepMs, stepMs })
    while (await refreshSome(db));
  }
  await sql`vacuum analyze`.execute(db)
}

/**
 * A third of it comes from one program, the rest from 200 people; it goes to 20,000 addresses of 500
 * domains, a quarter to one domain. 2 % failed, 3 in 1,000 are held and 2 wait; two thirds are encrypted.
 */
async function loadSome(
  db: Database,
  { from, to, startMs, stepMs }: { from: number; to: number; startMs: number; stepMs: number },
): Promise<void> {
  await sql`
    with made as (
      select n, hashint4(n::int) & 2147483647 as r, ${startMs} + n * ${stepMs}::float8 as ms
      from generate_series(${from}::bigint, ${to - 1}::bigint) as n),
    rows as (
      select
        (lpad(to_hex(ms::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || '8000'
          || lpad(to_hex(n), 12, '0'))::uuid as id,
        to_timestamp(ms / 1000) as at, n, r,
        case when r % 3 = 0 then 'noreply' else 'person' || (r / 7) % 200 end || '@example.org' as sender,
        case when r % 4 = 0 then 'user' || (r / 11) % 5000 || '@big.example'
          else 'first' || (r / 13) % 300 || '.last' || (r / 13) % 15000
            || '@partner' || (r / 13) % 500 || '.example' end as recipient,
        case when r % 1000 < 2 then 'waiting' when r % 1000 < 5 then 'held'
          when r % 1000 < 25 then 'failed' when r % 1000 < 30 then 'cancelled'
          else 'delivered' end as state,
        case when r % 29 < 19 then 'encrypted' else 'clear' end as strength,
        (array['submission', 'relay', 'api', 'hub'])[1 + (r / 17) % 4] as via,
        case when r % 31 < 27 then '{"is":"signed","certificate":"aa","author":"a"}'
          else '{"is":"unsigned","because":"no_certificate"}' end as signing
      from made),
    messages as (
      insert into message (id, accepted_at, via, envelope_from, smtp_utf8, header_message_id,
                           client, size_bytes, facts, decision)
      select id, at, via, sender, false, '<' || n || '@example.org>', '{"address":"192.0.2.1"}',
        4096, '{}', ('{"is":"send","signing":' || signing || '}')::json from rows),
    changes as (insert into message_change select id from rows)
    insert into delivery (message_id, position, recipient, copy, strength, travelled, state, attempts,
                          due_at, finished_at, status, reply)
    select id, 0, recipient, 0, strength, case when state = 'delivered' then strength end, state, 1,
      case when state = 'waiting' then now() + interval '1 hour' else at end,
      case when state in ('waiting', 'held') then null else at end,
      case when state = 'waiting' then '4.4.1' else '2.0.0' end,
      case when state = 'waiting' then '451 no answer from ' || split_part(recipient, '@', 2)
        else '250 ok' end
    from rows`.execute(db)
}

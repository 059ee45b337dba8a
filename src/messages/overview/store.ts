/** Queries of the overview. What they read is small, however many messages there are. */

import { sql } from 'kysely'
import type { Database } from '../../db/connection.ts'
import type { CertificateOwner } from '../../db/tables/certificates.ts'

export interface CountedStep {
  at: Date
  facet: number
  messages: number
}

/** Messages by facet and by the hour or day (UTC) in which they were accepted. */
export async function countSteps(
  db: Database,
  { since, step }: { since: Date; step: 'hour' | 'day' },
): Promise<CountedStep[]> {
  const { rows } = await sql<CountedStep>`
    select date_trunc(${sql.lit(step)}, hour, 'UTC') as at, facet, sum(messages)::int as messages
    from message_hour where hour >= ${since} group by 1, 2 having sum(messages) > 0`.execute(db)
  return rows
}

/** Identifiers, which sort by time, at three places of what waits: the oldest, the middle, the 95th. */
export async function findAges(
  db: Database,
): Promise<{ waiting: number; held: number; places: [string, string, string] | null }> {
  const { rows } = await sql<{
    waiting: number
    held: number
    places: [string, string, string] | null
  }>`
    select count(*) as waiting,
      (select count(*) from delivery where state = 'held') as held,
      percentile_disc(array[0, 0.05, 0.5]) within group (order by message_id)::text[] as places
    from delivery where state = 'waiting'`.execute(db)
  return rows[0] ?? { waiting: 0, held: 0, places: null }
}

/**
 * How many deliveries wait and are held, by the step that their identifier falls in: 0 below the
 * first of `bounds`, which ascend.
 */
export async function countByAge(
  db: Database,
  bounds: readonly string[],
): Promise<{ step: number; state: 'waiting' | 'held'; count: number }[]> {
  const { rows } = await sql<{ step: number; state: 'waiting' | 'held'; count: number }>`
    select width_bucket(message_id, ${bounds}::uuid[]) as step, state, count(*) as count
    from delivery where state in ('waiting', 'held') group by 1, 2`.execute(db)
  return rows
}

export interface ExpiringRow {
  fingerprint: string
  subject: string
  owner: CertificateOwner
  notAfter: Date
}

/** Certificates that end in a time, first first, and how many they are. */
export async function findExpiring(
  db: Database,
  { from, until, limit }: { from: Date; until: Date; limit: number },
): Promise<{ count: number; first: ExpiringRow[] }> {
  const ending = db
    .selectFrom('certificate')
    .where('notAfter', '>', from)
    .where('notAfter', '<=', until)
  const [first, counted] = await Promise.all([
    ending
      .select(['fingerprint', 'subject', 'owner', 'notAfter'])
      .orderBy('notAfter')
      .limit(limit)
      .execute(),
    ending.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirst(),
  ])
  return { count: counted?.count ?? 0, first }
}

/** How many end in each week from a moment on. */
export async function countExpiring(
  db: Database,
  { from, until }: { from: Date; until: Date },
): Promise<{ week: number; owner: CertificateOwner; count: number }[]> {
  const { rows } = await sql<{ week: number; owner: CertificateOwner; count: number }>`
    select floor(extract(epoch from not_after - ${from}::timestamptz) / 604800)::int as week, owner,
      count(*) as count
    from certificate where not_after >= ${from} and not_after < ${until}
    group by 1, 2`.execute(db)
  return rows
}

/** Queries of the history of a policy. */

import { sql } from 'kysely'
import type { Database } from '../../db/connection.ts'

export interface EventRow {
  readonly id: number
  readonly verb: string
  readonly number: number | null
  readonly at: Date
  readonly by: string
  readonly byName: string
  readonly comment: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly label: string | null
  readonly isKept: boolean | null
  readonly erasedAt: Date | null
  readonly source: unknown
  readonly isDeployed: boolean
}

/**
 * Newest first. `isUnique`: of versions that still say something, and are not in force, how they
 * came to be.
 */
export async function listEvents(
  db: Database,
  policyId: string,
  { before, limit, isUnique }: { before: number | undefined; limit: number; isUnique: boolean },
): Promise<EventRow[]> {
  const unique = sql`
    event.id = (select min(id) from policy_event first
      where first.policy_id = event.policy_id and first.number = event.number)
    and version.erased_at is null and event.number is distinct from production.number`
  const { rows } = await sql<EventRow>`
    select event.id, event.verb, event.number, event.at, event.by, event.by_name, event.comment,
      event.detail, version.label, version.is_kept, version.erased_at, version.source,
      coalesce(event.number = production.number, false) as is_deployed
    from policy_event event
    left join policy_version version
      on version.policy_id = event.policy_id and version.number = event.number
    left join lateral (
      select number from policy_deployment
      where policy_id = event.policy_id order by id desc limit 1
    ) production on true
    where event.policy_id = ${policyId}
      and ${before === undefined ? sql`true` : sql`event.id < ${before}`}
      and ${isUnique ? unique : sql`true`}
    order by event.id desc
    limit ${limit}`.execute(db)
  return rows
}

export function findVersionFacts(
  db: Database,
  policyId: string,
  number: number,
): Promise<{ label: string; erasedAt: Date | null } | undefined> {
  return db
    .selectFrom('policyVersion')
    .select(['label', 'erasedAt'])
    .where('policyId', '=', policyId)
    .where('number', '=', number)
    .executeTakeFirst()
}

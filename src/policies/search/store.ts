/** The query of the lists of policies: what somebody may list, found, in order, a page at a time. */

import { type RawBuilder, sql } from 'kysely'
import type { PolicyTab } from '../../contract/change-control.ts'
import type { PolicyState, RequestAction } from '../../contract/policy-lifecycle.ts'
import type { Database } from '../../db/connection.ts'
import type { Someone } from '../access/permissions.ts'
import type { SearchTerm } from './parse-search.ts'

/** A policy as the list shows it. */
export interface LineRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly state: PolicyState
  readonly revision: number
  readonly isTemplate: boolean
  readonly isDefaultTemplate: boolean
  readonly newest: number
  readonly label: string
  readonly changedAt: Date
  readonly changedBy: string
  readonly changedByName: string
  readonly comment: string
  readonly heldBy: string | null
  readonly heldByName: string | null
  readonly requested: RequestAction | null
  readonly requestId: string | null
  readonly requestedBy: string | null
  readonly productionNumber: number | null
  readonly productionName: string | null
  readonly productionAt: Date | null
  readonly productionBy: string | null
  readonly productionByName: string | null
  readonly productionLinks: unknown
  readonly breakGlassReason: string | null
}

export type TabCounts = Readonly<Record<PolicyTab, number>>

export interface PageRow {
  readonly total: number
  readonly tabs: TabCounts
  readonly sortKey: string
  /** Of an empty page nothing is there. */
  readonly line: LineRow | undefined
}

export const SORT_KEYS = {
  name: sql<string>`lower(name)`,
  state: sql<string>`state_text`,
  'changed-by': sql<string>`lower(changed_by_name)`,
  'changed-at': sql<string>`to_char(changed_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`,
  kind: sql<string>`kind`,
} as const

const TABS: Readonly<Record<PolicyTab, RawBuilder<boolean>>> = {
  controlled: sql`state in ('checked-in', 'checked-out')`,
  // What was deleted from the archive alone has effect, uncontrolled.
  uncontrolled: sql`(state = 'uncontrolled' or (state = 'deleted' and production_number is not null))`,
  pending: sql`state like 'pending-%'`,
  templates: sql`state = 'template'`,
  'recycle-bin': sql`state = 'deleted'`,
}

export interface ListQuery {
  readonly by: Someone
  readonly tab: PolicyTab
  readonly kind?: string | undefined
  readonly terms: readonly SearchTerm[]
  /** What the column of states says. */
  readonly stateWords: Readonly<Record<PolicyState, string>>
  readonly sort: keyof typeof SORT_KEYS
  readonly isDescending: boolean
  /** Last of the page before. */
  readonly after?: { readonly sortKey: string; readonly id: string } | undefined
  readonly limit: number
}

export async function listPolicies(db: Database, query: ListQuery): Promise<PageRow[]> {
  const { by, tab, kind, terms, sort, isDescending, after, limit } = query
  const direction = isDescending ? sql`desc` : sql`asc`
  const beyond = isDescending ? sql`<` : sql`>`
  const wanted = [
    TABS[tab],
    ...(kind === undefined ? [] : [sql<boolean>`kind = ${kind}`]),
    ...terms.map(holds),
  ]
  const { rows } = await sql<LineRow & { total: number; tabs: TabCounts; sortKey: string }>`
    with line as (${lines(query.stateWords, mayList(by))}),
    found as (
      select line.*, ${SORT_KEYS[sort]} collate "C" as sort_key from line
      where ${sql.join(wanted, sql` and `)}
    ),
    page as (
      select * from found
      where ${after === undefined ? sql`true` : sql`(sort_key, id) ${beyond} (${after.sortKey}, ${after.id}::uuid)`}
      order by sort_key ${direction}, id ${direction}
      limit ${limit}
    ),
    counts as (select
      (select count(*) from found) as total,
      (select json_build_object(${sql.join(
        Object.entries(TABS).map(
          ([name, holdsHere]) => sql`${sql.lit(name)}, count(*) filter (where ${holdsHere})`,
        ),
      )}) from line) as tabs)
    select counts.*, page.* from counts left join page on true
    order by sort_key ${direction}, id ${direction}`.execute(db)
  return rows.map(({ total, tabs, sortKey, ...line }) => ({
    ...{ total, tabs, sortKey },
    line: (line.id as string | null) === null ? undefined : line,
  }))
}

/** One of them; undefined too when somebody may not list it. */
export async function findLine(
  db: Database,
  id: string,
  { by }: { by: Someone },
): Promise<LineRow | undefined> {
  const isIt = sql<boolean>`policy.id = ${id} and ${mayList(by)}`
  const { rows } = await sql<LineRow>`${lines({}, isIt)}`.execute(db)
  return rows[0]
}

function lines(
  stateWords: Readonly<Partial<Record<PolicyState, string>>>,
  where: RawBuilder<boolean>,
): RawBuilder<LineRow> {
  return sql<LineRow>`
    select policy.id, policy.kind, policy.name, policy.state, policy.revision,
      policy.is_template, policy.is_default_template, policy.newest,
      policy.held_by, policy.held_by_name,
      coalesce(version.label, '') as label,
      coalesce(event.at, policy.created_at) as changed_at,
      coalesce(event.by, '') as changed_by,
      coalesce(event.by_name, '') as changed_by_name,
      coalesce(event.comment, '') as comment,
      request.action as requested, request.id as request_id, request.by as requested_by,
      production.number as production_number, production.name as production_name,
      production.at as production_at, production.by as production_by,
      production.by_name as production_by_name, production.links as production_links,
      production.break_glass_reason,
      coalesce(${JSON.stringify(stateWords)}::json ->> policy.state, policy.state)
        || case when policy.is_default_template then ' (default)' else '' end as state_text,
      case
        when coalesce(json_array_length(version.links), 0) = 0 then 'not linked'
        when exists (select from json_array_elements(version.links) link
          where (link ->> 'isEnabled')::boolean) then 'all settings enabled'
        else 'all settings disabled'
      end as gpo_status
    from policy
    left join policy_version version
      on version.policy_id = policy.id and version.number = policy.newest
    left join lateral (
      select * from policy_event where policy_id = policy.id order by id desc limit 1
    ) event on true
    left join lateral (
      select * from policy_deployment where policy_id = policy.id order by id desc limit 1
    ) production on production.number is not null
    left join policy_request request
      on request.policy_id = policy.id and request.state in ('open', 'scheduled')
    where policy.state <> 'destroyed' and ${where}`
}

/** As `permissionsIn` decides it: the nearer list first, in one list a denial first. */
function mayList({ id, roles }: Someone): RawBuilder<boolean> {
  const says = (list: RawBuilder<unknown>) => sql`
    (select bool_and(effect = 'allow') from policy_access
      where ${list} and permission in ('list-contents', 'full-control')
        and ((principal_is = 'account' and principal = ${id})
          or (principal_is = 'role' and principal = any(${[...roles]}::text[]))))`
  return sql<boolean>`
    coalesce(${says(sql`policy_id = policy.id`)}, ${says(sql`policy_id is null`)}, false)`
}

const COLUMNS = {
  name: ['name'],
  state: ['state_text', 'label'],
  'changed by': ['changed_by_name'],
  comment: ['comment'],
  'gpo status': ['gpo_status'],
  label: ['label'],
  any: ['name', 'kind', 'state_text', 'label', 'changed_by_name', 'comment', 'gpo_status'],
} as const

function holds(term: SearchTerm): RawBuilder<boolean> {
  if (term.in === 'change date') {
    const { from, to } = term.span
    return sql<boolean>`(changed_at >= ${from} and changed_at < ${to})`
  }
  const { text } = term
  const contains = COLUMNS[term.in].map(
    (column) => sql`position(lower(${text}) in lower(${sql.ref(column)})) > 0`,
  )
  return sql<boolean>`(${sql.join(contains, sql` or `)})`
}

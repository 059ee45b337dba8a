/** The history of a policy: everything that was done with it, or its versions alone (table A6). */

import { HubError } from '../../base/errors.ts'
import type { ControlParts } from '../control-parts.ts'
import { type Actor, permitted } from '../lifecycle/transition.ts'
import type { Author } from '../policy-kind.ts'
import type { VersionSource } from '../content/content.ts'
import * as store from './store.ts'

export interface HistoryOrder {
  readonly by: Actor
  readonly policyId: string
  /** `unique`: the versions that still say something, but for the one in force. */
  readonly show?: 'all' | 'unique'
  /** `id` of the last of the page before. */
  readonly before?: number | undefined
  readonly limit: number
}

export interface HistoryEvent {
  readonly id: number
  readonly verb: string
  readonly number: number | null
  readonly at: Date
  readonly by: Author
  readonly comment: string
  /** Of its version. */
  readonly label: string
  /** Whether the limit on versions leaves it alone: `Do not allow deletion`. */
  readonly isKept: boolean
  readonly isErased: boolean
  readonly isDeployed: boolean
  readonly source: VersionSource | null
  readonly breakGlassReason: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** Newest first. @throws HubError as `permitted`; `policy.wrong_state`: a template has no history */
export async function history(
  { db }: Pick<ControlParts, 'db'>,
  { by, policyId, show = 'all', before, limit }: HistoryOrder,
): Promise<HistoryEvent[]> {
  const { policy } = await permitted(db, { verb: 'read', policyId, by })
  if (policy.isTemplate) {
    throw new HubError('policy.wrong_state', 'a template has no history', {
      detail: { verb: 'read', state: policy.state },
    })
  }
  const isUnique = show === 'unique'
  const rows = await store.listEvents(db, policyId, { before, limit, isUnique })
  return rows.map(eventOf)
}

function eventOf(row: store.EventRow): HistoryEvent {
  const { id, verb, number, at, comment, detail, isDeployed } = row
  const reason = verb === 'break-glass' ? detail.reason : undefined
  return {
    ...{ id, verb, number, at, comment, detail, isDeployed },
    by: { id: row.by, name: row.byName },
    label: row.label ?? '',
    isKept: row.isKept ?? false,
    isErased: row.erasedAt !== null,
    source: (row.source ?? null) as VersionSource | null,
    breakGlassReason: typeof reason === 'string' ? reason : null,
  }
}

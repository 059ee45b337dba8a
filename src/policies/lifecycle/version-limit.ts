/** How many versions a policy keeps: the oldest lose what they say, that they were stays (table A6). */

import type { Transaction } from '../../db/connection.ts'
import type { ControlParts } from '../control-parts.ts'
import { findDeployment } from '../deployment/store.ts'
import { eraseVersions, listSpeaking, type VersionFacts } from '../content/store.ts'
import * as store from './store.ts'
import type { PolicyRow } from './store.ts'
import type { Actor } from './transition.ts'

/** Policies looked through at a time when the limit changes. */
const PAGE = 200

/**
 * Which versions go. The current one and the one in production are not counted and stay; those that
 * are to be kept are counted and stay.
 */
export function versionsToErase(
  versions: readonly VersionFacts[],
  { limit, current, deployed }: { limit: number; current: number; deployed: number | null },
): number[] {
  const counted = versions.filter(({ number }) => number !== current && number !== deployed)
  const excess = Math.max(0, counted.length - limit)
  return counted
    .filter(({ isKept }) => !isKept)
    .map(({ number }) => number)
    .sort((a, b) => a - b)
    .slice(0, excess)
}

/** Erases what is too much of a policy that the transaction holds, and gives the numbers. */
export async function applyLimit(
  tx: Transaction,
  { clock }: Pick<ControlParts, 'clock'>,
  { id, newest: current }: Pick<PolicyRow, 'id' | 'newest'>,
  limit: number | null,
): Promise<number[]> {
  if (limit === null) return []
  const deployed = (await findDeployment(tx, id))?.number ?? null
  const versions = await listSpeaking(tx, id)
  const numbers = versionsToErase(versions, { limit, current, deployed })
  await eraseVersions(tx, id, { numbers, at: clock.now() })
  return numbers
}

/**
 * Applies the limit to every policy, as after a change of it. A policy that waits for an approval
 * keeps what the request may be about, until it is next checked in.
 */
export async function applyLimitToAll(
  parts: ControlParts,
  { by }: { by: Pick<Actor, 'id' | 'name'> },
): Promise<void> {
  const limit = await parts.versionLimit()
  if (limit === null) return
  for (let after: string | null = null; ;) {
    const ids: string[] = await store.listResting(parts.db, { after, limit: PAGE })
    for (const id of ids) await applyLimitTo(parts, { id, limit, by })
    after = ids.at(-1) ?? null
    if (ids.length < PAGE) return
  }
}

function applyLimitTo(
  parts: ControlParts,
  { id, limit, by }: { id: string; limit: number; by: Pick<Actor, 'id' | 'name'> },
): Promise<void> {
  return parts.db.transaction().execute(async (tx) => {
    const policy = await store.lockResting(tx, id)
    if (policy === undefined) return
    const erased = await applyLimit(tx, parts, policy, limit)
    if (erased.length === 0) return
    const { kind, name } = policy
    const entry = { action: 'policy.erase_versions', subject: id, by: by.id, at: parts.clock.now() }
    await parts.audit.record(tx, { ...entry, detail: { kind, name, limit, erased } })
  })
}

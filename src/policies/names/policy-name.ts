/** Names of policies: who has one, no other of the kind gets it, case ignored, in archive or production. */

import { HubError } from '../../base/errors.ts'
import type { Transaction } from '../../db/connection.ts'
import { refuseIssues } from '../policy-change.ts'
import type { PolicyKind } from '../policy-kind.ts'
import { findNamesake } from './store.ts'
import type { PolicyRow } from '../lifecycle/store.ts'

/** As long as names of GPOs may be. */
const MAX_NAME_CHARACTERS = 255

/** The name of a new policy, trimmed. @throws HubError `policy.refused` */
export function parseName(kind: PolicyKind, name: string): string {
  const trimmed = name.trim()
  const message = trimmed === '' ? 'is missing' : mistakeIn(trimmed)
  const code = trimmed === '' ? 'field.required' : 'field.malformed_text'
  refuseIssues(kind, message === undefined ? [] : [{ path: 'name', code, message }])
  return trimmed
}

/**
 * Refuses a name that a policy has in production, be it another or, before its new name was deployed,
 * this one. Names in the archive are kept apart by the database; asked after the name was written,
 * nobody can come between.
 *
 * @throws HubError `policy.name_taken`
 */
export async function refuseProductionName(
  tx: Transaction,
  policy: Pick<PolicyRow, 'id' | 'kind' | 'name'>,
  { isOwnTaken }: { isOwnTaken: boolean },
): Promise<void> {
  const taken = await findNamesake(tx, policy)
  if (taken === undefined || (taken.policyId === policy.id && !isOwnTaken)) return
  throw nameTaken(policy.name)
}

export function nameTaken(name: string): HubError {
  return new HubError('policy.name_taken', `the name “${name}” is taken`, { detail: { name } })
}

function mistakeIn(name: string): string | undefined {
  if (name.length > MAX_NAME_CHARACTERS) return `has at most ${MAX_NAME_CHARACTERS} characters`
  return /\p{Cc}/u.test(name) ? 'has no control characters' : undefined
}

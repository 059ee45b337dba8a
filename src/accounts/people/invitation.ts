/** An account that waits for its person to answer. */

import type { Audit } from '../../audit/audit.ts'
import { HubError } from '../../base/errors.ts'
import type { Role } from '../../contract/permissions.ts'
import type { Transaction } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import { insertAccount } from '../store.ts'

/**
 * Gives somebody an account that is invited, records it, and has the link sent.
 *
 * @throws HubError `account.exists`
 */
export async function invite(
  tx: Transaction,
  personId: string,
  {
    roles,
    by,
    at,
    enqueue,
    audit,
  }: {
    roles: readonly Role[]
    by: string
    at: Date
    enqueue: EnqueueAccountJob
    audit: Audit
  },
): Promise<void> {
  const id = await insertAccount(tx, {
    personId,
    passwordHash: null,
    passwordChangedAt: null,
    roles: rolesOf(roles),
    status: 'invited',
    createdAt: at,
    lastSignInAt: null,
  })
  if (id === undefined) throw new HubError('account.exists', 'this person has an account already')
  await enqueue(tx, { what: 'invitation', accountId: id, by })
  const detail = { account: id, roles: rolesOf(roles) }
  await audit.record(tx, { action: 'account.invite', subject: personId, by, at, detail })
}

/** Roles as they are kept: each once, in their order, without the one that everybody has. */
export function rolesOf(roles: readonly Role[]): Role[] {
  return [...new Set(roles)].filter((role) => role !== 'person').sort()
}

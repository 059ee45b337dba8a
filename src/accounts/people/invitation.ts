/** An account that waits for its person to answer. */

import { HubError } from '../../base/errors.ts'
import type { Role } from '../../contract/permissions.ts'
import type { Transaction } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import { insertAccount } from '../store.ts'

/**
 * Gives somebody an account that is invited, and has the link sent; says which account it is.
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
  }: { roles: readonly Role[]; by: string; at: Date; enqueue: EnqueueAccountJob },
): Promise<string> {
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
  return id
}

/** Roles as they are kept: each once, in their order, without the one that everybody has. */
export function rolesOf(roles: readonly Role[]): Role[] {
  return [...new Set(roles)].filter((role) => role !== 'person').sort()
}

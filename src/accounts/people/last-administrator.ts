/** There is always an administrator who can sign in. */

import { HubError } from '../../base/errors.ts'
import type { Role } from '../../contract/permissions.ts'
import type { Transaction } from '../../db/connection.ts'
import * as store from './store.ts'

/**
 * Changes an account, unless nobody would be left who is an administrator and can sign in. All of
 * them are held meanwhile: of two who take each other's role away, one is refused.
 *
 * @throws HubError `account.not_found`, `account.last_administrator`
 */
export async function keepAnAdministrator<Result>(
  tx: Transaction,
  id: string,
  change: (before: { roles: readonly Role[] }) => Promise<Result>,
): Promise<Result> {
  const before = await store.lockAdministratorsAnd(tx, id)
  if (before === undefined) throw new HubError('account.not_found', 'the account is gone')
  const result = await change(before)
  if (before.isAdministrator && !(await store.hasAdministrator(tx))) {
    throw new HubError('account.last_administrator', 'nobody else is an administrator')
  }
  return result
}

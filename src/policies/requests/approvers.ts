/** Who could approve something: everybody who may do it themselves. */

import type { RequestAction } from '../../contract/policy-lifecycle.ts'
import type { Database } from '../../db/connection.ts'
import { permissionsIn } from '../access/permissions.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import { findAccess } from '../lifecycle/store.ts'
import { isEnough } from '../lifecycle/transition.ts'
import * as store from './store.ts'

/** More accounts than any organisation has with a right to policies. */
const MAX_ACCOUNTS = 10_000

/** Ids of accounts that can sign in. */
export async function approversOf(
  db: Database,
  policyId: string,
  action: RequestAction,
): Promise<string[]> {
  const lists = await findAccess(db, policyId)
  const accounts = await store.listActiveAccounts(db, MAX_ACCOUNTS)
  const { needs } = MACHINE[APPROVED_VERB[action]]
  return accounts.flatMap((account) => {
    const policy = permissionsIn(lists, account)
    const organization = permissionsIn({ ...lists, policy: [] }, account)
    return isEnough({ policy, organization }, needs) ? [account.id] : []
  })
}

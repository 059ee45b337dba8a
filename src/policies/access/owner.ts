import type { Transaction } from '../../db/connection.ts'
import { putAccess } from '../lifecycle/store.ts'
import { type Author, isAccount } from '../policy-kind.ts'

/** Whoever creates or controls a policy has full control of it (table A4), as a line of its own. */
export async function makeOwner(tx: Transaction, policyId: string, by: Author): Promise<void> {
  if (!isAccount(by)) return
  const principal = { is: 'account', id: by.id } as const
  await putAccess(tx, policyId, { principal, permission: 'full-control', effect: 'allow' })
}

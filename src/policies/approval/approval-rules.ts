/** The rules of change control that are in force, and what must not happen without approvals. */

import { HubError } from '../../base/errors.ts'
import type { ChangeControlRules } from '../../contract/change-control-rules.ts'
import type { Transaction } from '../../db/connection.ts'
import { keyOf } from '../policy-kind.ts'
import { findDeployed } from '../versions/store.ts'
import { CHANGE_CONTROL_POLICY } from './change-control-policy.ts'
import { type Change, requirementOf, type Requirement } from './requirement.ts'
import * as store from './store.ts'

/** Until the transaction ends nobody changes them: what is decided by them is done by them. */
export async function rulesInForce(tx: Transaction): Promise<ChangeControlRules> {
  const key = keyOf(CHANGE_CONTROL_POLICY)
  await store.keepPolicy(tx, key)
  const { document = null } = (await findDeployed(tx, key)) ?? {}
  return CHANGE_CONTROL_POLICY.schema.parse(document ?? CHANGE_CONTROL_POLICY.defaults)
}

export async function requirementFor(tx: Transaction, change: Change): Promise<Requirement> {
  return requirementOf(await rulesInForce(tx), change)
}

/**
 * Whoever changes production without a request that was approved goes through here, whatever their
 * permissions.
 *
 * @throws HubError `policy.approval_required`
 */
export async function refuseWithoutApproval(tx: Transaction, change: Change): Promise<void> {
  const { approvers } = await requirementFor(tx, change)
  if (approvers === 0) return
  throw new HubError(
    'policy.approval_required',
    `a change of the ${change.kind} settings asks for ${approvers} to approve it: request it`,
    { detail: { kind: change.kind, approvers } },
  )
}

/** Whose approvals count now: of those who still may do what was asked for. */

import type { Database } from '../../db/connection.ts'
import type { Someone } from '../access/permissions.ts'
import { isEnough as isEnoughPeople } from '../approval/matching.ts'
import type { Requirement } from '../approval/requirement.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import { isEnough, permissionsOf } from '../lifecycle/transition.ts'
import type { PolicyRequest } from './request.ts'
import * as store from './store.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Not of whoever lost the permission or the account meanwhile, nor of the requester where that is barred. */
export async function countingApprovers(
  db: Database,
  request: PolicyRequest,
  { allowsSelfApproval, approvers }: Pick<Requirement, 'allowsSelfApproval' | 'approvers'>,
): Promise<Someone[]> {
  const said = await store.findApprovals(db, request.id)
  const ids = said.flatMap(({ accountId, verdict }) =>
    verdict === 'approve' && UUID.test(accountId) ? [accountId] : [],
  )
  const counting: Someone[] = []
  for (const { id, roles } of await store.findActiveAccounts(db, ids)) {
    if (id === request.by && approvers > 0 && !allowsSelfApproval) continue
    const held = await permissionsOf(db, { id, roles }, request.policyId)
    const { needs } = MACHINE[APPROVED_VERB[request.action]]
    if (held.policy.has('list-contents') && isEnough(held, needs)) counting.push({ id, roles })
  }
  return counting
}

export async function isApproved(
  db: Database,
  request: PolicyRequest,
  requirement: Requirement,
): Promise<boolean> {
  return isEnoughPeople(requirement, await countingApprovers(db, request, requirement))
}

/**
 * Looks at what a request asks for, by the rules of the moment: those of its kind and those of
 * approval. The same when it is proposed, approved, and when it takes effect.
 */

import type { Transaction } from '../../db/connection.ts'
import { requirementFor } from '../approval/approval-rules.ts'
import { removalOf } from '../approval/change.ts'
import type { Change, Requirement } from '../approval/requirement.ts'
import { proposed } from '../deployment/deploy.ts'
import { inProduction } from '../deployment/in-production.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { type PolicyRequest, type RequestParts, versionToDeploy } from './request.ts'

type Asked = Pick<PolicyRequest, 'action' | 'order'>

/**
 * The approvals that it needs.
 *
 * @throws HubError as `proposed`
 */
export async function examine(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  asked: Asked,
): Promise<Requirement> {
  const change = await changeIn(tx, parts, policy, asked)
  if (change !== undefined) return requirementFor(tx, change)
  // In the archive nobody has to approve; how long a request waits is the same.
  const nothing = { kind: policy.kind, targets: new Set<string>() }
  const { expiresAfterHours } = await requirementFor(tx, nothing)
  return { approvers: 0, allowsSelfApproval: true, groups: [], expiresAfterHours }
}

/** What becomes of production; undefined when nothing does. */
async function changeIn(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  asked: Asked,
): Promise<Change | undefined> {
  const number = versionToDeploy(asked)
  if (number !== undefined) {
    return (await proposed(tx, parts, policy, { number, links: asked.order.links })).change
  }
  if (asked.order.from !== 'archive-and-production') return undefined
  const before = await inProduction(tx, policy)
  return before.number === null ? undefined : removalOf(parts.kinds.get(policy.kind), before)
}

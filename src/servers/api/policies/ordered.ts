/** What became of an order, as the contract tells it. */

import type { PolicyOrdered } from '../../../contract/change-control.ts'
import type { PolicyRow } from '../../../policies/lifecycle/store.ts'
import type { Actor } from '../../../policies/lifecycle/transition.ts'
import type { PolicyRequest } from '../../../policies/requests/request.ts'
import type { ControlHub } from './control-hub.ts'

export function donePolicy(
  { id, revision }: Pick<PolicyRow, 'id' | 'revision'>,
  { version = null }: { version?: number | null } = {},
): PolicyOrdered {
  return { id, revision, version, requestId: null }
}

export async function doneRequest(
  { changeControl }: ControlHub,
  { id: requestId, policyId, order }: PolicyRequest,
  { by }: { by: Actor },
): Promise<PolicyOrdered> {
  const { policy } = await changeControl.get({ by, policyId })
  return { id: policyId, revision: policy.revision, version: order.version, requestId }
}

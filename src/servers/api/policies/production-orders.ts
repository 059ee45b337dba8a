/** Orders that put something in force, or take it out. */

import { HubError } from '../../../base/errors.ts'
import { FieldIssues } from '../../../base/field-issues.ts'
import type { PolicyOrder, PolicyOrdered } from '../../../contract/change-control.ts'
import type { Actor } from '../../../policies/lifecycle/transition.ts'
import type { ApiHub } from '../api-hub.ts'
import type { AccountCaller } from '../caller.ts'
import { donePolicy } from './ordered.ts'
import { requireRecentFor } from './recent-sign-in.ts'

const VERBS = ['deploy', 'roll-back', 'break-glass', 'delete'] as const

export type ProductionOrder = Extract<PolicyOrder, { verb: (typeof VERBS)[number] }>

export function isOfProduction(order: PolicyOrder): order is ProductionOrder {
  return VERBS.some((verb) => verb === order.verb)
}

export async function followInProduction(
  hub: ApiHub,
  { caller, by, policyId }: { caller: AccountCaller; by: Actor; policyId: string },
  order: ProductionOrder,
): Promise<PolicyOrdered> {
  const { changeControl, requests, accounts } = hub
  const { revision, comment } = order
  const on = { by, policyId, revision, comment }
  const { policy: before } = await changeControl.get({ by, policyId })
  switch (order.verb) {
    case 'deploy': {
      if (order.notBefore !== undefined) throw onlyOfRequest('notBefore')
      await requireRecentFor(hub, caller, before.kind)
      const policy = await requests.deploy({ ...on, links: order.links })
      return donePolicy(policy, { version: policy.newest })
    }
    case 'roll-back': {
      await requireRecentFor(hub, caller, before.kind)
      const { version, links } = order
      return donePolicy(await requests.rollBack({ ...on, version, links }), { version })
    }
    case 'break-glass': {
      // Past everybody else: not from a browser that somebody left open.
      await accounts.sessions.requireRecent(caller.sessionId)
      const policy = await requests.breakGlass({ ...on, reason: order.reason })
      return donePolicy(policy, { version: policy.newest })
    }
    case 'delete': {
      const { from } = order
      if (from === 'archive-and-production') await requireRecentFor(hub, caller, before.kind)
      return donePolicy(await changeControl.delete({ ...on, from }))
    }
  }
}

function onlyOfRequest(path: string): HubError {
  const issue = { path, code: 'field.not_possible', message: 'is only possible in a request' }
  const cause = new FieldIssues([issue])
  return new HubError('policy.refused', `the order cannot be taken: ${cause.message}`, { cause })
}

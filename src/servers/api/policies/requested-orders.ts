/** Orders that are asked of others. */

import type { PolicyOrder } from '../../../contract/change-control.ts'
import type { Actor } from '../../../policies/lifecycle/transition.ts'
import type { PolicyRequest } from '../../../policies/requests/request.ts'
import type { ControlHub } from './control-hub.ts'

type AskableOrder = Extract<PolicyOrder, { asRequest?: unknown }>
type AskedOrder = AskableOrder & { asRequest: NonNullable<AskableOrder['asRequest']> }

export function isAsked(order: PolicyOrder): order is AskedOrder {
  return 'asRequest' in order && order.asRequest !== undefined
}

export function askFor(
  { requests }: ControlHub,
  on: { by: Actor; policyId: string },
  order: AskedOrder,
): Promise<PolicyRequest> {
  const { revision, comment, asRequest } = order
  const asked = { ...on, revision, comment, cc: asRequest.cc }
  switch (order.verb) {
    case 'control':
      return requests.requestControl(asked)
    case 'deploy': {
      const { links, notBefore } = order
      const moment = notBefore === undefined ? undefined : new Date(notBefore)
      return requests.requestDeploy({ ...asked, links, notBefore: moment })
    }
    case 'roll-back': {
      const { links, version } = order
      return requests.requestDeploy({ ...asked, links, version })
    }
    case 'delete':
      return requests.requestDelete({ ...asked, from: order.from })
    case 'restore':
      return requests.requestRestore(asked)
  }
}

/** What people do with one policy: each verb is an order, and some can be asked of others. */

import { PolicyOrder, PolicyOrdered } from '../../../contract/change-control.ts'
import { route } from '../route.ts'
import { followInArchive } from './archive-orders.ts'
import { doneRequest } from './ordered.ts'
import { followInProduction, isOfProduction } from './production-orders.ts'
import { askFor, isAsked } from './requested-orders.ts'
import { actorOf, policyIdOf } from './who-and-which.ts'

export const orderPolicy = route({
  method: 'POST',
  path: '/api/v1/policies/:id/orders',
  summary: 'Do something with a policy, or ask others to do it',
  permission: 'policies.change',
  body: PolicyOrder,
  replies: { 200: PolicyOrdered },
  async handle({ params, body, caller }, hub) {
    const on = { by: actorOf(caller), policyId: policyIdOf(params.id) }
    if (isAsked(body)) {
      const request = await askFor(hub, on, body)
      return { status: 200, body: await doneRequest(hub, request, on) }
    }
    const done = isOfProduction(body)
      ? await followInProduction(hub, { ...on, caller }, body)
      : await followInArchive(hub, on, body)
    return { status: 200, body: done }
  },
})

/** Policies together: lists, new ones, labels for many, what differs between two states. */

import {
  CreatePolicy,
  LabelPolicies,
  PoliciesLabelled,
  PolicyList,
  PolicyListQuery,
  PolicyOrdered,
  PolicyStatesDifference,
  PolicyStatesDifferenceQuery,
} from '../../../contract/change-control.ts'
import type { Beginning, CreateOrder } from '../../../policies/lifecycle/create.ts'
import { mayCall } from '../caller.ts'
import { route } from '../route.ts'
import { donePolicy, doneRequest } from './ordered.ts'
import { lineView } from './policy-views.ts'
import { requireRecentFor } from './recent-sign-in.ts'
import { actorOf, stateOf } from './who-and-which.ts'

const BASE = '/api/v1/policies'

export const listPolicies = route({
  method: 'GET',
  path: BASE,
  summary: 'Policies under change control that the caller may list, by tab',
  permission: 'policies.read',
  query: PolicyListQuery,
  replies: { 200: PolicyList },
  async handle({ query, caller }, { changeControl }) {
    const { order, ...wanted } = query
    const found = await changeControl.list({
      ...wanted,
      by: actorOf(caller),
      isDescending: order === 'descending',
    })
    const { count, next, tabs, mayCreate } = found
    const body: PolicyList = {
      policies: found.policies.map(lineView),
      ...{ count, next, tabs },
      mayCreate: mayCall(caller, 'policies.change') ? mayCreate : 'no',
    }
    return { status: 200, body }
  },
})

export const createPolicy = route({
  method: 'POST',
  path: BASE,
  summary: 'Create a policy, or ask others to create it',
  permission: 'policies.change',
  body: CreatePolicy,
  replies: { 201: PolicyOrdered },
  async handle({ body, caller }, hub) {
    const { kind, name, comment, links, live, asRequest } = body
    const by = actorOf(caller)
    const from = beginningOf(body.template)
    const order: CreateOrder = { by, kind, name, comment, from, links, isLive: live }
    if (asRequest !== undefined) {
      const request = await hub.requests.requestCreate({ ...order, ...asRequest })
      return { status: 201, body: await doneRequest(hub, request, { by }) }
    }
    if (live) await requireRecentFor(hub, caller, kind)
    const policy = await hub.changeControl.create(order)
    return { status: 201, body: donePolicy(policy, { version: policy.newest }) }
  },
})

export const labelPolicies = route({
  method: 'POST',
  path: `${BASE}/labels`,
  summary: 'Label the current versions of many policies, or of none of them',
  permission: 'policies.change',
  body: LabelPolicies,
  replies: { 200: PoliciesLabelled },
  async handle({ body, caller }, { changeControl }) {
    const { policies: policyIds, label, comment } = body
    const by = actorOf(caller)
    const labelled = await changeControl.label({ by, policyIds, label, comment })
    const policies = labelled.map((each) => donePolicy(each, { version: each.newest }))
    return { status: 200, body: { policies } }
  },
})

export const differenceOfPolicies = route({
  method: 'GET',
  path: `${BASE}/difference`,
  summary: 'What differs between two states, of one policy or of two',
  permission: 'policies.read',
  query: PolicyStatesDifferenceQuery,
  replies: { 200: PolicyStatesDifference },
  async handle({ query, caller }, { changeControl }) {
    const changes = await changeControl.differences({
      by: actorOf(caller),
      from: stateOf(query.from),
      to: stateOf(query.to),
    })
    return { status: 200, body: { ...query, changes } }
  },
})

function beginningOf(template: CreatePolicy['template']): Beginning {
  if (template === 'default') return 'default-template'
  return template === 'empty' ? 'empty' : { template }
}

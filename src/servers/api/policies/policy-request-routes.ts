/** Requests: what somebody asked others to do, and what they say to it. */

import {
  PolicyRequestOrder,
  PolicyRequests,
  type PolicyRequestLine,
  PolicyRequestsQuery,
  PolicyRequestView,
} from '../../../contract/policy-requests.ts'
import type { ListedRequest, RequestStanding } from '../../../policies/requests/queries.ts'
import { type AccountCaller, mayCall } from '../caller.ts'
import type { ApiHub } from '../api-hub.ts'
import { route } from '../route.ts'
import { authorView } from './policy-views.ts'
import { requireRecentFor } from './recent-sign-in.ts'
import { actorOf, requestIdOf } from './who-and-which.ts'

const BASE = '/api/v1/policy-requests'

export const listPolicyRequests = route({
  method: 'GET',
  path: BASE,
  summary: 'Requests about policies that the caller may list, newest first',
  permission: 'policies.read',
  query: PolicyRequestsQuery,
  replies: { 200: PolicyRequests },
  async handle({ query, caller }, hub) {
    const { policy: policyId, ...wanted } = query
    const order = { ...wanted, policyId, by: actorOf(caller) }
    const { requests, count, next } = await hub.requests.listRequests(order)
    return { status: 200, body: { requests: requests.map(lineView), count, next } }
  },
})

export const showPolicyRequest = route({
  method: 'GET',
  path: `${BASE}/:id`,
  summary: 'One request: what would change, who approved it, and what speaks against it',
  permission: 'policies.read',
  replies: { 200: PolicyRequestView },
  async handle({ params, caller }, hub) {
    return { status: 200, body: await view(hub, caller, requestIdOf(params.id)) }
  },
})

export const orderPolicyRequest = route({
  method: 'POST',
  path: `${BASE}/:id/orders`,
  summary: 'Approve, reject or withdraw a request',
  permission: 'policies.change',
  body: PolicyRequestOrder,
  replies: { 200: PolicyRequestView },
  async handle({ params, body, caller }, hub) {
    const requestId = requestIdOf(params.id)
    const { verb, comment, links } = body
    const order = { by: actorOf(caller), requestId, comment }
    switch (verb) {
      case 'approve': {
        const { policy } = await hub.requests.getRequest(order)
        await requireRecentFor(hub, caller, policy.kind)
        await hub.requests.approve({ ...order, links })
        break
      }
      case 'reject':
        await hub.requests.reject(order)
        break
      case 'withdraw':
        await hub.requests.withdraw(order)
        break
    }
    return { status: 200, body: await view(hub, caller, requestId) }
  },
})

async function view({ requests }: ApiHub, caller: AccountCaller, requestId: string) {
  const standing = await requests.getRequest({ by: actorOf(caller), requestId })
  const { request, policy, impact, approvals, verbs } = standing
  const { version, links, from, isLive } = request.order
  const { changes, issues, needed, missing, cannotApprove } = standing
  return {
    request: lineView({ ...request, policy }),
    cc: request.cc,
    order: { version, links: typeof links === 'string' ? links : [...links], from, live: isLive },
    changes: [...changes],
    impact: { targets: [...impact.targets], effects: [...impact.effects] },
    issues: issues.map(({ path, code, message }) => ({ path, code, message })),
    approvals: approvals.map(approvalView),
    ...{ needed, missing },
    endedAt: request.endedAt?.toISOString() ?? null,
    endedBy:
      request.endedBy === null
        ? null
        : authorView({ id: request.endedBy, name: request.endedByName ?? '' }),
    failure: request.failure,
    verbs: mayCall(caller, 'policies.change') ? [...verbs] : [],
    cannotApprove,
    testId: request.testId,
  }
}

function approvalView({
  accountId,
  byName,
  at,
  verdict,
  comment,
  counts,
}: RequestStanding['approvals'][number]): PolicyRequestView['approvals'][number] {
  const by = { id: accountId, name: byName }
  return { by, at: at.toISOString(), verdict, comment, counts }
}

function lineView(request: ListedRequest): PolicyRequestLine {
  const { id, policy, action, state, at, by, byName, comment, expiresAt, notBefore } = request
  return {
    ...{ id, action, state, comment },
    policy: { id: policy.id, kind: policy.kind, name: policy.name },
    at: at.toISOString(),
    by: authorView({ id: by, name: byName }),
    expiresAt: expiresAt?.toISOString() ?? null,
    notBefore: notBefore?.toISOString() ?? null,
  }
}

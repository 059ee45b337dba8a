/** One policy: where it stands, what it says, its working copy, its history. */

import {
  EditPolicy,
  PolicyDocumentQuery,
  PolicyDocumentView,
  PolicyEvents,
  PolicyEventsQuery,
  PolicyOrdered,
  PolicyView,
} from '../../../contract/change-control.ts'
import { secretViews } from '../policy-routes.ts'
import { route } from '../route.ts'
import { donePolicy } from './ordered.ts'
import { eventView, standingView } from './policy-views.ts'
import { refuseToMoveKeptSecret } from './recent-sign-in.ts'
import { actorOf, policyIdOf, stateNamed } from './who-and-which.ts'

const BASE = '/api/v1/policies/:id'

export const showPolicy = route({
  method: 'GET',
  path: BASE,
  summary: 'One policy, with what the caller may do with it now',
  permission: 'policies.read',
  replies: { 200: PolicyView },
  async handle({ params, caller }, { changeControl }) {
    const policyId = policyIdOf(params.id)
    const standing = await changeControl.get({ by: actorOf(caller), policyId })
    return { status: 200, body: standingView(standing, caller) }
  },
})

export const showPolicyDocument = route({
  method: 'GET',
  path: `${BASE}/document`,
  summary: 'What a policy says, in one of its states; of secrets that they are set',
  permission: 'policies.read',
  query: PolicyDocumentQuery,
  replies: { 200: PolicyDocumentView },
  async handle({ params, query, caller }, { changeControl }) {
    const settings = await changeControl.settings({
      by: actorOf(caller),
      policyId: policyIdOf(params.id),
      of: stateNamed(query.of),
    })
    const body = {
      of: query.of,
      version: settings.number,
      values: settings.document,
      secrets: secretViews(settings.secrets),
      links: [...settings.links],
      label: settings.label,
      isErased: settings.isErased,
    }
    return { status: 200, body }
  },
})

export const editPolicy = route({
  method: 'PUT',
  path: `${BASE}/document`,
  summary: 'Replace the working copy of a policy that the caller checked out',
  permission: 'policies.change',
  body: EditPolicy,
  replies: { 200: PolicyOrdered },
  async handle({ params, body, caller }, hub) {
    const policyId = policyIdOf(params.id)
    const by = actorOf(caller)
    const { policy } = await hub.changeControl.get({ by, policyId })
    await refuseToMoveKeptSecret(hub, caller, policy, body)
    const { revision, values: document, secrets, links } = body
    const order = { by, policyId, revision, document, secrets, links }
    return { status: 200, body: donePolicy(await hub.changeControl.edit(order)) }
  },
})

export const policyHistory = route({
  method: 'GET',
  path: `${BASE}/history`,
  summary: 'What was done with a policy, newest first',
  permission: 'policies.read',
  query: PolicyEventsQuery,
  replies: { 200: PolicyEvents },
  async handle({ params, query, caller }, { changeControl }) {
    const order = { ...query, by: actorOf(caller), policyId: policyIdOf(params.id) }
    const found = await changeControl.history({ ...order, limit: query.limit + 1 })
    const events = found.slice(0, query.limit).map(eventView)
    const isMore = found.length > query.limit
    return { status: 200, body: { events, before: isMore ? (events.at(-1)?.id ?? null) : null } }
  },
})

/** Access lists: for all policies, and of one. */

import {
  DelegatePolicy,
  PolicyAccess,
  type PolicyAccessLine,
} from '../../../contract/policy-access.ts'
import type { AccessLine } from '../../../policies/access/delegation.ts'
import { mayCall } from '../caller.ts'
import { nothing, type Route, route } from '../route.ts'
import { actorOf, policyIdOf } from './who-and-which.ts'

export const POLICY_ACCESS_ROUTES: readonly Route[] = [
  ...accessRoutes({ base: '/api/v1/policies', of: 'all policies', find: () => null }),
  ...accessRoutes({
    base: '/api/v1/policies/:id',
    of: 'a policy',
    find: ({ id }) => policyIdOf(id),
  }),
]

function accessRoutes({
  base,
  of,
  find,
}: {
  base: string
  of: string
  find: (params: Readonly<Record<string, string>>) => string | null
}): Route[] {
  return [
    route({
      method: 'GET',
      path: `${base}/access`,
      summary: `Who may do what with ${of}`,
      permission: 'policies.read',
      replies: { 200: PolicyAccess },
      async handle({ params, caller }, { changeControl }) {
        const order = { by: actorOf(caller), policyId: find(params) }
        const { lines, mayDelegate } = await changeControl.access(order)
        const body: PolicyAccess = {
          lines: lines.map(lineView),
          mayDelegate: mayDelegate && mayCall(caller, 'policies.change'),
        }
        return { status: 200, body }
      },
    }),
    route({
      method: 'POST',
      path: `${base}/access`,
      summary: `Allow or deny something with ${of}, or take that back`,
      permission: 'policies.change',
      body: DelegatePolicy,
      replies: { 204: nothing },
      async handle({ params, body, caller }, { changeControl, accounts }) {
        // Rights are given away: not from a browser that somebody left open.
        await accounts.sessions.requireRecent(caller.sessionId)
        await changeControl.delegate({ ...body, by: actorOf(caller), policyId: find(params) })
        return { status: 204 }
      },
    }),
  ]
}

function lineView({
  principal,
  name,
  permission,
  effect,
  isInherited,
}: AccessLine): PolicyAccessLine {
  return {
    principal: principal.is === 'role' ? principal : { ...principal, name },
    ...{ permission, effect, isInherited },
  }
}

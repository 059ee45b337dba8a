import {
  PolicyOrdered,
  type PolicyOrder,
  type PolicyView,
} from '../../src/contract/change-control.ts'
import type { PolicyVerb } from '../../src/contract/policy-lifecycle.ts'
import { useApi, useChange, useRefresh, type Attempt } from '../api/data.ts'
import { policyPath, REFRESHES } from './policy-paths.ts'

type OrderVerb = PolicyOrder['verb']

/** What is asked for before an order is given, beside the comment. */
export type OrderField = 'name' | 'label' | 'links' | 'notBefore' | 'from' | 'reason' | 'cc'

interface Ordered {
  readonly verb: OrderVerb
  readonly fields: readonly OrderField[]
  readonly isRequest?: true
  /** Cannot be undone, or weighs as much. */
  readonly isGrave?: true
}

/** What is ordered on the page of a policy, in the order of its menu. */
export const ORDERED = {
  'check-in': { verb: 'check-in', fields: [] },
  'undo-check-out': { verb: 'undo-check-out', fields: [], isGrave: true },
  'check-out': { verb: 'check-out', fields: [] },
  'take-over': { verb: 'take-over', fields: [] },
  deploy: { verb: 'deploy', fields: ['links'] },
  'request-deploy': {
    verb: 'deploy',
    fields: ['links', 'notBefore', 'cc'],
    isRequest: true,
  },
  control: { verb: 'control', fields: [] },
  'request-control': { verb: 'control', fields: ['cc'], isRequest: true },
  label: { verb: 'label', fields: ['label'] },
  rename: { verb: 'rename', fields: ['name'] },
  'import-from-production': { verb: 'import-from-production', fields: [] },
  'save-as-template': { verb: 'save-as-template', fields: ['name'] },
  'set-default-template': { verb: 'set-default-template', fields: [] },
  'break-glass': { verb: 'break-glass', fields: ['reason'], isGrave: true },
  delete: { verb: 'delete', fields: ['from'] },
  'request-delete': { verb: 'delete', fields: ['from', 'cc'], isRequest: true },
  restore: { verb: 'restore', fields: [] },
  'request-restore': { verb: 'restore', fields: ['cc'], isRequest: true },
  destroy: { verb: 'destroy', fields: [], isGrave: true },
} as const satisfies Partial<Record<PolicyVerb, Ordered>>

export type PageVerb = keyof typeof ORDERED

export const orderedOf = (verb: PageVerb): Ordered => ORDERED[verb]

/** Asking for what one may do oneself is offered for deployment only: two see more than one. */
const NEEDLESS: Partial<Record<PageVerb, PolicyVerb>> = {
  'request-control': 'control',
  'request-delete': 'delete',
  'request-restore': 'restore',
}

/** What can be ordered now, the most likely first. */
export function ordersOf(view: PolicyView): PageVerb[] {
  const { policy, verbs, approvalsNeeded } = view
  const mustAsk = approvalsNeeded > 0
  const possible = (Object.keys(ORDERED) as PageVerb[]).filter((verb) => {
    const instead = NEEDLESS[verb]
    if (instead !== undefined && verbs.includes(instead)) return false
    return verbs.includes(verb) && !(mustAsk && verb === 'deploy')
  })
  const isAhead = policy.version !== policy.production?.version
  const first: PageVerb[] = [
    ...(['check-in', 'control', 'request-control', 'restore', 'request-restore'] as const),
    ...(isAhead ? (['deploy', 'request-deploy'] as const) : []),
    ...(['check-out', 'set-default-template', 'take-over'] as const),
  ]
  const main = first.find((verb) => possible.includes(verb))
  return main === undefined ? possible : [main, ...possible.filter((verb) => verb !== main)]
}

/** Gives orders about one policy as it stands on the page. */
export function useOrderPolicy({ policy, revision }: Pick<PolicyView, 'policy' | 'revision'>) {
  const api = useApi()
  const refresh = useRefresh()
  const change = useChange(
    (order: object) =>
      api.call(`${policyPath(policy.id)}/orders`, {
        method: 'POST',
        body: { ...order, revision },
        reply: PolicyOrdered,
      }),
    { refreshes: REFRESHES },
  )
  return async (order: object): Promise<Attempt<PolicyOrdered>> => {
    const attempt = await change.attempt(order)
    // What somebody else did meanwhile is shown, and the next attempt is about that.
    if (attempt.problem?.code === 'policy.changed_meanwhile') await refresh(...REFRESHES)
    return attempt
  }
}

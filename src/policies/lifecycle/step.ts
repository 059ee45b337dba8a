/** What every verb that changes a policy has in common: permitted, moved on, and told of, in one transaction. */

import type { Transaction } from '../../db/connection.ts'
import type { PolicyVerb } from '../../contract/policy-lifecycle.ts'
import type { ControlParts } from '../control-parts.ts'
import type { PolicyRow } from './store.ts'
import { type Actor, type Happened, type Held, permitted, record } from './transition.ts'

/** What is asked of a policy, and by whom. */
export interface PolicyOrder {
  readonly by: Actor
  readonly policyId: string
  /** The revision that was seen; whoever saw none leaves it out. */
  readonly revision?: number | undefined
  readonly comment?: string | undefined
}

/** What became of it: the policy as it is then, and what is told of it beside who, when and why. */
export interface Done extends Pick<Happened, 'number' | 'detail' | 'audited'> {
  readonly policy: PolicyRow
}

/**
 * Does a verb. `work` moves the policy on (`move`) before it changes anything else, so that whoever
 * is second changes nothing.
 *
 * @throws HubError as `permitted`, and what `work` throws
 */
export function take(
  parts: ControlParts,
  verb: PolicyVerb,
  order: PolicyOrder,
  work: (tx: Transaction, policy: PolicyRow, held: Held) => Promise<Done>,
): Promise<PolicyRow> {
  return parts.db.transaction().execute(async (tx) => {
    const { policy: before, held } = await permitted(tx, { ...order, verb })
    const { policy, ...happened } = await work(tx, before, held)
    const { by, comment = '' } = order
    await record(tx, parts, policy, { verb, by, comment, ...happened })
    return policy
  })
}

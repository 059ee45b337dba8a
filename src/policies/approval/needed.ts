import type { PolicyState } from '../../contract/policy-lifecycle.ts'
import { currentContent } from '../content/content.ts'
import type { ControlParts } from '../control-parts.ts'
import { inProduction } from '../deployment/in-production.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { requirementFor } from './approval-rules.ts'
import { changeOf } from './change.ts'

/** Those of which the current version may come into force. */
const DEPLOYABLE: ReadonlySet<PolicyState> = new Set([
  'pending-creation',
  'checked-in',
  'checked-out',
  'pending-deployment',
])

/** How many have to approve before the current version is deployed with its links; 0: nobody. */
export async function approvalsNeeded(
  { db, kinds }: Pick<ControlParts, 'db' | 'kinds'>,
  policy: PolicyRow,
): Promise<number> {
  const kind = kinds.find(policy.kind)
  if (kind === undefined || !DEPLOYABLE.has(policy.state)) return 0
  return db.transaction().execute(async (tx) => {
    const { document, links } = await currentContent(tx, policy)
    const { links: before } = await inProduction(tx, policy)
    const { approvers } = await requirementFor(tx, changeOf(kind, document, before, links))
    return approvers
  })
}

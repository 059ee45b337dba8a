/** The recycle bin: delete, restore, destroy. */

import type { ControlParts } from '../control-parts.ts'
import { removeFromProduction } from '../deployment/deploy.ts'
import { findDeployment } from '../deployment/store.ts'
import { eraseVersions, listSpeaking } from '../content/store.ts'
import { type PolicyOrder, take } from './step.ts'
import { clearAccess, type PolicyRow } from './store.ts'
import { move } from './transition.ts'

/** From the archive only, it goes on having effect; a template is in the archive only. */
export type DeleteFrom = 'archive' | 'archive-and-production'

/** @throws HubError as `permitted`, `policy.approval_required` */
export async function deletePolicy(
  parts: ControlParts,
  order: PolicyOrder & { readonly from: DeleteFrom },
): Promise<PolicyRow> {
  const { by, from } = order
  let isRemoved = false
  const deleted = await take(parts, 'delete', order, async (tx, before) => {
    const changes = { isDefaultTemplate: false }
    const policy = await move(tx, before, { verb: 'delete', changes })
    const production = await findDeployment(tx, policy.id)
    isRemoved = from === 'archive-and-production' && (production?.number ?? null) !== null
    if (isRemoved) await removeFromProduction(tx, parts, policy, { by })
    return { policy, detail: { from } }
  })
  if (isRemoved) parts.tell(deleted.kind)
  return deleted
}

/** Back from the recycle bin; it is not deployed again. @throws HubError as `permitted` */
export function restore(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'restore', order, async (tx, before) => ({
    policy: await move(tx, before, { verb: 'restore' }),
  }))
}

/**
 * Erases what all versions say, and their secrets, but for the one in production: with that it is
 * uncontrolled, under the name that it has there. History and audit log stay.
 *
 * @throws HubError as `permitted`
 */
export function destroy(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'destroy', order, async (tx, before) => {
    const production = await findDeployment(tx, before.id)
    const deployed = production?.number ?? null
    const policy = await move(tx, before, {
      verb: 'destroy',
      ...(production === undefined || deployed === null
        ? {}
        : { to: 'uncontrolled', changes: { name: production.name } }),
    })
    const versions = await listSpeaking(tx, policy.id)
    const numbers = versions.map(({ number }) => number).filter((number) => number !== deployed)
    await eraseVersions(tx, policy.id, { numbers, at: parts.clock.now() })
    await clearAccess(tx, policy.id)
    return { policy, detail: { stillInProduction: deployed !== null } }
  })
}

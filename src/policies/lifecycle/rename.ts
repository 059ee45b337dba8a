/** Rename: at once in the archive, in production once it is deployed again. */

import type { ControlParts } from '../control-parts.ts'
import { onlyOne } from './create.ts'
import { isNameTaken } from '../names/store.ts'
import { nameTaken, parseName, refuseProductionName } from '../names/policy-name.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyRow } from './store.ts'
import { move } from './transition.ts'

/**
 * The old name stays taken while production has it, for this policy too.
 *
 * @throws HubError as `permitted`, `policy.name_taken`, `policy.only_one`, `policy.refused`
 */
export async function rename(
  parts: ControlParts,
  order: PolicyOrder & { readonly name: string },
): Promise<PolicyRow> {
  let name = order.name
  try {
    return await take(parts, 'rename', order, async (tx, before) => {
      const kind = parts.kinds.get(before.kind)
      if (kind.isOnlyOne === true && !before.isTemplate) throw onlyOne(kind)
      name = parseName(kind, order.name)
      const policy = await move(tx, before, { verb: 'rename', changes: { name } })
      const isOtherCase = name.toLowerCase() === before.name.toLowerCase()
      if (!before.isTemplate) {
        await refuseProductionName(tx, policy, { isOwnTaken: !isOtherCase })
      }
      return { policy, detail: { from: before.name } }
    })
  } catch (error) {
    throw isNameTaken(error) ? nameTaken(name) : error
  }
}

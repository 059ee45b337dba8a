/** Check in: the working copy becomes the current version. */

import type { ControlParts } from '../control-parts.ts'
import { changesOf } from '../history/comparison.ts'
import { addVersion, currentContent, isSame, workingContent } from '../content/content.ts'
import { eraseUnusedSecrets, putWorkingSecrets } from '../content/store.ts'
import { NOT_HELD, discarded } from './check-out.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyRow } from './store.ts'
import { move } from './transition.ts'
import { applyLimit } from './version-limit.ts'

/** What did not change makes no version; the check-out is over all the same. */
export async function checkIn(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  // Before the transaction: it may ask for a connection of its own.
  const limit = await parts.versionLimit()
  return take(parts, 'check-in', order, async (tx, before) => {
    const was = await currentContent(tx, before)
    const content = await workingContent(tx, before)
    const isNew = before.newest === 0 || !isSame(was, content)
    const newest = isNew ? before.newest + 1 : before.newest
    const policy = await move(tx, before, { verb: 'check-in', changes: { ...NOT_HELD, newest } })
    const { by, comment = '' } = order
    if (isNew) {
      await addVersion(tx, policy, { content, at: parts.clock.now(), by, comment })
    }
    await putWorkingSecrets(tx, policy.id, [])
    await eraseUnusedSecrets(tx, policy.id)
    const erased = isNew ? await applyLimit(tx, parts, policy, limit) : []
    return {
      policy,
      ...(isNew ? { number: newest } : {}),
      detail: { ...discarded(before, by), ...(erased.length === 0 ? {} : { erased }) },
      audited: { changes: changesOf(parts.kinds.get(policy.kind), was, content) },
    }
  })
}

/** Check out, take over, undo: who holds a policy, and its working copy. */

import type { Clock } from '../../base/clock.ts'
import type { ControlParts } from '../control-parts.ts'
import { currentContent } from '../content/content.ts'
import { eraseUnusedSecrets, putWorkingSecrets } from '../content/store.ts'
import { type PolicyOrder, take } from './step.ts'
import type { PolicyChanges, PolicyRow } from './store.ts'
import { type Actor, move } from './transition.ts'

/** What is no longer there once a policy is checked in. */
export const NOT_HELD = {
  heldBy: null,
  heldByName: null,
  heldAt: null,
  workingDocument: null,
  workingLinks: null,
} as const satisfies PolicyChanges

/** The working copy begins as the current version. @throws HubError as `permitted` */
export function checkOut(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'check-out', order, async (tx, before) => {
    const { document, links, secrets } = await currentContent(tx, before)
    const changes = {
      ...heldBy(order.by, parts.clock),
      workingDocument: document === null ? null : JSON.stringify(document),
      workingLinks: JSON.stringify(links),
    }
    const policy = await move(tx, before, { verb: 'check-out', changes })
    await putWorkingSecrets(tx, policy.id, secrets)
    return { policy, number: numberOf(policy) }
  })
}

/** The check-out of somebody else becomes one's own, with the working copy as it is. */
export function takeOver(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'take-over', order, async (tx, before) => {
    const changes = heldBy(order.by, parts.clock)
    const policy = await move(tx, before, { verb: 'take-over', changes })
    const detail = { from: before.heldBy ?? '', fromName: before.heldByName ?? '' }
    return { policy, detail }
  })
}

/** Ends a check-out; the working copy is lost. */
export function undoCheckOut(parts: ControlParts, order: PolicyOrder): Promise<PolicyRow> {
  return take(parts, 'undo-check-out', order, async (tx, before) => {
    const policy = await move(tx, before, { verb: 'undo-check-out', changes: NOT_HELD })
    await putWorkingSecrets(tx, policy.id, [])
    await eraseUnusedSecrets(tx, policy.id)
    return { policy, detail: discarded(before, order.by) }
  })
}

/** Whose work it was that somebody else ended. */
export function discarded({ heldBy, heldByName }: PolicyRow, by: Actor) {
  return heldBy === by.id ? {} : { from: heldBy ?? '', fromName: heldByName ?? '' }
}

export function numberOf({ newest }: PolicyRow): number | null {
  return newest === 0 ? null : newest
}

function heldBy(by: Actor, clock: Clock) {
  return { heldBy: by.id, heldByName: by.name, heldAt: clock.now() }
}

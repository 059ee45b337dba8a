/** Breaking the glass: over a request that is open, which it ends, and every approver is told. */

import { breakGlass, type BreakGlassCommand } from '../deployment/deploy-verbs.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { approversOf } from './approvers.ts'
import { noticeOf } from './notice-of.ts'
import { NOTHING_SPECIAL, type RequestParts } from './request.ts'
import * as store from './store.ts'

/** @throws HubError as `breakGlass` */
export async function smash(parts: RequestParts, command: BreakGlassCommand): Promise<PolicyRow> {
  const { policyId, by, reason, links = 'all' } = command
  const at = parts.clock.now()
  const moved = await parts.db.transaction().execute((tx) =>
    breakGlass(tx, parts, command, {
      endRequest: async () => {
        const open = await store.lockOpenRequest(tx, policyId)
        if (open === undefined) return undefined
        await store.updateRequest(tx, open.id, {
          ...{ state: 'rejected', endedAt: at, endedBy: by.id, endedByName: by.name },
        })
        return open.id
      },
      tell: async (policy, number) => {
        const order = { ...NOTHING_SPECIAL, version: number, links }
        const notice = await noticeOf(tx, parts, policy, {
          ...{ id: null, action: 'deploy', order, at },
          ...{ by: by.id, byName: by.name, comment: command.comment ?? '' },
        })
        const accounts = await approversOf(tx, policyId, 'deploy')
        await parts.notices.brokeGlass(tx, notice, { reason: reason.trim(), accounts })
      },
    }),
  )
  parts.tell(moved.kind)
  return moved
}

/** Does what an approved request asks for. Who approved it did it. */

import type { Transaction } from '../../db/connection.ts'
import { makeOwner } from '../access/owner.ts'
import { deployVersion, removeFromProduction } from '../deployment/deploy.ts'
import { inProduction } from '../deployment/in-production.ts'
import { adoptProduction } from '../lifecycle/control.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import { type Actor, type Happened, move } from '../lifecycle/transition.ts'
import { type PolicyRequest, type RequestParts, versionToDeploy } from './request.ts'
import * as store from './store.ts'

/** What became of it; the caller tells of it last. */
export interface CarriedOut {
  readonly policy: PolicyRow
  readonly happened: Happened
  /** Whether processes have something to hear of. */
  readonly isInProduction: boolean
}

/** @throws HubError as the verb that was asked for */
export async function carryOut(
  tx: Transaction,
  parts: RequestParts,
  before: PolicyRow,
  { request, by }: { request: PolicyRequest; by: Actor },
): Promise<CarriedOut> {
  const { policy, number, isInProduction } = await act(tx, parts, before, { request, by })
  await store.updateRequest(tx, request.id, {
    ...{ state: 'done', endedAt: parts.clock.now(), endedBy: by.id, endedByName: by.name },
  })
  const { action: verb, comment, order } = request
  const from = order.from === null ? {} : { from: order.from }
  const detail = { requestId: request.id, requestedBy: request.by, ...from }
  return { policy, happened: { verb, by, comment, number, detail }, isInProduction }
}

async function act(
  tx: Transaction,
  parts: RequestParts,
  before: PolicyRow,
  { request, by }: { request: PolicyRequest; by: Actor },
): Promise<{ policy: PolicyRow; number: number | null; isInProduction: boolean }> {
  const { id: requestId, action, order } = request
  if (action === 'control') {
    const { comment } = request
    const adopted = await adoptProduction(tx, parts, before, { by, comment, verb: 'approve' })
    return { ...adopted, isInProduction: false }
  }
  if (action === 'delete') {
    const changes = { isDefaultTemplate: false }
    const policy = await move(tx, before, { verb: 'approve', to: 'deleted', changes })
    const isInProduction =
      order.from === 'archive-and-production' && (await inProduction(tx, policy)).number !== null
    if (isInProduction) await removeFromProduction(tx, parts, policy, { by, requestId })
    return { policy, number: null, isInProduction }
  }
  const policy = await move(tx, before, { verb: 'approve' })
  if (action === 'create') await makeOwner(tx, policy.id, by)
  const number = versionToDeploy(request)
  if (number === undefined) return { policy, number: null, isInProduction: false }
  await deployVersion(tx, parts, policy, { number, links: order.links, by, requestId })
  return { policy, number, isInProduction: true }
}

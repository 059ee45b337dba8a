/** What is said to a request: approve, reject, withdraw. Of many at once the first is heard. */

import { HubError } from '../../base/errors.ts'
import type { Transaction } from '../../db/connection.ts'
import type { Requirement } from '../approval/requirement.ts'
import type { LinksChoice } from '../deployment/links-choice.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import type { PolicyRow } from '../lifecycle/store.ts'
import {
  type Actor,
  type Happened,
  move,
  permissionsOf,
  permitted,
  record,
  requireAll,
} from '../lifecycle/transition.ts'
import type { Author } from '../policy-kind.ts'
import { type CarriedOut, carryOut } from './carry-out.ts'
import { isApproved } from './counting.ts'
import { enqueueDue } from './due.ts'
import { examine } from './examine.ts'
import { noticeOf } from './notice-of.ts'
import { isOver, type PolicyRequest, requestOf, type RequestParts } from './request.ts'
import * as store from './store.ts'

export interface DecideCommand {
  readonly requestId: string
  readonly by: Actor
  /** Of the policy, as it was seen. */
  readonly revision?: number | undefined
  readonly comment?: string | undefined
}

export interface ApproveCommand extends DecideCommand {
  /** Which links whoever approves first lets a deployment have; by default those asked for. */
  readonly links?: LinksChoice | 'as-asked' | undefined
}

/**
 * Approves. With the last approval that it needs it is done, or waits for its time.
 *
 * @throws HubError `policy.request_not_found`, `policy.already_decided`, `policy.own_request`; as
 *   `permitted` for what was asked for, and as that itself
 */
export async function approve(
  parts: RequestParts,
  command: ApproveCommand,
): Promise<PolicyRequest> {
  const { by, comment = '' } = command
  const carried = await parts.db.transaction().execute(async (tx) => {
    const { request: asked, policy } = await decidable(tx, command, 'approve')
    if (asked.state !== 'open' || isLate(asked, parts.clock.now())) throw decided(asked)
    const request = await withLinks(tx, asked, command)
    const requirement = await examine(tx, parts, policy, request)
    refuseOwn(request, by, requirement)
    const said = { requestId: request.id, accountId: by.id, byName: by.name, comment }
    const at = parts.clock.now()
    const isNew = await store.insertApproval(tx, { ...said, at, verdict: 'approve' })
    const isEnough = await isApproved(tx, request, requirement)
    // Who approved before, and is enough by now, as the rules ask for less, may say so again.
    if (!isNew && !isEnough) throw decided(request)
    const approval = approvalOf(request, command)
    if (!isEnough) {
      await record(tx, parts, policy, approval)
      return undefined
    }
    if (request.notBefore !== null && request.notBefore > at) {
      await store.updateRequest(tx, request.id, { state: 'scheduled' })
      await enqueueDue(tx, request.id, request.notBefore)
      await record(tx, parts, policy, approval)
      return undefined
    }
    return complete(tx, parts, policy, { request, by, approval })
  })
  if (carried?.isInProduction === true) parts.tell(carried.policy.kind)
  return reread(parts, command.requestId)
}

/** Does what was asked for and tells of it: the requester by mail, others in history and audit log. */
async function complete(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  { request, by, approval }: { request: PolicyRequest; by: Actor; approval: Happened },
): Promise<CarriedOut> {
  const notice = await noticeOf(tx, parts, policy, request)
  const carried = await carryOut(tx, parts, policy, { request, by })
  const { comment } = approval
  await parts.notices.decided(tx, notice, { is: 'approved', by, comment })
  await record(tx, parts, carried.policy, approval)
  await record(tx, parts, carried.policy, carried.happened)
  return carried
}

/**
 * Ends a request, for good.
 *
 * @throws HubError as `approve`, but that nobody is barred from rejecting
 */
export async function reject(parts: RequestParts, command: DecideCommand): Promise<PolicyRequest> {
  const { by, comment = '' } = command
  await parts.db.transaction().execute(async (tx) => {
    const { request, policy } = await decidable(tx, command, 'reject')
    const said = { requestId: request.id, accountId: by.id, byName: by.name, comment }
    await store.insertApproval(tx, { ...said, at: parts.clock.now(), verdict: 'reject' })
    const notice = await noticeOf(tx, parts, policy, request)
    const ended = await end(tx, parts, policy, { request, by, as: 'rejected' })
    await parts.notices.decided(tx, notice, { is: 'rejected', by, comment })
    const detail = { requestId: request.id, action: request.action }
    await record(tx, parts, ended, { verb: 'reject', by, comment, detail })
  })
  return reread(parts, command.requestId)
}

/** @throws HubError `policy.request_not_found`, `policy.already_decided`, `policy.forbidden` */
export async function withdraw(
  parts: RequestParts,
  command: DecideCommand,
): Promise<PolicyRequest> {
  const { by, comment = '' } = command
  await parts.db.transaction().execute(async (tx) => {
    const { request, policy } = await decidable(tx, command, 'withdraw')
    const ended = await end(tx, parts, policy, { request, by, as: 'withdrawn' })
    const detail = { requestId: request.id, action: request.action }
    await record(tx, parts, ended, { verb: 'withdraw', by, comment, detail })
  })
  return reread(parts, command.requestId)
}

/** The policy is again where it was before the request. */
export async function end(
  tx: Transaction,
  parts: RequestParts,
  policy: PolicyRow,
  {
    request,
    by,
    as: state,
    failure = null,
  }: {
    request: PolicyRequest
    by: Author
    as: 'rejected' | 'withdrawn' | 'expired' | 'failed'
    failure?: string | null
  },
): Promise<PolicyRow> {
  const moved = await move(tx, policy, { verb: state === 'withdrawn' ? 'withdraw' : 'reject' })
  await store.updateRequest(tx, request.id, {
    ...{ state, failure, endedAt: parts.clock.now(), endedBy: by.id, endedByName: by.name },
  })
  return moved
}

/** The request, held, with its policy, when whoever decides may. */
async function decidable(
  tx: Transaction,
  { requestId, by, revision }: DecideCommand,
  verb: 'approve' | 'reject' | 'withdraw',
): Promise<{ request: PolicyRequest; policy: PolicyRow }> {
  const row = await store.lockRequest(tx, requestId)
  if (row === undefined) throw requestNotFound()
  const request = requestOf(row)
  const { policyId } = request
  const held = await permissionsOf(tx, by, policyId)
  if (!held.policy.has('list-contents')) throw requestNotFound()
  if (isOver(request)) throw decided(request)
  if (verb !== 'withdraw') requireAll(held, MACHINE[APPROVED_VERB[request.action]].needs, verb)
  else if (request.by !== by.id) throw notTheirs()
  const { policy } = await permitted(tx, { verb, policyId, by, revision })
  return { request, policy }
}

/** Whoever approves may say which links; who approved before approved others, so then nobody may. */
async function withLinks(
  tx: Transaction,
  request: PolicyRequest,
  { links = 'as-asked' }: ApproveCommand,
): Promise<PolicyRequest> {
  if (links === 'as-asked' || request.action !== 'deploy') return request
  const said = await store.findApprovals(tx, request.id)
  if (said.length > 0) {
    throw new HubError('policy.changed_meanwhile', 'others approved it with the links it has')
  }
  const order = { ...request.order, links }
  await store.updateRequest(tx, request.id, { order: JSON.stringify(order) })
  return { ...request, order }
}

function refuseOwn(
  { by: requester }: PolicyRequest,
  by: Actor,
  { approvers, allowsSelfApproval }: Requirement,
): void {
  if (requester !== by.id || approvers === 0 || allowsSelfApproval) return
  throw new HubError('policy.own_request', 'nobody approves what they asked for themselves')
}

function approvalOf(
  { id, action, order }: PolicyRequest,
  { by, comment = '' }: DecideCommand,
): Happened {
  const detail = { requestId: id, action }
  return { verb: 'approve', by, comment, number: order.version, detail }
}

function isLate({ expiresAt }: PolicyRequest, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now
}

async function reread({ db }: RequestParts, id: string): Promise<PolicyRequest> {
  const row = await store.findRequest(db, id)
  if (row === undefined) throw requestNotFound()
  return requestOf(row)
}

/** Also for whoever may not know of it. */
export function requestNotFound(): HubError {
  return new HubError('policy.request_not_found', 'there is no such request')
}

function notTheirs(): HubError {
  return new HubError('policy.forbidden', 'only the requester withdraws a request', {
    detail: { verb: 'withdraw', missing: 'own-request' },
  })
}

function decided({ state }: PolicyRequest): HubError {
  return new HubError('policy.already_decided', `the request is ${state}`, { detail: { state } })
}

/**
 * What happens to a request by the clock: nobody answered in time, or its time has come. A job calls
 * it, perhaps twice; a restart loses nothing.
 */

import { HubError } from '../../base/errors.ts'
import type { Transaction } from '../../db/connection.ts'
import { findPolicy, type PolicyRow } from '../lifecycle/store.ts'
import { type Actor, record } from '../lifecycle/transition.ts'
import { HUB } from '../policy-kind.ts'
import { carryOut } from './carry-out.ts'
import { isApproved } from './counting.ts'
import { end, requestNotFound } from './decide.ts'
import { enqueueDue } from './due.ts'
import { examine } from './examine.ts'
import { noticeOf } from './notice-of.ts'
import { type PolicyRequest, requestOf, type RequestParts } from './request.ts'
import * as store from './store.ts'

export async function becomeDue(parts: RequestParts, requestId: string): Promise<void> {
  try {
    const kind = await parts.db.transaction().execute((tx) => act(tx, parts, requestId))
    if (kind !== undefined) parts.tell(kind)
  } catch (error) {
    if (!isFinal(error)) throw error
    await parts.db.transaction().execute((tx) => fail(tx, parts, requestId, error.code))
    parts.log.warn('policy.request_failed', { requestId, code: error.code })
  }
}

/** Says the kind when something else is in production. */
async function act(
  tx: Transaction,
  parts: RequestParts,
  requestId: string,
): Promise<string | undefined> {
  const found = await lock(tx, requestId)
  if (found === undefined) return undefined
  const { request, policy } = found
  const due = request.state === 'open' ? request.expiresAt : request.notBefore
  if (due === null) return undefined
  if (due > parts.clock.now()) {
    // The clocks of the database and of the hub are not the same.
    await enqueueDue(tx, requestId, due)
    return undefined
  }
  if (request.state === 'open') {
    await expire(tx, parts, { request, policy })
    return undefined
  }
  if (!(await isApproved(tx, request, await examine(tx, parts, policy, request)))) {
    throw new HubError('policy.approval_required', 'the approvals do not count any more')
  }
  const by = await lastApprover(tx, requestId)
  const notice = await noticeOf(tx, parts, policy, request)
  const carried = await carryOut(tx, parts, policy, { request, by })
  await parts.notices.decided(tx, notice, { is: 'approved', by, comment: '' })
  await record(tx, parts, carried.policy, carried.happened)
  return carried.isInProduction ? carried.policy.kind : undefined
}

async function expire(
  tx: Transaction,
  parts: RequestParts,
  { request, policy }: { request: PolicyRequest; policy: PolicyRow },
): Promise<void> {
  const ended = await end(tx, parts, policy, { request, by: HUB, as: 'expired' })
  const detail = { requestId: request.id, action: request.action, because: 'expired' }
  await record(tx, parts, ended, { verb: 'reject', by: HUB, comment: '', detail })
}

async function fail(
  tx: Transaction,
  parts: RequestParts,
  requestId: string,
  code: string,
): Promise<void> {
  const found = await lock(tx, requestId)
  if (found?.request.state !== 'scheduled') return
  const { request, policy } = found
  const said = await store.findApprovals(tx, requestId)
  const notice = await noticeOf(tx, parts, policy, request)
  const ended = await end(tx, parts, policy, { request, by: HUB, as: 'failed', failure: code })
  const accounts = [request.by, ...said.map(({ accountId }) => accountId)]
  await parts.notices.failed(tx, notice, { code, accounts: [...new Set(accounts)] })
  const detail = { requestId, action: request.action, because: code }
  await record(tx, parts, ended, { verb: 'reject', by: HUB, comment: '', detail })
}

/** Undefined when it is over. */
async function lock(
  tx: Transaction,
  requestId: string,
): Promise<{ request: PolicyRequest; policy: PolicyRow } | undefined> {
  const row = await store.lockRequest(tx, requestId)
  if (row === undefined || row.endedAt !== null) return undefined
  const request = requestOf(row)
  const policy = await findPolicy(tx, request.policyId)
  if (policy === undefined) throw requestNotFound()
  return { request, policy }
}

/** It is done in the name of whoever approved last. */
async function lastApprover(tx: Transaction, requestId: string): Promise<Actor> {
  const last = (await store.findApprovals(tx, requestId)).at(-1)
  return last === undefined
    ? { ...HUB, roles: [] }
    : { id: last.accountId, name: last.byName, roles: [] }
}

/** A failure that is about the request and stays so; with others the job is tried again. */
function isFinal(error: unknown): error is HubError {
  return error instanceof HubError && !error.code.startsWith('database.')
}

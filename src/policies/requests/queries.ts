/** Requests as people see them: lists, and one with all that bears on the decision. */

import { type FieldIssue, FieldIssues } from '../../base/field-issues.ts'
import { asHubError, HubError } from '../../base/errors.ts'
import type { FieldChange } from '../../contract/policies.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { Requirement } from '../approval/requirement.ts'
import { APPROVED_VERB, MACHINE } from '../lifecycle/machine.ts'
import { findPolicy } from '../lifecycle/store.ts'
import { type Actor, isEnough, permissionsOf } from '../lifecycle/transition.ts'
import { countingApprovers } from './counting.ts'
import { requestNotFound } from './decide.ts'
import { examine } from './examine.ts'
import { type Impact, impactIn } from './impact.ts'
import { changesIn } from './notice-of.ts'
import { isOver, type PolicyRequest, type RequestParts, requestOf } from './request.ts'
import * as store from './store.ts'

export interface ListRequestsOrder {
  readonly by: Actor
  /** `mine`: made by whoever asks; `for-me`: open, and theirs to approve. By default `open`. */
  readonly show?: 'open' | 'all' | 'mine' | 'for-me'
  readonly policyId?: string | undefined
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export type ListedRequest = PolicyRequest & {
  readonly policy: { readonly id: string; readonly kind: string; readonly name: string }
}

/** Looked through for one list; what is older is found by its policy. */
const MAX_REQUESTS = 2_000

/** Newest first: those about policies that whoever asks may list. */
export async function listRequests(
  { db }: Pick<RequestParts, 'db'>,
  { by, show = 'open', policyId, after, limit }: ListRequestsOrder,
): Promise<{ requests: ListedRequest[]; count: number; next: string | null }> {
  const rows = await store.listRequests(db, {
    policyId,
    by: show === 'mine' ? by.id : undefined,
    isOpen: show === 'open' || show === 'for-me',
    limit: MAX_REQUESTS,
  })
  const visible = await visibleTo(db, by, rows, { mustApprove: show === 'for-me' })
  const start = after === undefined ? 0 : visible.findIndex(({ id }) => id === after) + 1
  const page = visible.slice(start, start + limit)
  const isLast = start + limit >= visible.length
  return {
    requests: page.map(({ kind, name, ...row }) => ({
      ...requestOf(row),
      policy: { id: row.policyId, kind, name },
    })),
    count: visible.length,
    next: isLast ? null : (page.at(-1)?.id ?? null),
  }
}

async function visibleTo(
  db: Database,
  by: Actor,
  rows: readonly store.ListedRow[],
  { mustApprove }: { mustApprove: boolean },
): Promise<store.ListedRow[]> {
  const held = new Map<string, ReturnType<typeof permissionsOf>>()
  const visible: store.ListedRow[] = []
  for (const row of rows) {
    const known = held.get(row.policyId) ?? permissionsOf(db, by, row.policyId)
    held.set(row.policyId, known)
    const permissions = await known
    if (!permissions.policy.has('list-contents')) continue
    const { needs } = MACHINE[APPROVED_VERB[row.action]]
    if (mustApprove && (row.state !== 'open' || !isEnough(permissions, needs))) continue
    visible.push(row)
  }
  return visible
}

export interface RequestStanding {
  readonly request: PolicyRequest
  readonly policy: {
    readonly id: string
    readonly kind: string
    readonly name: string
    readonly revision: number
  }
  /** What production would become, field by field. */
  readonly changes: readonly FieldChange[]
  readonly impact: Impact
  /** What the rules have against it now: nothing can be approved with one. */
  readonly issues: readonly FieldIssue[]
  readonly approvals: readonly (store.ApprovalRow & { readonly counts: boolean })[]
  readonly needed: number
  readonly missing: number
  readonly verbs: readonly ('approve' | 'reject' | 'withdraw')[]
  /** Why whoever asks cannot approve it; null when they can. */
  readonly cannotApprove: 'own' | 'said' | 'permission' | 'over' | null
}

/** @throws HubError `policy.request_not_found` */
export function getRequest(
  parts: RequestParts,
  { by, requestId }: { by: Actor; requestId: string },
): Promise<RequestStanding> {
  return parts.db.transaction().execute(async (tx) => {
    const row = await store.findRequest(tx, requestId)
    const policy = row && (await findPolicy(tx, row.policyId))
    if (row === undefined || policy === undefined) throw requestNotFound()
    const request = requestOf(row)
    const held = await permissionsOf(tx, by, policy.id)
    if (!held.policy.has('list-contents')) throw requestNotFound()
    const said = await store.findApprovals(tx, requestId)
    const { requirement, issues } = await examined(tx, parts, policy, request)
    const counting = await countingApprovers(tx, request, requirement)
    const needed = Math.max(1, requirement.approvers)
    const over = isOver(request)
    const mayDecide = isEnough(held, MACHINE[APPROVED_VERB[request.action]].needs)
    const cannotApprove = whyNotApprove({ by, request, requirement, said, mayDecide })
    const mayRead = held.policy.has('read-settings') && !over
    const { id, kind, name, revision } = policy
    return {
      ...{ request, policy: { id, kind, name, revision }, issues, needed, cannotApprove },
      changes: mayRead ? await changesIn(tx, parts, policy, request) : [],
      impact: mayRead ? await impactIn(tx, parts, policy, request) : { targets: [], effects: [] },
      approvals: said.map((each) => ({
        ...each,
        counts: counting.some((someone) => someone.id === each.accountId),
      })),
      missing: Math.max(0, needed - counting.length),
      verbs: [
        ...(cannotApprove === null && issues.length === 0 ? (['approve'] as const) : []),
        ...(mayDecide && !over ? (['reject'] as const) : []),
        ...(request.by === by.id && !over ? (['withdraw'] as const) : []),
      ],
    }
  })
}

/** The approvals that it needs, and what speaks against it now. Of what is over nothing is asked. */
async function examined(
  tx: Transaction,
  parts: RequestParts,
  policy: Parameters<typeof examine>[2],
  request: PolicyRequest,
): Promise<{ requirement: Requirement; issues: readonly FieldIssue[] }> {
  const requirement = { ...NO_REQUIREMENT }
  if (isOver(request)) return { requirement, issues: [] }
  try {
    return { requirement: await examine(tx, parts, policy, request), issues: [] }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    const { cause, code, message } = asHubError(error)
    if (cause instanceof FieldIssues) return { requirement, issues: cause.issues }
    return { requirement, issues: [{ path: '', code, message }] }
  }
}

const NO_REQUIREMENT: Requirement = {
  ...{ approvers: 0, allowsSelfApproval: true, groups: [], expiresAfterHours: null },
}

function whyNotApprove({
  by,
  request,
  requirement: { approvers, allowsSelfApproval },
  said,
  mayDecide,
}: {
  by: Actor
  request: PolicyRequest
  requirement: Requirement
  said: readonly store.ApprovalRow[]
  mayDecide: boolean
}): RequestStanding['cannotApprove'] {
  if (request.state !== 'open') return 'over'
  if (!mayDecide) return 'permission'
  if (request.by === by.id && approvers > 0 && !allowsSelfApproval) return 'own'
  return said.some(({ accountId }) => accountId === by.id) ? 'said' : null
}

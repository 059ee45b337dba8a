/**
 * One step in the life of a policy: is it allowed, does it still stand as it was seen, and what is it
 * then. Every verb goes through here, so that the table in `machine.ts` holds for all of them.
 */

import type { Audit } from '../../audit/audit.ts'
import type { JsonValue } from '../../base/canonical-json.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { PolicyPermission, PolicyState, PolicyVerb } from '../../contract/policy-lifecycle.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { permissionsIn, type Someone } from '../access/permissions.ts'
import type { Author } from '../policy-kind.ts'
import { MACHINE, type Needs, type NextState, restingState, stateBeforeRequest } from './machine.ts'
import * as store from './store.ts'
import type { PolicyChanges, PolicyRow } from './store.ts'

/** Who does something with policies. */
export interface Actor extends Author, Someone {}

/** What permissions somebody has, on one policy and for all. */
export interface Held {
  readonly policy: ReadonlySet<PolicyPermission>
  readonly organization: ReadonlySet<PolicyPermission>
}

export interface Step {
  readonly verb: PolicyVerb
  readonly policyId: string
  readonly by: Actor
  /** The revision that was seen; whoever saw none leaves it out. */
  readonly revision?: number | undefined
}

/** Permissions of somebody; of a policy that is not there yet those for all. */
export async function permissionsOf(
  db: Database,
  by: Someone,
  policyId: string | null,
): Promise<Held> {
  const lists = await store.findAccess(db, policyId)
  return {
    policy: permissionsIn(lists, by),
    organization: permissionsIn({ ...lists, policy: [] }, by),
  }
}

/**
 * The policy, when this may be done with it now.
 *
 * @throws HubError `policy.not_found`, also for who may not know of it; `policy.forbidden`,
 *   `policy.wrong_state`, `policy.held_by_other`, `policy.changed_meanwhile`
 */
export async function permitted(
  db: Database,
  { verb, policyId, by, revision }: Step,
): Promise<{ policy: PolicyRow; held: Held }> {
  const policy = await store.findPolicy(db, policyId)
  const held = await permissionsOf(db, by, policyId)
  const isKnown = policy !== undefined && policy.state !== 'destroyed'
  if (!isKnown || !held.policy.has('list-contents')) throw notFound()
  const refusal = whyNot(policy, { verb, by, held, revision })
  if (refusal !== undefined) throw refusal
  return { policy, held }
}

/** What stands in the way of doing this with a policy now; undefined when nothing does. */
export function whyNot(
  policy: PolicyRow,
  { verb, by, held, revision = policy.revision }: Omit<Step, 'policyId'> & { held: Held },
): HubError | undefined {
  return (
    forbidden(held, MACHINE[verb].needs, verb) ??
    (revision === policy.revision ? undefined : changedMeanwhile(policy)) ??
    wrongState(policy, verb) ??
    notTheirs(policy, { verb, by, held })
  )
}

/**
 * Moves a policy on, and gives it as it is then. Whoever is second finds that it changed. `to` says
 * it where the table leaves it open.
 *
 * @throws HubError `policy.changed_meanwhile`
 */
export async function move(
  tx: Transaction,
  policy: PolicyRow,
  {
    verb,
    changes = {},
    to = nextState(policy, MACHINE[verb].to),
  }: { verb: PolicyVerb; changes?: PolicyChanges; to?: PolicyState },
): Promise<PolicyRow> {
  const moved = await store.movePolicy(tx, policy, to, changes)
  if (moved === undefined) throw changedMeanwhile(policy)
  return moved
}

export interface Happened {
  readonly verb: PolicyVerb
  readonly by: Author
  readonly comment: string
  /** The version that it made or that it is about. */
  readonly number?: number | null | undefined
  readonly detail?: { readonly [name: string]: JsonValue | undefined } | undefined
  /** What stands in the audit log alone: what a policy says is no part of its history. */
  readonly audited?: { readonly [name: string]: JsonValue | undefined } | undefined
}

/**
 * Tells of it in the history and in the audit log. Last of all that a transaction does: from here on
 * others wait to record theirs.
 */
export async function record(
  tx: Transaction,
  { audit, clock }: { audit: Audit; clock: Clock },
  { id, kind, name }: Pick<PolicyRow, 'id' | 'kind' | 'name'>,
  { verb, by, comment, number = null, detail = {}, audited = {} }: Happened,
): Promise<void> {
  const at = clock.now()
  await store.insertEvent(tx, {
    ...{ policyId: id, verb, number, at, comment, detail: JSON.stringify(detail) },
    ...{ by: by.id, byName: by.name },
  })
  await audit.record(tx, {
    action: `policy.${verb.replaceAll('-', '_')}`,
    subject: id,
    by: by.id,
    at,
    detail: {
      kind,
      name,
      comment,
      ...(number === null ? {} : { version: number }),
      ...detail,
      ...audited,
    },
  })
}

/** @throws HubError `policy.forbidden` */
export function requireAll(held: Held, needs: Needs, verb: PolicyVerb): void {
  const refusal = forbidden(held, needs, verb)
  if (refusal !== undefined) throw refusal
}

/** Whether the permissions that are asked for are there. */
export function isEnough(held: Held, needs: Needs): boolean {
  return missingOf(held, needs).length === 0
}

function forbidden(held: Held, needs: Needs, verb: PolicyVerb): HubError | undefined {
  const missing = missingOf(held, needs).join(', ')
  if (missing === '') return undefined
  return new HubError('policy.forbidden', `to ${verb} asks for the permission ${missing}`, {
    detail: { verb, missing },
  })
}

function missingOf(held: Held, needs: Needs): string[] {
  const permissions = held[needs.on]
  const missing = needs.all.filter((each) => !permissions.has(each))
  const hasOne = needs.oneOf?.some((each) => permissions.has(each)) ?? true
  return [...missing, ...(hasOne ? [] : [needs.oneOf?.join(' or ') ?? ''])]
}

function wrongState({ state }: PolicyRow, verb: PolicyVerb): HubError | undefined {
  if (MACHINE[verb].from.includes(state)) return undefined
  return new HubError('policy.wrong_state', `cannot ${verb} a policy that is ${state}`, {
    detail: { verb, state },
  })
}

function notTheirs(
  policy: PolicyRow,
  { verb, by, held }: { verb: PolicyVerb; by: Actor; held: Held },
): HubError | undefined {
  const { holder } = MACHINE[verb]
  if (holder === 'administrator' && !by.roles.includes('administrator')) {
    return new HubError('policy.forbidden', `only an administrator may ${verb}`, {
      detail: { verb, missing: 'administrator' },
    })
  }
  const mayDiscard = holder === 'own-check-out-or-deploy' && held.policy.has('deploy-policy')
  const asksHolder = holder === 'own-check-out' || holder === 'own-check-out-or-deploy'
  if (!asksHolder || mayDiscard || policy.heldBy === by.id) return undefined
  return new HubError('policy.held_by_other', `checked out by ${policy.heldByName ?? 'nobody'}`, {
    detail: { by: policy.heldByName ?? '' },
  })
}

/** The state that follows. */
function nextState(policy: PolicyRow, to: NextState): PolicyState {
  if (to === 'same') return policy.state
  if (to === 'resting') return restingState(policy)
  if (to === 'before-request') return stateBeforeRequest(policy.state, policy)
  return to === 'gone' ? 'destroyed' : to
}

/** Also for whoever may not know of it. */
export function notFound(): HubError {
  return new HubError('policy.not_found', 'there is no such policy')
}

function changedMeanwhile({ name, revision }: PolicyRow): HubError {
  return new HubError('policy.changed_meanwhile', `“${name}” was changed meanwhile`, {
    detail: { revision },
  })
}

/** Access lists, as people read and change them: for all policies, or of one. */

import type { JsonValue } from '../../base/canonical-json.ts'
import { HubError } from '../../base/errors.ts'
import { ROLES } from '../../contract/permissions.ts'
import type { PolicyPermission } from '../../contract/policy-lifecycle.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { ControlParts } from '../control-parts.ts'
import { MACHINE } from '../lifecycle/machine.ts'
import { take } from '../lifecycle/step.ts'
import { findAccess, putAccess } from '../lifecycle/store.ts'
import {
  type Actor,
  isEnough,
  move,
  permissionsOf,
  permitted,
  requireAll,
} from '../lifecycle/transition.ts'
import { type AccessEntry, type Principal, permissionsIn } from './permissions.ts'
import * as store from './store.ts'

export interface AccessLine extends AccessEntry {
  /** Of the account; empty for a role, and for an account that is no longer there. */
  readonly name: string
  /** For all policies: it is changed there. */
  readonly isInherited: boolean
}

export interface AccessList {
  readonly lines: readonly AccessLine[]
  readonly mayDelegate: boolean
}

/** Null: the list of all policies. @throws HubError as `permitted` */
export async function access(
  { db }: Pick<ControlParts, 'db'>,
  { by, policyId }: { by: Actor; policyId: string | null },
): Promise<AccessList> {
  const held = await permissionsOf(db, by, policyId)
  const own = policyId === null ? held.organization : held.policy
  const as = { policy: own, organization: own }
  if (policyId === null) requireAll(as, MACHINE.read.needs, 'read')
  else await permitted(db, { verb: 'read', policyId, by })
  const rows = await store.listLines(db, policyId)
  return {
    lines: rows.map((row) => ({
      ...{ principal: principalOf(row), permission: row.permission, effect: row.effect },
      ...{ name: row.name ?? '', isInherited: policyId !== null && row.policyId === null },
    })),
    mayDelegate: isEnough(as, MACHINE.delegate.needs),
  }
}

export interface DelegateOrder {
  readonly by: Actor
  /** Null: for all policies. */
  readonly policyId: string | null
  readonly revision?: number | undefined
  readonly comment?: string | undefined
  readonly principal: Principal
  readonly permission: PolicyPermission
  /** Null takes the line away; then what is inherited holds. */
  readonly effect: 'allow' | 'deny' | null
}

/**
 * Puts a line into a list, or takes it out.
 *
 * @throws HubError as `permitted`; `policy.access_last` when nobody would have full control any
 *   more, `account.not_found`, `policy.refused` for a role that there is not
 */
export async function delegate(parts: ControlParts, order: DelegateOrder): Promise<void> {
  const { policyId, by, comment = '' } = order
  if (policyId !== null) {
    await take(parts, 'delegate', { ...order, policyId }, async (tx, before) => {
      const policy = await move(tx, before, { verb: 'delegate' })
      return { policy, detail: await change(tx, order) }
    })
    return
  }
  const { db, audit, clock } = parts
  await db.transaction().execute(async (tx) => {
    const { organization } = await permissionsOf(tx, by, null)
    requireAll({ policy: organization, organization }, MACHINE.delegate.needs, 'delegate')
    const detail = { comment, ...(await change(tx, order)) }
    const entry = { action: 'policy.delegate', subject: 'policies', by: by.id, at: clock.now() }
    await audit.record(tx, { ...entry, detail })
  })
}

async function change(
  tx: Transaction,
  { policyId, principal, permission, effect }: DelegateOrder,
): Promise<Readonly<Record<string, JsonValue | undefined>>> {
  await refuseUnknown(tx, principal)
  await store.lockAccess(tx)
  const was = await store.removeLine(tx, policyId, { principal, permission })
  if (effect !== null) await putAccess(tx, policyId, { principal, permission, effect })
  await refuseWithoutControl(tx, policyId)
  const to = principal.is === 'role' ? { role: principal.role } : { account: principal.id }
  return { ...to, permission, was: was ?? null, is: effect }
}

/** With these somebody can set right whatever else went wrong. */
const TO_REPAIR = ['full-control', 'list-contents', 'modify-security'] as const

/** Refuses a list by which nobody who may sign in has full control. */
async function refuseWithoutControl(tx: Transaction, policyId: string | null): Promise<void> {
  const lists = await findAccess(tx, policyId)
  const principals = [...lists.policy, ...lists.organization].map(({ principal }) => principal)
  const accounts = await store.listSpokenOf(tx, {
    roles: principals.flatMap((each) => (each.is === 'role' ? [each.role] : [])),
    ids: principals.flatMap((each) => (each.is === 'account' ? [each.id] : [])),
  })
  const isHeld = accounts.some((account) => {
    const held = permissionsIn(lists, account)
    return TO_REPAIR.every((permission) => held.has(permission))
  })
  if (isHeld) return
  throw new HubError('policy.access_last', 'nobody would have full control any more')
}

async function refuseUnknown(db: Database, principal: Principal): Promise<void> {
  if (principal.is === 'role') {
    if (ROLES.includes(principal.role)) return
    throw new HubError('policy.refused', `there is no role ${principal.role as string}`)
  }
  if (await store.hasAccount(db, principal.id)) return
  throw new HubError('account.not_found', 'there is no such account')
}

function principalOf({ principalIs, principal }: store.LineRow): Principal {
  const role = ROLES.find((each) => each === principal)
  return principalIs === 'role' && role !== undefined
    ? { is: 'role', role }
    : { is: 'account', id: principal }
}

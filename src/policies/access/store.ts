/** Queries of access lists. */

import { sql } from 'kysely'
import type { Role } from '../../contract/permissions.ts'
import type { PolicyPermission } from '../../contract/policy-lifecycle.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { Principal } from './permissions.ts'

export interface LineRow {
  readonly policyId: string | null
  readonly principalIs: 'role' | 'account'
  readonly principal: string
  /** Of the account; null when it is no longer there. */
  readonly name: string | null
  readonly permission: PolicyPermission
  readonly effect: 'allow' | 'deny'
}

/** Lines of a policy and those that it inherits; without one, those for all. */
export async function listLines(db: Database, policyId: string | null): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select line.policy_id, line.principal_is, line.principal, person.name, line.permission,
      line.effect
    from policy_access line
    left join account on line.principal_is = 'account' and account.id::text = line.principal
    left join person on person.id = account.person_id
    where line.policy_id is null or line.policy_id = ${policyId}::uuid
    order by line.policy_id nulls last, line.principal_is desc, person.name, line.principal, line.id
  `.execute(db)
  return rows
}

/** Who changes access lists does it one after the other, so that two cannot take away each other's. */
export async function lockAccess(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('policy_access'))`.execute(tx)
}

/** What was said of it before; undefined when nothing was. */
export async function removeLine(
  tx: Transaction,
  policyId: string | null,
  { principal, permission }: { principal: Principal; permission: PolicyPermission },
): Promise<'allow' | 'deny' | undefined> {
  const row = await tx
    .deleteFrom('policyAccess')
    .where('policyId', policyId === null ? 'is' : '=', policyId)
    .where('principalIs', '=', principal.is)
    .where('principal', '=', principal.is === 'role' ? principal.role : principal.id)
    .where('permission', '=', permission)
    .returning('effect')
    .executeTakeFirst()
  return row?.effect
}

export async function hasAccount(db: Database, id: string): Promise<boolean> {
  const { rows } = await sql`select from account where id::text = ${id}`.execute(db)
  return rows.length > 0
}

/** Accounts that may sign in and are spoken of: by a role or by themselves. */
export async function listSpokenOf(
  db: Database,
  { roles, ids }: { roles: readonly Role[]; ids: readonly string[] },
): Promise<{ id: string; roles: Role[] }[]> {
  const { rows } = await sql<{ id: string; roles: Role[] }>`
    select id, roles from account
    where status = 'active' and (roles && ${roles}::text[] or id::text = any(${ids}::text[]))
    limit 10000`.execute(db)
  return rows
}

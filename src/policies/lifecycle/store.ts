/** Queries of the states of policies. */

import type { Selectable } from 'kysely'
import type { Role } from '../../contract/permissions.ts'
import type { PolicyState } from '../../contract/policy-lifecycle.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { PolicyEventTable } from '../../db/tables/change-control.ts'
import type { AccessEntry } from '../access/permissions.ts'

/** A policy as it stands. */
export interface PolicyRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly newest: number
  readonly createdAt: Date
  readonly state: PolicyState
  readonly revision: number
  readonly isTemplate: boolean
  readonly isDefaultTemplate: boolean
  readonly heldBy: string | null
  readonly heldByName: string | null
  readonly heldAt: Date | null
  readonly workingDocument: unknown
  readonly workingLinks: unknown
}

/** What a transition sets besides the state. */
export interface PolicyChanges {
  readonly name?: string
  readonly newest?: number
  readonly isDefaultTemplate?: boolean
  readonly heldBy?: string | null
  readonly heldByName?: string | null
  readonly heldAt?: Date | null
  /** JSON text. */
  readonly workingDocument?: string | null
  readonly workingLinks?: string | null
}

const COLUMNS = [
  'id',
  'kind',
  'name',
  'newest',
  'createdAt',
  'state',
  'revision',
  'isTemplate',
  'isDefaultTemplate',
  'heldBy',
  'heldByName',
  'heldAt',
  'workingDocument',
  'workingLinks',
] as const

export function findPolicy(db: Database, id: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('policy').select(COLUMNS).where('id', '=', id).executeTakeFirst()
}

/** Undefined when there is one of that name already. */
export function insertPolicy(
  tx: Transaction,
  policy: Pick<PolicyRow, 'kind' | 'name' | 'state' | 'newest' | 'isTemplate' | 'createdAt'>,
): Promise<PolicyRow | undefined> {
  return tx
    .insertInto('policy')
    .values(policy)
    .onConflict((conflict) => conflict.doNothing())
    .returning(COLUMNS)
    .executeTakeFirst()
}

/**
 * The transition itself: one statement, which only one of those who saw the same revision gets
 * through. Undefined for the others.
 */
export function movePolicy(
  tx: Transaction,
  { id, revision, state }: Pick<PolicyRow, 'id' | 'revision' | 'state'>,
  to: PolicyState,
  changes: PolicyChanges,
): Promise<PolicyRow | undefined> {
  return tx
    .updateTable('policy')
    .set({ ...changes, state: to, revision: revision + 1 })
    .where('id', '=', id)
    .where('state', '=', state)
    .where('revision', '=', revision)
    .returning(COLUMNS)
    .executeTakeFirst()
}

/** Policies that may have versions too many, after one of them, in the order of their ids. */
export async function listResting(
  db: Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('policy')
    .select('id')
    .where('state', 'in', ['checked-in', 'checked-out'])
    .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** One of them, held until the transaction ends. */
export function lockResting(tx: Transaction, id: string): Promise<PolicyRow | undefined> {
  return tx
    .selectFrom('policy')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('state', 'in', ['checked-in', 'checked-out'])
    .forUpdate()
    .executeTakeFirst()
}

/** The policy of a kind of which there is one, held until the transaction ends. */
export function lockOnly(tx: Transaction, kind: string): Promise<PolicyRow | undefined> {
  return tx
    .selectFrom('policy')
    .select(COLUMNS)
    .where('kind', '=', kind)
    .where('name', '=', '')
    .where('isTemplate', '=', false)
    .where('state', '<>', 'destroyed')
    .forUpdate()
    .executeTakeFirst()
}

/** No template of the kind is the default one any more; whoever sets another comes one by one. */
export async function unsetDefaultTemplate(tx: Transaction, kind: string): Promise<void> {
  await tx
    .selectFrom('policy')
    .select('id')
    .where('kind', '=', kind)
    .where('state', '=', 'template')
    .orderBy('id')
    .forUpdate()
    .execute()
  await tx
    .updateTable('policy')
    .set(({ eb }) => ({ isDefaultTemplate: false, revision: eb('revision', '+', 1) }))
    .where('kind', '=', kind)
    .where('isDefaultTemplate', '=', true)
    .execute()
}

export function findDefaultTemplate(db: Database, kind: string): Promise<PolicyRow | undefined> {
  return db
    .selectFrom('policy')
    .select(COLUMNS)
    .where('kind', '=', kind)
    .where('state', '=', 'template')
    .where('isDefaultTemplate', '=', true)
    .executeTakeFirst()
}

/** Nobody has anything to say about it by a line of its own any more. */
export async function clearAccess(tx: Transaction, policyId: string): Promise<void> {
  await tx.deleteFrom('policyAccess').where('policyId', '=', policyId).execute()
}

export async function insertEvent(
  tx: Transaction,
  event: Omit<Selectable<PolicyEventTable>, 'id' | 'detail'> & { detail: string },
): Promise<void> {
  await tx.insertInto('policyEvent').values(event).execute()
}

/** Entries of a policy, and those for all. */
export async function findAccess(
  db: Database,
  policyId: string | null,
): Promise<{ policy: AccessEntry[]; organization: AccessEntry[] }> {
  const rows = await db
    .selectFrom('policyAccess')
    .select(['policyId', 'principalIs', 'principal', 'permission', 'effect'])
    .where((eb) =>
      policyId === null
        ? eb('policyId', 'is', null)
        : eb.or([eb('policyId', 'is', null), eb('policyId', '=', policyId)]),
    )
    .execute()
  const entries = rows.map((row) => ({ isOwn: row.policyId !== null, entry: entryOf(row) }))
  return {
    policy: entries.flatMap(({ isOwn, entry }) => (isOwn ? [entry] : [])),
    organization: entries.flatMap(({ isOwn, entry }) => (isOwn ? [] : [entry])),
  }
}

/** Once for each line of the list: what was said of it before gives way. */
export async function putAccess(
  tx: Transaction,
  policyId: string | null,
  { principal, permission, effect }: AccessEntry,
): Promise<void> {
  const who =
    principal.is === 'role'
      ? { principalIs: 'role' as const, principal: principal.role }
      : { principalIs: 'account' as const, principal: principal.id }
  await tx
    .insertInto('policyAccess')
    .values({ policyId, ...who, permission, effect })
    .onConflict((conflict) =>
      conflict
        .columns(['policyId', 'principalIs', 'principal', 'permission'])
        .doUpdateSet({ effect }),
    )
    .execute()
}

function entryOf(row: {
  principalIs: 'role' | 'account'
  principal: string
  permission: AccessEntry['permission']
  effect: AccessEntry['effect']
}): AccessEntry {
  const { principalIs, principal, permission, effect } = row
  return {
    principal:
      principalIs === 'role'
        ? { is: 'role', role: principal as Role }
        : { is: 'account', id: principal },
    permission,
    effect,
  }
}

/** Queries of requests and what was said to them. */

import type { Insertable, Selectable } from 'kysely'
import { selectAccounts } from '../../accounts/store.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { PolicyApprovalTable, PolicyRequestTable } from '../../db/tables/change-control.ts'

export type RequestRow = Selectable<PolicyRequestTable>
export type ApprovalRow = Selectable<PolicyApprovalTable>

/** Undefined when the policy has one that is open. */
export function insertRequest(
  tx: Transaction,
  request: Insertable<PolicyRequestTable>,
): Promise<RequestRow | undefined> {
  return tx
    .insertInto('policyRequest')
    .values(request)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export function findRequest(db: Database, id: string): Promise<RequestRow | undefined> {
  return db.selectFrom('policyRequest').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Held until the transaction ends: what is said to it is said one after the other. */
export function lockRequest(tx: Transaction, id: string): Promise<RequestRow | undefined> {
  return tx
    .selectFrom('policyRequest')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** The one that is open or scheduled, held until the transaction ends. */
export function lockOpenRequest(
  tx: Transaction,
  policyId: string,
): Promise<RequestRow | undefined> {
  return tx
    .selectFrom('policyRequest')
    .selectAll()
    .where('policyId', '=', policyId)
    .where('state', 'in', ['open', 'scheduled'])
    .forUpdate()
    .executeTakeFirst()
}

export async function updateRequest(
  tx: Transaction,
  id: string,
  changes: Partial<
    Pick<RequestRow, 'state' | 'endedAt' | 'endedBy' | 'endedByName' | 'failure' | 'testId'>
  > & { order?: string },
): Promise<void> {
  await tx.updateTable('policyRequest').set(changes).where('id', '=', id).execute()
}

/** A request with the policy that it is about. */
export type ListedRow = RequestRow & {
  readonly kind: string
  readonly name: string
}

/** Newest first. */
export function listRequests(
  db: Database,
  {
    policyId,
    by,
    isOpen,
    limit,
  }: {
    policyId?: string | undefined
    by?: string | undefined
    isOpen: boolean
    limit: number
  },
): Promise<ListedRow[]> {
  return db
    .selectFrom('policyRequest')
    .innerJoin('policy', 'policy.id', 'policyRequest.policyId')
    .selectAll('policyRequest')
    .select(['policy.kind', 'policy.name'])
    .$if(policyId !== undefined, (query) =>
      query.where('policyRequest.policyId', '=', policyId ?? ''),
    )
    .$if(by !== undefined, (query) => query.where('policyRequest.by', '=', by ?? ''))
    .$if(isOpen, (query) => query.where('policyRequest.state', 'in', ['open', 'scheduled']))
    .orderBy('policyRequest.at', 'desc')
    .orderBy('policyRequest.id')
    .limit(limit)
    .execute()
}

/** False when they said something before: the first word counts. */
export async function insertApproval(
  tx: Transaction,
  approval: Insertable<PolicyApprovalTable>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('policyApproval')
    .values(approval)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** In the order in which they were said. */
export function findApprovals(db: Database, requestId: string): Promise<ApprovalRow[]> {
  return db
    .selectFrom('policyApproval')
    .selectAll()
    .where('requestId', '=', requestId)
    .orderBy('at')
    .orderBy('accountId')
    .execute()
}

/** Everybody who can sign in now, in the order of their addresses. */
export function listActiveAccounts(db: Database, limit: number) {
  return selectAccounts(db)
    .where('account.status', '=', 'active')
    .orderBy('person.addressKey')
    .limit(limit)
    .execute()
}

/** Accounts that can sign in now. */
export function findActiveAccounts(db: Database, ids: readonly string[]) {
  if (ids.length === 0) return Promise.resolve([])
  return selectAccounts(db)
    .where('account.status', '=', 'active')
    .where('account.id', 'in', ids)
    .execute()
}

import { sql } from 'kysely'
import type { Transaction } from '../../db/connection.ts'

/** The policy of the kind that is in production under this name. */
export async function findNamesake(
  tx: Transaction,
  { kind, name }: { kind: string; name: string },
): Promise<{ policyId: string } | undefined> {
  const { rows } = await sql<{ policyId: string }>`
    select policy.id as "policyId" from policy
    cross join lateral (
      select number, name from policy_deployment
      where policy_id = policy.id order by id desc limit 1
    ) as production
    where policy.kind = ${kind} and not policy.is_template
      and production.number is not null and lower(production.name) = lower(${name})
    limit 1`.execute(tx)
  return rows[0]
}

/** Whether an error is the database's, that keeps names in the archive apart. */
export function isNameTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error as Error & { constraint?: unknown }).constraint === 'policy_kind_name'
  )
}

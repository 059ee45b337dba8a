import type { Database, Transaction } from '../db/connection.ts'
import type { AuthorityTable } from '../db/tables/certificates.ts'

export type AuthorityRole = AuthorityTable['role']

/** The fingerprint of the authority that has this role now. */
export async function findCurrentAuthority(
  db: Database,
  role: AuthorityRole,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('authority')
    .select('fingerprint')
    .where('role', '=', role)
    .where('retiredAt', 'is', null)
    .executeTakeFirst()
  return row?.fingerprint
}

/** False when another has this role now. */
export async function insertAuthority(
  tx: Transaction,
  authority: { fingerprint: string; role: AuthorityRole; createdAt: Date },
): Promise<boolean> {
  const row = await tx
    .insertInto('authority')
    .values({ ...authority, retiredAt: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('fingerprint')
    .executeTakeFirst()
  return row !== undefined
}

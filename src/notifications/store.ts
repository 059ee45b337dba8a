import type { Transaction } from '../db/connection.ts'

/** Remembers that a certificate is told of: those that were not yet, for this many days before. */
export async function insertCertificateNotices(
  tx: Transaction,
  notices: readonly { fingerprint: string; days: number }[],
  at: Date,
): Promise<string[]> {
  if (notices.length === 0) return []
  const rows = await tx
    .insertInto('certificateNotice')
    .values(notices.map((each) => ({ ...each, toldAt: at })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('fingerprint')
    .execute()
  return rows.map(({ fingerprint }) => fingerprint)
}

/** Queries of templates that a hub brings along. */

import type { Transaction } from '../../db/connection.ts'

/** False when it is or was there, or another template has its name. */
export async function insertReadyTemplate(
  tx: Transaction,
  template: { id: string; kind: string; name: string; createdAt: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('policy')
    .values({ ...template, state: 'template', newest: 1, isTemplate: true })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

import type { Selectable } from 'kysely'
import { asBuffer } from '../base/bytes.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { OrganizationTable } from '../db/tables/organization.ts'
import type { OrganizationSettings } from './organization-settings.ts'

export type OrganizationRow = Selectable<OrganizationTable>

export function findOrganization(db: Database): Promise<OrganizationRow | undefined> {
  return db.selectFrom('organization').selectAll().executeTakeFirst()
}

/** The same, held for a change until the transaction ends. */
export function lockOrganization(tx: Transaction): Promise<OrganizationRow | undefined> {
  return tx.selectFrom('organization').selectAll().forUpdate().executeTakeFirst()
}

/** False when there is one already. */
export async function insertOrganization(
  tx: Transaction,
  row: { settings: OrganizationSettings; at: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('organization')
    .values({
      ...columns(row.settings),
      createdAt: row.at,
      changedAt: row.at,
    })
    .onConflict((conflict) => conflict.column('onlyOne').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

export async function updateOrganization(
  tx: Transaction,
  row: { settings: OrganizationSettings; at: Date },
): Promise<void> {
  await tx
    .updateTable('organization')
    .set({ ...columns(row.settings), changedAt: row.at })
    .execute()
}

/** The mail server is a policy now. */
export async function removeRelay(tx: Transaction): Promise<void> {
  await tx
    .updateTable('organization')
    .set({ relay: null, relayLogin: null, relayRoots: null })
    .execute()
}

function columns({ domains, knownRelays, ...rest }: OrganizationSettings) {
  return { ...rest, domains: [...domains], knownRelays: [...knownRelays] }
}

/** Puts this link in the place of all before it. */
export async function replaceSetupLinks(
  tx: Transaction,
  link: { tokenHash: Uint8Array; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await tx.deleteFrom('setupLink').where('usedAt', 'is', null).execute()
  await tx
    .insertInto('setupLink')
    .values({ ...link, tokenHash: asBuffer(link.tokenHash), usedAt: null })
    .execute()
}

/** False when there is no such link, it was used, or its time is over. */
export async function useSetupLink(
  tx: Transaction,
  { tokenHash, at }: { tokenHash: Uint8Array; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('setupLink')
    .set({ usedAt: at })
    .where('tokenHash', '=', asBuffer(tokenHash))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', at)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** True when the link is there, unused and in its time. */
export async function hasSetupLink(
  db: Database,
  { tokenHash, at }: { tokenHash: Uint8Array; at: Date },
): Promise<boolean> {
  const row = await db
    .selectFrom('setupLink')
    .select('createdAt')
    .where('tokenHash', '=', asBuffer(tokenHash))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', at)
    .executeTakeFirst()
  return row !== undefined
}

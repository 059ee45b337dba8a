import type { Selectable, Updateable } from 'kysely'
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
  row: { settings: OrganizationSettings; relayLogin: Uint8Array | undefined; at: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('organization')
    .values({
      ...columns(row.settings),
      relayLogin: row.relayLogin === undefined ? null : asBuffer(row.relayLogin),
      createdAt: row.at,
      changedAt: row.at,
    })
    .onConflict((conflict) => conflict.column('onlyOne').doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** A login of undefined stays as it is; null takes it away. */
export async function updateOrganization(
  tx: Transaction,
  row: { settings: OrganizationSettings; relayLogin: Uint8Array | null | undefined; at: Date },
): Promise<void> {
  const login: Updateable<OrganizationTable> =
    row.relayLogin === undefined
      ? {}
      : { relayLogin: row.relayLogin === null ? null : asBuffer(row.relayLogin) }
  await tx
    .updateTable('organization')
    .set({ ...columns(row.settings), ...login, changedAt: row.at })
    .execute()
}

function columns({ domains, knownRelays, relay, relayRoots, ...rest }: OrganizationSettings) {
  return {
    ...rest,
    domains: [...domains],
    knownRelays: [...knownRelays],
    relay: relay === undefined ? null : JSON.stringify(relay),
    relayRoots: relayRoots ?? null,
  }
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

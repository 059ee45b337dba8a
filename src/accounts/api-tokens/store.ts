import type { Selectable } from 'kysely'
import { asBuffer } from '../../base/bytes.ts'
import type { Permission } from '../../contract/permissions.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { ApiTokenTable } from '../../db/tables/accounts.ts'
import { type AccountRow, findAccount } from '../store.ts'

const TOKEN = [
  'id',
  'accountId',
  'name',
  'scopes',
  'createdAt',
  'lastUsedAt',
  'expiresAt',
  'revokedAt',
] as const

export type ApiTokenRow = Pick<Selectable<ApiTokenTable>, (typeof TOKEN)[number]>

/** Held until the transaction ends: two that are made at once are counted one after the other. */
export async function lockAccount(tx: Transaction, id: string): Promise<void> {
  await tx.selectFrom('account').select('id').where('id', '=', id).forUpdate().execute()
}

export async function countInUse(
  db: Database,
  { accountId, at }: { accountId: string; at: Date },
): Promise<number> {
  const { count } = await db
    .selectFrom('apiToken')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', at)]))
    .executeTakeFirstOrThrow()
  return count
}

export function insertToken(
  tx: Transaction,
  token: {
    id: string
    accountId: string
    name: string
    secretHash: Uint8Array
    scopes: Permission[]
    createdAt: Date
    expiresAt: Date | null
  },
): Promise<ApiTokenRow> {
  return tx
    .insertInto('apiToken')
    .values({
      ...token,
      secretHash: asBuffer(token.secretHash),
      lastUsedAt: null,
      revokedAt: null,
    })
    .returning(TOKEN)
    .executeTakeFirstOrThrow()
}

export async function findInUse(
  db: Database,
  { id, at }: { id: string; at: Date },
): Promise<{ secretHash: Uint8Array; token: ApiTokenRow; account: AccountRow } | undefined> {
  const row = await db
    .selectFrom('apiToken')
    .select([...TOKEN, 'secretHash'])
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .where((eb) => eb.or([eb('expiresAt', 'is', null), eb('expiresAt', '>', at)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  const account = await findAccount(db, row.accountId)
  if (account?.status !== 'active') return undefined
  const { secretHash, ...token } = row
  return { secretHash, token, account }
}

export async function touch(db: Database, { id, at }: { id: string; at: Date }): Promise<void> {
  await db.updateTable('apiToken').set({ lastUsedAt: at }).where('id', '=', id).execute()
}

export function listTokens(
  db: Database,
  { accountId, limit }: { accountId: string; limit: number },
): Promise<ApiTokenRow[]> {
  return db
    .selectFrom('apiToken')
    .select(TOKEN)
    .where('accountId', '=', accountId)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Its name; undefined when there is none in use. */
export async function revoke(
  tx: Transaction,
  { id, accountId, at }: { id: string; accountId: string; at: Date },
): Promise<string | undefined> {
  const row = await tx
    .updateTable('apiToken')
    .set({ revokedAt: at })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('revokedAt', 'is', null)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}

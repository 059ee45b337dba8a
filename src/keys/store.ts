import { asBuffer } from '../base/bytes.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { KeyType } from '../db/tables/certificates.ts'

export interface StoredKey {
  readonly id: string
  readonly type: KeyType
  readonly publicKey: Uint8Array
  readonly sealed: Uint8Array
}

export async function insertKey(
  tx: Transaction,
  key: StoredKey & { readonly createdAt: Date },
): Promise<void> {
  const { publicKey, sealed } = key
  await tx
    .insertInto('key')
    .values({ ...key, publicKey: asBuffer(publicKey), sealed: asBuffer(sealed) })
    .execute()
}

export function findKey(db: Database, id: string): Promise<StoredKey | undefined> {
  return db
    .selectFrom('key')
    .select(['id', 'type', 'publicKey', 'sealed'])
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function findMasterKeyCheck(db: Database): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('masterKeyCheck').select('sealed').executeTakeFirst()
  return row?.sealed
}

/** Keeps the first: of two hubs that start at once, the second finds it. */
export async function insertMasterKeyCheck(db: Database, sealed: Uint8Array): Promise<void> {
  await db
    .insertInto('masterKeyCheck')
    .values({ sealed: asBuffer(sealed) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

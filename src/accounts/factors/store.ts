import { type Selectable, sql } from 'kysely'
import { asBuffer } from '../../base/bytes.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { ChallengePurpose, PasskeyTable, TotpTable } from '../../db/tables/sign-in-methods.ts'

export type TotpRow = Selectable<TotpTable>
export type PasskeyRow = Selectable<PasskeyTable>

/** Nobody carries more keys; a list has a limit. */
const MAX_LISTED = 100

/** Held until the transaction ends: changes of one account's factors come one after the other. */
export async function lockAccount(tx: Transaction, accountId: string): Promise<void> {
  await tx.selectFrom('account').select('id').where('id', '=', accountId).forUpdate().execute()
}

export function findTotp(db: Database, accountId: string): Promise<TotpRow | undefined> {
  return db.selectFrom('totp').selectAll().where('accountId', '=', accountId).executeTakeFirst()
}

/** Replaces one that was not confirmed. False when there is a confirmed one. */
export async function putTotp(
  db: Database,
  { accountId, sealedSecret, at }: { accountId: string; sealedSecret: Uint8Array; at: Date },
): Promise<boolean> {
  const values = { sealedSecret: asBuffer(sealedSecret), createdAt: at }
  const row = await db
    .insertInto('totp')
    .values({ accountId, ...values, confirmedAt: null, lastStep: null, lastUsedAt: null })
    .onConflict((conflict) =>
      conflict.column('accountId').doUpdateSet(values).where('totp.confirmedAt', 'is', null),
    )
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** False when it was confirmed before, or is another one by now. */
export async function confirmTotp(
  tx: Transaction,
  { accountId, createdAt }: { accountId: string; createdAt: Date },
  { step, at }: { step: number; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('totp')
    .set({ confirmedAt: at, lastStep: step })
    .where('accountId', '=', accountId)
    .where('createdAt', '=', createdAt)
    .where('confirmedAt', 'is', null)
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** False when a code of this step or a later one was taken before. */
export async function takeTotpStep(
  db: Database,
  { accountId, step, at }: { accountId: string; step: number; at: Date },
): Promise<boolean> {
  const row = await db
    .updateTable('totp')
    .set({ lastStep: step, lastUsedAt: at })
    .where('accountId', '=', accountId)
    .where('confirmedAt', 'is not', null)
    .where('lastStep', '<', step)
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** False when there was none that was confirmed. */
export async function deleteTotp(tx: Transaction, accountId: string): Promise<boolean> {
  const row = await tx
    .deleteFrom('totp')
    .where('accountId', '=', accountId)
    .where('confirmedAt', 'is not', null)
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** With the account locked: takes away everything that is asked for beside the password. */
export async function deleteAllFactors(
  tx: Transaction,
  accountId: string,
): Promise<{ totp: boolean; passkeys: number; recoveryCodes: number }> {
  const deleted = async (table: 'totp' | 'passkey' | 'recoveryCode' | 'passkeyChallenge') => {
    const query = tx.deleteFrom(table).where('accountId', '=', accountId)
    return Number((await query.executeTakeFirstOrThrow()).numDeletedRows)
  }
  // One that is being added now would be there a moment later.
  await deleted('passkeyChallenge')
  return {
    totp: (await deleted('totp')) > 0,
    passkeys: await deleted('passkey'),
    recoveryCodes: await deleted('recoveryCode'),
  }
}

/** Null when there never were any. */
export async function countRecoveryCodes(
  db: Database,
  accountId: string,
): Promise<{ left: number; made: number; madeAt: Date } | null> {
  const { left, made, madeAt } = await db
    .selectFrom('recoveryCode')
    .select(({ fn }) => [
      fn.countAll<number>().as('made'),
      sql<number>`count(*) filter (where used_at is null)`.as('left'),
      sql<Date | null>`max(created_at)`.as('madeAt'),
    ])
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return madeAt === null ? null : { left, made, madeAt }
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  { accountId, hashes, at }: { accountId: string; hashes: readonly Uint8Array[]; at: Date },
): Promise<void> {
  await tx.deleteFrom('recoveryCode').where('accountId', '=', accountId).execute()
  await tx
    .insertInto('recoveryCode')
    .values(
      hashes.map((hash) => {
        return { accountId, codeHash: asBuffer(hash), createdAt: at, usedAt: null }
      }),
    )
    .execute()
}

/** Whether the account has a factor that recovery codes can stand in for. */
export async function hasFactor(db: Database, accountId: string): Promise<boolean> {
  const { found } = await db
    .selectNoFrom((eb) =>
      eb
        .or([
          eb.exists(
            eb
              .selectFrom('totp')
              .select('accountId')
              .where('accountId', '=', accountId)
              .where('confirmedAt', 'is not', null),
          ),
          eb.exists(eb.selectFrom('passkey').select('id').where('accountId', '=', accountId)),
        ])
        .as('found'),
    )
    .executeTakeFirstOrThrow()
  return Boolean(found)
}

/** With the account locked: takes the codes away when there is nothing that they stand in for. */
export async function deleteRecoveryCodesOfNothing(
  tx: Transaction,
  accountId: string,
): Promise<void> {
  if (await hasFactor(tx, accountId)) return
  await tx.deleteFrom('recoveryCode').where('accountId', '=', accountId).execute()
}

/** False when it is none of the account's, or was used before. */
export async function takeRecoveryCode(
  tx: Transaction,
  { accountId, hash, at }: { accountId: string; hash: Uint8Array; at: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('recoveryCode')
    .set({ usedAt: at })
    .where('accountId', '=', accountId)
    .where('codeHash', '=', asBuffer(hash))
    .where('usedAt', 'is', null)
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** Oldest first. */
export function listPasskeys(db: Database, accountId: string): Promise<PasskeyRow[]> {
  return db
    .selectFrom('passkey')
    .selectAll()
    .where('accountId', '=', accountId)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(MAX_LISTED)
    .execute()
}

export function findPasskey(
  db: Database,
  credentialId: Uint8Array,
): Promise<PasskeyRow | undefined> {
  return db
    .selectFrom('passkey')
    .selectAll()
    .where('credentialId', '=', asBuffer(credentialId))
    .executeTakeFirst()
}

/** Undefined when somebody has it. */
export function insertPasskey(
  tx: Transaction,
  passkey: Omit<PasskeyRow, 'id' | 'lastUsedAt' | 'credentialId' | 'publicKey'> & {
    credentialId: Uint8Array
    publicKey: Uint8Array
  },
): Promise<PasskeyRow | undefined> {
  return tx
    .insertInto('passkey')
    .values({
      ...passkey,
      credentialId: asBuffer(passkey.credentialId),
      publicKey: asBuffer(passkey.publicKey),
      lastUsedAt: null,
    })
    .onConflict((conflict) => conflict.constraint('passkey_credential_id').doNothing())
    .returningAll()
    .executeTakeFirst()
}

/**
 * False when its counter did not go up since: the same signature twice, or a copy of the key.
 * Those that always say 0 do not count (WebAuthn level 3 section 6.1.1).
 */
export async function usePasskey(
  db: Database,
  { id, counter, isSynced, at }: { id: string; counter: number; isSynced: boolean; at: Date },
): Promise<boolean> {
  const row = await db
    .updateTable('passkey')
    .set({ counter, isSynced, lastUsedAt: at })
    .where('id', '=', id)
    .where((eb) => (counter === 0 ? eb('counter', '=', 0) : eb('counter', '<', counter)))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export function renamePasskey(
  tx: Transaction,
  { accountId, id, name }: { accountId: string; id: string; name: string },
): Promise<PasskeyRow | undefined> {
  return tx
    .updateTable('passkey')
    .set({ name })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirst()
}

export function deletePasskey(
  tx: Transaction,
  { accountId, id }: { accountId: string; id: string },
): Promise<PasskeyRow | undefined> {
  return tx
    .deleteFrom('passkey')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .returningAll()
    .executeTakeFirst()
}

/** Those that nobody answered in time go on the occasion. */
export async function insertChallenge(
  db: Database,
  challenge: {
    hash: Uint8Array
    purpose: ChallengePurpose
    accountId: string | null
    at: Date
    expiresAt: Date
  },
): Promise<void> {
  const { hash, purpose, accountId, at, expiresAt } = challenge
  await db.deleteFrom('passkeyChallenge').where('expiresAt', '<=', at).execute()
  await db
    .insertInto('passkeyChallenge')
    .values({ challengeHash: asBuffer(hash), purpose, accountId, expiresAt })
    .execute()
}

/** Whatever it was for, it is gone after this. Undefined when there is none, or it is too late. */
export function takeChallenge(
  db: Database,
  { hash, at }: { hash: Uint8Array; at: Date },
): Promise<{ purpose: ChallengePurpose; accountId: string | null } | undefined> {
  return db
    .deleteFrom('passkeyChallenge')
    .where('challengeHash', '=', asBuffer(hash))
    .where('expiresAt', '>', at)
    .returning(['purpose', 'accountId'])
    .executeTakeFirst()
}

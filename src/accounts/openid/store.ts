import { asBuffer } from '../../base/bytes.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { invitationEnd } from '../links/store.ts'

/** Providers by which one account signs in: one, and those of the past. */
const MAX_LISTED = 20

/** Sign-ins that nobody came back from go on the occasion. */
export async function insertSignIn(
  db: Database,
  signIn: {
    stateHash: Uint8Array
    browserHash: Uint8Array
    issuer: string
    nonce: string
    sealedVerifier: Uint8Array
    at: Date
    expiresAt: Date
  },
): Promise<void> {
  const { at, stateHash, browserHash, sealedVerifier, ...rest } = signIn
  await db.deleteFrom('openidSignIn').where('expiresAt', '<=', at).execute()
  await db
    .insertInto('openidSignIn')
    .values({
      ...rest,
      stateHash: asBuffer(stateHash),
      browserHash: asBuffer(browserHash),
      sealedVerifier: asBuffer(sealedVerifier),
    })
    .execute()
}

/** Gone after this. Undefined when there is none, it is too late, or it is another browser's. */
export function takeSignIn(
  db: Database,
  { stateHash, browserHash, at }: { stateHash: Uint8Array; browserHash: Uint8Array; at: Date },
): Promise<{ issuer: string; nonce: string; sealedVerifier: Uint8Array } | undefined> {
  return db
    .deleteFrom('openidSignIn')
    .where('stateHash', '=', asBuffer(stateHash))
    .where('browserHash', '=', asBuffer(browserHash))
    .where('expiresAt', '>', at)
    .returning(['issuer', 'nonce', 'sealedVerifier'])
    .executeTakeFirst()
}

/** Notes that it was used, and gives the account's id. */
export async function useIdentity(
  db: Database,
  { issuer, subject, at }: { issuer: string; subject: string; at: Date },
): Promise<string | undefined> {
  const row = await db
    .updateTable('openidIdentity')
    .set({ lastUsedAt: at })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .returning('accountId')
    .executeTakeFirst()
  return row?.accountId
}

/** False when the provider's subject is somebody already. */
export async function insertIdentity(
  tx: Transaction,
  {
    issuer,
    subject,
    accountId,
    at,
  }: { issuer: string; subject: string; accountId: string; at: Date },
): Promise<boolean> {
  const row = await tx
    .insertInto('openidIdentity')
    .values({ issuer, subject, accountId, createdAt: at, lastUsedAt: at })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .returning('accountId')
    .executeTakeFirst()
  return row !== undefined
}

/** Oldest first. */
export function listIdentities(
  db: Database,
  accountId: string,
): Promise<{ issuer: string; createdAt: Date; lastUsedAt: Date }[]> {
  return db
    .selectFrom('openidIdentity')
    .select(['issuer', 'createdAt', 'lastUsedAt'])
    .where('accountId', '=', accountId)
    .orderBy('createdAt')
    .limit(MAX_LISTED)
    .execute()
}

/**
 * Opens an account that was invited, and uses up its link. False when the invitation is over, or was
 * accepted meanwhile.
 */
export async function acceptInvitation(
  tx: Transaction,
  { accountId, at, withinMs }: { accountId: string; at: Date; withinMs: number },
): Promise<boolean> {
  // First, as who comes by the link does: of two who accept at once one wins, and none hangs.
  await tx
    .selectFrom('accountLink')
    .select('tokenHash')
    .where('accountId', '=', accountId)
    .where('purpose', '=', 'invitation')
    .forUpdate()
    .execute()
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ status: 'active' })
    .where('id', '=', accountId)
    .where('status', '=', 'invited')
    .where(invitationEnd(withinMs), '>', at)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) return false
  await tx
    .updateTable('accountLink')
    .set({ usedAt: at })
    .where('accountId', '=', accountId)
    .where('purpose', '=', 'invitation')
    .where('usedAt', 'is', null)
    .execute()
  return true
}

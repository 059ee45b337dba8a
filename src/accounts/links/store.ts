import { type RawBuilder, sql } from 'kysely'
import { asBuffer } from '../../base/bytes.ts'
import type { Language } from '../../contract/session.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { type AccountRow, selectAccounts } from '../store.ts'
import type { LinkPurpose } from './links.ts'

export async function replaceLinks(
  tx: Transaction,
  link: {
    tokenHash: Uint8Array
    accountId: string
    purpose: LinkPurpose
    at: Date
    expiresAt: Date
  },
): Promise<void> {
  const { tokenHash, accountId, purpose, at, expiresAt } = link
  await deleteLinks(tx, { accountId, purpose })
  await tx
    .insertInto('accountLink')
    .values({
      tokenHash: asBuffer(tokenHash),
      ...{ accountId, purpose, expiresAt },
      createdAt: at,
      usedAt: null,
    })
    .execute()
}

async function deleteLinks(
  tx: Transaction,
  { accountId, purpose }: { accountId: string; purpose: LinkPurpose },
): Promise<void> {
  await tx
    .deleteFrom('accountLink')
    .where('accountId', '=', accountId)
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .execute()
}

/**
 * When the invitation of an account ends: with the link that was sent last, or so long after it was
 * invited. Where no mail leaves there is no link, and one of before says nothing of a newer invitation.
 */
export function invitationEnd(withinMs: number): RawBuilder<Date> {
  return sql`greatest(account.created_at + ${withinMs} * interval '1 millisecond',
    (select max(link.expires_at) from account_link link
      where link.account_id = account.id and link.purpose = 'invitation'))`
}

/** An invitation is for who was only invited yet, a new password for who is in. */
const STATUS = { invitation: 'invited', 'password-reset': 'active' } as const

export async function findLink(
  db: Database,
  { tokenHash, purpose, at }: { tokenHash: Uint8Array; purpose: LinkPurpose; at: Date },
): Promise<{ account: AccountRow; expiresAt: Date } | undefined> {
  const link = await db
    .selectFrom('accountLink')
    .select(['accountId', 'expiresAt'])
    .where('tokenHash', '=', asBuffer(tokenHash))
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', at)
    .executeTakeFirst()
  if (link === undefined) return undefined
  const account = await selectAccounts(db)
    .where('account.id', '=', link.accountId)
    .where('account.status', '=', STATUS[purpose])
    .executeTakeFirst()
  return account && { account, expiresAt: link.expiresAt }
}

/** False when it was used, is over, or its account is not what it is for any more. */
export async function useLink(
  tx: Transaction,
  { tokenHash, purpose, at }: { tokenHash: Uint8Array; purpose: LinkPurpose; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('accountLink')
    .from('account')
    .set({ usedAt: at })
    .whereRef('account.id', '=', 'accountLink.accountId')
    .where('account.status', '=', STATUS[purpose])
    .where('accountLink.tokenHash', '=', asBuffer(tokenHash))
    .where('accountLink.purpose', '=', purpose)
    .where('accountLink.usedAt', 'is', null)
    .where('accountLink.expiresAt', '>', at)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

export async function setPassword(
  tx: Transaction,
  { id, passwordHash, at }: { id: string; passwordHash: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('account')
    .set({ passwordHash, passwordChangedAt: at })
    .where('id', '=', id)
    .execute()
  // Whoever has one of these could undo it.
  await deleteLinks(tx, { accountId: id, purpose: 'password-reset' })
}

export async function activate(
  tx: Transaction,
  { id, passwordHash, at }: { id: string; passwordHash: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('account')
    .set({ passwordHash, passwordChangedAt: at, status: 'active' })
    .where('id', '=', id)
    .execute()
}

export async function introduce(
  tx: Transaction,
  {
    personId,
    name,
    language,
  }: { personId: string; name?: string | undefined; language?: Language | undefined },
): Promise<void> {
  if (name === undefined && language === undefined) return
  await tx
    .updateTable('person')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(language === undefined ? {} : { language }),
    })
    .where('id', '=', personId)
    .execute()
}

export async function deleteOldLinks(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('accountLink').where('expiresAt', '<=', before).execute()
}

import type { Insertable, Updateable } from 'kysely'
import { asBuffer } from '../../base/bytes.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { SessionTable } from '../../db/tables/accounts.ts'
import { selectAccounts } from '../store.ts'
import type { FoundSession, Session } from './session.ts'

const SESSION = [
  'session.id',
  'session.accountId',
  'session.state',
  'session.createdAt',
  'session.lastSeenAt',
  'session.expiresAt',
  'session.endsAt',
  'session.authenticatedAt',
  'session.address',
  'session.userAgent',
  'session.method',
  'session.secondFactor',
] as const

type Values<Row> = Omit<Row, 'tokenHash'> & { tokenHash: Uint8Array }

export function insertSession(
  tx: Transaction,
  { tokenHash, ...session }: Values<Insertable<SessionTable>>,
): Promise<Session> {
  return tx
    .insertInto('session')
    .values({ ...session, tokenHash: asBuffer(tokenHash) })
    .returning(SESSION)
    .executeTakeFirstOrThrow()
}

/** One query: every request of a browser begins with it. */
export async function findSession(
  db: Database,
  { by, at }: { by: { tokenHash: Uint8Array } | { id: string }; at: Date },
): Promise<FoundSession | undefined> {
  const row = await selectAccounts(db)
    .innerJoin('session', 'session.accountId', 'account.id')
    .select([
      'session.id as sessionId',
      'session.state as sessionState',
      'session.createdAt as sessionCreatedAt',
      'session.lastSeenAt',
      'session.expiresAt',
      'session.endsAt',
      'session.authenticatedAt',
      'session.address as sessionAddress',
      'session.userAgent',
      'session.method',
      'session.secondFactor',
    ])
    .where((eb) =>
      'id' in by
        ? eb('session.id', '=', by.id)
        : eb('session.tokenHash', '=', asBuffer(by.tokenHash)),
    )
    .where('session.expiresAt', '>', at)
    .where('account.status', '=', 'active')
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    account: {
      id: row.id,
      personId: row.personId,
      address: row.address,
      addressKey: row.addressKey,
      name: row.name,
      language: row.language,
      roles: row.roles,
      status: row.status,
      hasPassword: row.hasPassword,
      passwordChangedAt: row.passwordChangedAt,
      createdAt: row.createdAt,
      lastSignInAt: row.lastSignInAt,
    },
    session: {
      id: row.sessionId,
      accountId: row.id,
      state: row.sessionState,
      createdAt: row.sessionCreatedAt,
      lastSeenAt: row.lastSeenAt,
      expiresAt: row.expiresAt,
      endsAt: row.endsAt,
      authenticatedAt: row.authenticatedAt,
      address: row.sessionAddress,
      userAgent: row.userAgent,
      method: row.method,
      secondFactor: row.secondFactor,
    },
  }
}

export function findById(
  db: Database,
  { id, at }: { id: string; at: Date },
): Promise<Session | undefined> {
  return db
    .selectFrom('session')
    .select(SESSION)
    .where('id', '=', id)
    .where('state', '=', 'signed-in')
    .where('expiresAt', '>', at)
    .executeTakeFirst()
}

export async function touch(
  db: Database,
  { id, at, expiresAt }: { id: string; at: Date; expiresAt: Date },
): Promise<void> {
  await db
    .updateTable('session')
    .set({ lastSeenAt: at, expiresAt })
    .where('id', '=', id)
    .where('lastSeenAt', '<', at)
    .execute()
}

/** Undefined when it is over, or in another state than it has to be. */
export function renew(
  tx: Transaction,
  {
    id,
    is,
    at,
    values: { tokenHash, ...values },
  }: { id: string; is: Session['state']; at: Date; values: Values<Updateable<SessionTable>> },
): Promise<Session | undefined> {
  return tx
    .updateTable('session')
    .set({ ...values, tokenHash: asBuffer(tokenHash) })
    .where('id', '=', id)
    .where('state', '=', is)
    .where('expiresAt', '>', at)
    .returning(SESSION)
    .executeTakeFirst()
}

export function listSessions(
  db: Database,
  { accountId, at, limit }: { accountId: string; at: Date; limit: number },
): Promise<Session[]> {
  return db
    .selectFrom('session')
    .select(SESSION)
    .where('accountId', '=', accountId)
    .where('state', '=', 'signed-in')
    .where('expiresAt', '>', at)
    .orderBy('lastSeenAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function deleteSession(
  db: Database,
  { id, accountId }: { id: string; accountId: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function deleteByToken(db: Database, tokenHash: Uint8Array): Promise<void> {
  await db.deleteFrom('session').where('tokenHash', '=', asBuffer(tokenHash)).execute()
}

export async function deleteSessions(
  db: Database,
  { accountId, except }: { accountId: string; except: string | undefined },
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('session')
    .where('accountId', '=', accountId)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

export async function deleteOldest(
  tx: Transaction,
  { accountId, keep }: { accountId: string; keep: number },
): Promise<void> {
  await tx
    .deleteFrom('session')
    .where('id', 'in', (query) =>
      query
        .selectFrom('session')
        .select('id')
        .where('accountId', '=', accountId)
        .orderBy('lastSeenAt', 'desc')
        .orderBy('createdAt', 'desc')
        .offset(keep),
    )
    .execute()
}

export async function deleteExpired(db: Database, at: Date): Promise<void> {
  await db.deleteFrom('session').where('expiresAt', '<=', at).execute()
}

import { type Insertable, type Selectable, sql } from 'kysely'
import { asBuffer } from '../base/bytes.ts'
import type { Role } from '../contract/permissions.ts'
import type { Language } from '../contract/session.ts'
import type { Database, Transaction } from '../db/connection.ts'
import type { AccountTable, CredentialTable, PersonTable } from '../db/tables/accounts.ts'
import type { OwnAddress } from './address.ts'

const PERSON = ['id', 'address', 'name', 'language', 'createdAt'] as const
const CREDENTIAL = ['id', 'name', 'userName', 'createdAt', 'revokedAt'] as const

export type PersonRow = Pick<Selectable<PersonTable>, (typeof PERSON)[number]>
export type CredentialRow = Pick<Selectable<CredentialTable>, (typeof CREDENTIAL)[number]>

/** Undefined when the address has somebody. */
export function insertPerson(
  tx: Transaction,
  {
    address,
    name,
    language = 'en',
    at,
  }: { address: OwnAddress; name: string; language?: Language | undefined; at: Date },
): Promise<PersonRow | undefined> {
  return tx
    .insertInto('person')
    .values({ address: address.address, addressKey: address.key, name, language, createdAt: at })
    .onConflict((conflict) => conflict.constraint('person_address').doNothing())
    .returning(PERSON)
    .executeTakeFirst()
}

export function findPerson(db: Database, key: string): Promise<PersonRow | undefined> {
  return db.selectFrom('person').select(PERSON).where('addressKey', '=', key).executeTakeFirst()
}

export function findPeople(db: Database, keys: readonly string[]): Promise<PersonRow[]> {
  return db
    .selectFrom('person')
    .select(PERSON)
    .where('addressKey', 'in', keys)
    .orderBy('addressKey')
    .execute()
}

export function listPeople(
  db: Database,
  { after, limit }: { after: string; limit: number },
): Promise<PersonRow[]> {
  return db
    .selectFrom('person')
    .select(PERSON)
    .where('addressKey', '>', after)
    .orderBy('addressKey')
    .limit(limit)
    .execute()
}

/** Undefined when a credential of this name is in use. */
export function insertCredential(
  tx: Transaction,
  values: { name: string; userName: string; secretHash: Uint8Array; at: Date },
): Promise<CredentialRow | undefined> {
  const { name, userName, secretHash, at } = values
  return tx
    .insertInto('credential')
    .values({ name, userName, secretHash: asBuffer(secretHash), createdAt: at, revokedAt: null })
    .onConflict((conflict) => conflict.column('name').where('revokedAt', 'is', null).doNothing())
    .returning(CREDENTIAL)
    .executeTakeFirst()
}

/** The credential in use of this user name, with what is kept of its secret. */
export function findCredentialInUse(
  db: Database,
  userName: string,
): Promise<(CredentialRow & { secretHash: Uint8Array }) | undefined> {
  return db
    .selectFrom('credential')
    .select([...CREDENTIAL, 'secretHash'])
    .where('userName', '=', userName)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
}

/** Undefined when no credential of this name is in use. */
export function markCredentialRevoked(
  tx: Transaction,
  { name, at }: { name: string; at: Date },
): Promise<CredentialRow | undefined> {
  return tx
    .updateTable('credential')
    .set({ revokedAt: at })
    .where('name', '=', name)
    .where('revokedAt', 'is', null)
    .returning(CREDENTIAL)
    .executeTakeFirst()
}

export function listCredentials(db: Database, limit: number): Promise<CredentialRow[]> {
  return db
    .selectFrom('credential')
    .select(CREDENTIAL)
    .orderBy('name')
    .orderBy('createdAt')
    .limit(limit)
    .execute()
}

/** An account with its person: what is known of whoever signs in, but the hash of the password. */
export type AccountRow = Omit<Selectable<AccountTable>, 'passwordHash'> &
  Pick<Selectable<PersonTable>, 'address' | 'addressKey' | 'name' | 'language'> & {
    hasPassword: boolean
  }

/** Undefined when the person has an account. */
export async function insertAccount(
  tx: Transaction,
  account: Insertable<AccountTable>,
): Promise<string | undefined> {
  const row = await tx
    .insertInto('account')
    .values(account)
    .onConflict((conflict) => conflict.column('personId').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** Accounts as they are shown to the rest of the hub; callers say which. */
export function selectAccounts(db: Database) {
  return db
    .selectFrom('account')
    .innerJoin('person', 'person.id', 'account.personId')
    .select([
      'account.id',
      'account.personId',
      'account.passwordChangedAt',
      'account.roles',
      'account.status',
      'account.createdAt',
      'account.lastSignInAt',
      'person.address',
      'person.addressKey',
      'person.name',
      'person.language',
    ])
    .select((column) => column('account.passwordHash', 'is not', null).as('hasPassword'))
    .$narrowType<{ hasPassword: boolean }>()
}

export function findAccount(db: Database, id: string): Promise<AccountRow | undefined> {
  return selectAccounts(db).where('account.id', '=', id).executeTakeFirst()
}

/** Those who can sign in and have one of these roles, in the order of their addresses. */
export function findAccountsWithRole(
  db: Database,
  roles: readonly Role[],
  limit: number,
): Promise<AccountRow[]> {
  return selectAccounts(db)
    .where('account.status', '=', 'active')
    .where('account.roles', '&&', sql<Role[]>`${roles}::text[]`)
    .orderBy('person.addressKey')
    .limit(limit)
    .execute()
}

export function findAccountOfAddress(
  db: Database,
  key: string,
): Promise<(AccountRow & { passwordHash: string | null }) | undefined> {
  return selectAccounts(db)
    .select('account.passwordHash')
    .where('person.addressKey', '=', key)
    .executeTakeFirst()
}

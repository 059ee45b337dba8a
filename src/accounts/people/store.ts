import { type RawBuilder, sql } from 'kysely'
import type { Role } from '../../contract/permissions.ts'
import type {
  AccountState,
  PeopleQuery,
  PeopleSort,
  ShownAccountState,
} from '../../contract/people.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { AccountTable } from '../../db/tables/accounts.ts'
import { INVITATION_MS } from '../links/links.ts'
import { invitationEnd } from '../links/store.ts'
import { type AccountRow, type PersonRow, selectAccounts } from '../store.ts'

/** A person in the list. */
export interface ListedPerson {
  readonly id: string
  readonly address: string
  readonly addressKey: string
  readonly name: string
  readonly accountState: AccountState
  readonly isLocked: boolean
  readonly roles: Role[]
  readonly lastSignInAt: Date | null
  /** Past ones too. */
  readonly certificates: number
}

function stateAt(at: Date): RawBuilder<AccountState> {
  return sql`case
    when account.id is null then 'none'
    when account.status <> 'invited' then account.status
    when ${invitationEnd(INVITATION_MS)} <= ${at} then 'invitation-expired'
    else 'invited' end`
}

/** A lock is seen before the state under it. */
function shownStateAt(at: Date): RawBuilder<ShownAccountState> {
  return sql`case when account.status = 'active' and sign_in_failure.locked_until is not null
    then 'locked' else ${stateAt(at)} end`
}

/** What people are put in order by, before their addresses. */
const SORTED_BY = {
  address: sql`person.address_key`,
  name: sql`lower(person.name)`,
  'last-sign-in': sql`coalesce(account.last_sign_in_at, '-infinity')`,
} as const satisfies Record<PeopleSort, RawBuilder<unknown>>

/** Whether somebody stands after the last of the page before, in this order. */
function standsAfter(key: string, { sort, order }: PeopleQuery): RawBuilder<boolean> {
  const by = SORTED_BY[sort]
  return sql`(${by}, person.address_key) ${order === 'descending' ? sql`<` : sql`>`} (
    select ${by}, person.address_key from person left join account on account.person_id = person.id
    where person.address_key = ${key})`
}

/** One more than the page, if there are more, so that it is known. */
export async function listPeople(
  db: Database,
  { query, at }: { query: PeopleQuery; at: Date },
): Promise<{ people: ListedPerson[]; count: number }> {
  const { search, role, accountState, sort, order, after, limit } = query
  const wanted = db
    .selectFrom('person')
    .leftJoin('account', 'account.personId', 'person.id')
    .leftJoin('signInFailure', (join) =>
      join
        .on(
          sql<boolean>`sign_in_failure.subject_hash =
            sha256(convert_to('password:' || person.address_key, 'UTF8'))`,
        )
        .on('signInFailure.lockedUntil', '>', at)
        .on('account.id', 'is not', null),
    )
    .$if(search !== undefined && search.trim() !== '', (select) => {
      const pattern = `%${(search ?? '')
        .trim()
        .normalize('NFC')
        .replaceAll(/[\\%_]/g, '\\$&')}%`
      return select.where((eb) =>
        eb.or([
          eb('person.addressKey', 'like', pattern.toLowerCase()),
          eb('person.name', 'ilike', pattern),
          // The database folds only ASCII.
          eb('person.name', 'ilike', pattern.toLowerCase()),
        ]),
      )
    })
    .$if(role !== undefined && role !== 'person', (select) =>
      select.where(sql<boolean>`${role ?? ''}::text = any(account.roles)`),
    )
    .$if(role === 'person', (select) => select.where('account.id', 'is not', null))
    .$if(accountState !== undefined, (select) =>
      select.where(sql<boolean>`${shownStateAt(at)} = ${accountState ?? ''}::text`),
    )
  const direction = order === 'descending' ? 'desc' : 'asc'
  const people = await wanted
    .select(['person.id', 'person.address', 'person.addressKey', 'person.name'])
    .select([
      stateAt(at).as('accountState'),
      sql<boolean>`sign_in_failure.locked_until is not null`.as('isLocked'),
      sql<Role[]>`coalesce(account.roles, '{}')`.as('roles'),
      'account.lastSignInAt',
      sql<number>`(select count(*) from certificate
        where certificate.person_id = person.id)`.as('certificates'),
    ])
    .$if(after !== undefined, (select) => select.where(standsAfter(after ?? '', query)))
    .orderBy(SORTED_BY[sort], direction)
    .orderBy('person.addressKey', direction)
    .limit(limit + 1)
    .execute()
  const { count } = await wanted
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { people, count }
}

export async function findPerson(
  db: Database,
  { personId, at }: { personId: string; at: Date },
): Promise<
  | {
      person: PersonRow
      certificates: number
      account:
        | (AccountRow & {
            state: Exclude<AccountState, 'none'>
            invitationExpiresAt: Date | null
            sessions: number
            apiTokens: number
          })
        | undefined
    }
  | undefined
> {
  const person = await db
    .selectFrom('person')
    .select(['id', 'address', 'name', 'language', 'createdAt'])
    .where('id', '=', personId)
    .executeTakeFirst()
  if (person === undefined) return undefined
  const { certificates } = await db
    .selectFrom('certificate')
    .select(({ fn }) => fn.countAll<number>().as('certificates'))
    .where('personId', '=', personId)
    .executeTakeFirstOrThrow()
  const account = await selectAccounts(db)
    .select([
      sql<Exclude<AccountState, 'none'>>`${stateAt(at)}`.as('state'),
      // Not told while its mail is on its way.
      sql<Date | null>`case when account.status = 'invited'
        and (${invitationEnd(INVITATION_MS)} <= ${at} or exists (
          select from account_link link where link.account_id = account.id
          and link.purpose = 'invitation' and link.expires_at > ${at}))
        then ${invitationEnd(INVITATION_MS)} end`.as('invitationExpiresAt'),
      sql<number>`(select count(*) from session where session.account_id = account.id
        and session.state = 'signed-in' and session.expires_at > ${at})`.as('sessions'),
      sql<number>`(select count(*) from api_token where api_token.account_id = account.id
        and api_token.revoked_at is null
        and (api_token.expires_at is null or api_token.expires_at > ${at}))`.as('apiTokens'),
    ])
    .where('account.personId', '=', personId)
    .executeTakeFirst()
  return { person, certificates, account }
}

/**
 * Holds this account and every administrator who can sign in, in one order, until the transaction is
 * over. Undefined when there is no such account.
 */
export async function lockAdministratorsAnd(
  tx: Transaction,
  id: string,
): Promise<{ roles: Role[]; isAdministrator: boolean } | undefined> {
  const rows = await tx
    .selectFrom('account')
    .select(['id', 'roles', 'status'])
    .where((eb) => eb.or([eb('id', '=', id), isAdministrator()]))
    .orderBy('id')
    .forUpdate()
    .execute()
  const own = rows.find((row) => row.id === id)
  return (
    own && {
      roles: own.roles,
      isAdministrator: own.status === 'active' && own.roles.includes('administrator'),
    }
  )
}

export async function hasAdministrator(tx: Transaction): Promise<boolean> {
  const row = await tx
    .selectFrom('account')
    .select('id')
    .where(isAdministrator())
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

function isAdministrator(): RawBuilder<boolean> {
  return sql`(account.status = 'active' and 'administrator' = any(account.roles))`
}

export async function setRoles(
  tx: Transaction,
  { id, roles }: { id: string; roles: Role[] },
): Promise<void> {
  await tx.updateTable('account').set({ roles }).where('id', '=', id).execute()
}

/** False when it is in another state. */
export async function setStatus(
  tx: Transaction,
  { id, from, to }: Record<'from' | 'to', AccountTable['status']> & { id: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ status: to })
    .where('id', '=', id)
    .where('status', '=', from)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Counts as invited at this moment, with these roles if any are named. False when it was accepted. */
export async function inviteAgain(
  tx: Transaction,
  { id, roles, at }: { id: string; roles: Role[] | undefined; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('account')
    .set({ createdAt: at, ...(roles && { roles }) })
    .where('id', '=', id)
    .where('status', '=', 'invited')
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** False when it was accepted before. */
export async function deleteInvited(tx: Transaction, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('account')
    .where('id', '=', id)
    .where('status', '=', 'invited')
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

/**
 * People and their accounts, as administrators see and change them. There is always an administrator
 * who can sign in: whoever would be the last to go, stays.
 */

import type { Audit, AuditEntry } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Role } from '../../contract/permissions.ts'
import type { AccountState, PeopleQuery } from '../../contract/people.ts'
import type { Language } from '../../contract/session.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { isRowId } from '../../db/row-id.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import { type Account, type Person, parseName } from '../accounts.ts'
import { parseOwnAddress } from '../address.ts'
import { introduce } from '../links/store.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type LockOut, subjectOf } from '../sign-in/lock-out.ts'
import { insertPerson } from '../store.ts'
import { invite, rolesOf } from './invitation.ts'
import { keepAnAdministrator } from './last-administrator.ts'
import * as store from './store.ts'

export interface PeopleParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly enqueue: EnqueueAccountJob
}

/** A person with what an administrator has to know of the account. */
export interface PersonRecord {
  readonly person: Person
  /** How many, past ones too. */
  readonly certificates: number
  readonly account:
    | (Account & {
        readonly state: Exclude<AccountState, 'none'>
        readonly invitationExpiresAt: Date | null
        readonly lockedUntil: Date | null
        readonly sessions: number
        readonly apiTokens: number
      })
    | undefined
}

export class People {
  readonly #parts: PeopleParts

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  /** People by address, a page at a time, with how many there are on all pages. */
  async list(
    query: PeopleQuery,
  ): Promise<{ people: store.ListedPerson[]; count: number; next: string | null }> {
    const { db, clock } = this.#parts
    const { people, count } = await store.listPeople(db, { query, at: clock.now() })
    const page = people.slice(0, query.limit)
    const next = people.length > query.limit ? (page.at(-1)?.addressKey ?? null) : null
    return { people: page, count, next }
  }

  /** @throws HubError `person.not_found` */
  async get(personId: string): Promise<PersonRecord> {
    const { db, clock, lockOut } = this.#parts
    const found = isRowId(personId)
      ? await store.findPerson(db, { personId, at: clock.now() })
      : undefined
    if (found === undefined) throw personNotFound()
    const { account } = found
    if (account === undefined) return { ...found, account }
    const lockedUntil = (await lockOut.lockedUntil(subjectOf.password(account.addressKey))) ?? null
    return { ...found, account: { ...account, lockedUntil } }
  }

  /**
   * Adds somebody, and invites them when roles are given.
   *
   * @throws HubError `address.malformed`, `name.malformed`, `person.exists`
   */
  async add(
    entered: {
      address: string
      name: string
      language: Language
      roles?: readonly Role[] | undefined
    },
    { by }: { by: string },
  ): Promise<string> {
    const { db, clock, enqueue, log } = this.#parts
    const address = parseOwnAddress(entered.address)
    const name = parseName(entered.name)
    const { language, roles } = entered
    const at = clock.now()
    const id = await db.transaction().execute(async (tx) => {
      const person = await insertPerson(tx, { address, name, language, at })
      if (person === undefined) {
        throw new HubError('person.exists', `${address.address} is known already`)
      }
      const detail = { address: address.address, name, language }
      if (roles !== undefined) await invite(tx, person.id, { roles, by, at, enqueue })
      await this.#record(tx, { action: 'person.add', subject: person.id, by, at, detail })
      return person.id
    })
    log.info('person.added', { id, address: address.address, by })
    return id
  }

  /**
   * Changes name and language; what is absent stays.
   *
   * @throws HubError `person.not_found`, `name.malformed`
   */
  async change(
    personId: string,
    change: { name?: string | undefined; language?: Language | undefined },
    { by }: { by: string },
  ): Promise<void> {
    const { db, clock } = this.#parts
    await this.get(personId)
    const name = change.name === undefined ? undefined : parseName(change.name)
    const { language } = change
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      await introduce(tx, { personId, name, language })
      const detail = { name, language }
      await this.#record(tx, { action: 'person.change', subject: personId, by, at, detail })
    })
  }

  /**
   * Invites somebody who has no account, with these roles; or sends another link to who has not
   * answered. The link goes by mail only.
   *
   * @throws HubError `person.not_found`, `account.exists`
   */
  async invite(
    personId: string,
    roles: readonly Role[] | undefined,
    { by }: { by: string },
  ): Promise<void> {
    const { db, clock, enqueue, log } = this.#parts
    const { account } = await this.get(personId)
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      if (account === undefined) {
        const invited = await invite(tx, personId, { roles: roles ?? [], by, at, enqueue })
        const detail = { account: invited, roles: rolesOf(roles ?? []) }
        return this.#record(tx, { action: 'account.invite', subject: personId, by, at, detail })
      }
      const { id, status } = account
      if (status !== 'invited') {
        throw new HubError('account.exists', `${account.address} has an account already`)
      }
      if (roles !== undefined) await store.setRoles(tx, { id, roles: rolesOf(roles) })
      await enqueue(tx, { what: 'invitation', accountId: id, by })
      const detail = { account: id, again: true }
      await this.#record(tx, { action: 'account.invite', subject: personId, by, at, detail })
    })
    log.info('account.invited', { personId, by })
  }

  /**
   * Takes an invitation back: the person stays, without an account.
   *
   * @throws HubError `person.not_found`, `account.not_found`, `account.not_invited`: it was accepted
   */
  async cancelInvitation(personId: string, { by }: { by: string }): Promise<void> {
    await this.#changeAccount(personId, 'account.cancel_invitation', by, async (tx, { id }) => {
      if (await store.deleteInvited(tx, id)) return {}
      throw new HubError('account.not_invited', 'the invitation was accepted before')
    })
  }

  /**
   * Gives an account these roles in place of those it has.
   *
   * @throws HubError `person.not_found`, `account.not_found`, `account.last_administrator`
   */
  async setRoles(personId: string, roles: readonly Role[], { by }: { by: string }): Promise<void> {
    const { enqueue, clock } = this.#parts
    await this.#changeAccount(personId, 'account.set_roles', by, async (tx, { id }) => {
      const was = await keepAnAdministrator(tx, id, async (before) => {
        await store.setRoles(tx, { id, roles: rolesOf(roles) })
        return before.roles
      })
      const told = { accountId: id, at: clock.now().toISOString(), place: null }
      await enqueue(tx, { what: 'changed', change: 'roles-changed', ...told })
      return { was, is: rolesOf(roles) }
    })
  }

  /**
   * Keeps an account from signing in, and ends its sessions.
   *
   * @throws HubError `person.not_found`, `account.not_found`, `account.own`,
   *   `account.last_administrator`, `account.not_possible`: it is not in use
   */
  async disable(personId: string, { by }: { by: string }): Promise<void> {
    const { sessions } = this.#parts
    await this.#changeAccount(personId, 'account.disable', by, async (tx, { id }) => {
      if (id === by) throw new HubError('account.own', 'nobody locks themselves out')
      await keepAnAdministrator(tx, id, () => this.#move(tx, id, 'active', 'disabled'))
      return { sessionsEnded: await sessions.endAll(tx, id) }
    })
  }

  /**
   * Lets an account sign in again.
   *
   * @throws HubError `person.not_found`, `account.not_found`, `account.not_possible`
   */
  async enable(personId: string, { by }: { by: string }): Promise<void> {
    await this.#changeAccount(personId, 'account.enable', by, async (tx, { id }) => {
      await this.#move(tx, id, 'disabled', 'active')
      return {}
    })
  }

  /**
   * Takes a lock after wrong passwords or codes away.
   *
   * @throws HubError `person.not_found`, `account.not_found`
   */
  async unlock(personId: string, { by }: { by: string }): Promise<void> {
    const { lockOut } = this.#parts
    await this.#changeAccount(personId, 'account.unlock', by, async (tx, { id, addressKey }) => {
      const { password, confirmation, secondFactor, mailbox } = subjectOf
      const ofAccount = [confirmation(id), secondFactor(id)]
      await lockOut.unlock(tx, [password(addressKey), mailbox(addressKey), ...ofAccount])
      return {}
    })
  }

  /**
   * Ends all sessions of an account; says how many.
   *
   * @throws HubError `person.not_found`, `account.not_found`
   */
  async endSessions(personId: string, { by }: { by: string }): Promise<number> {
    const { sessions } = this.#parts
    let ended = 0
    await this.#changeAccount(personId, 'account.end_sessions', by, async (tx, { id }) => {
      ended = await sessions.endAll(tx, id)
      return { ended }
    })
    return ended
  }

  /** Ends the own sessions, but perhaps the one that asks; says how many. */
  async endOwnSessions(
    { id, personId }: { id: string; personId: string },
    { except }: { except: string | undefined },
  ): Promise<number> {
    const { db, clock, sessions } = this.#parts
    return db.transaction().execute(async (tx) => {
      const ended = await sessions.endAll(tx, id, except === undefined ? {} : { except })
      const detail = { account: id, ended }
      const action = 'account.end_sessions'
      await this.#record(tx, { action, subject: personId, by: id, at: clock.now(), detail })
      return ended
    })
  }

  /** @throws HubError `person.not_found`, `account.not_found` */
  async accountOf(personId: string): Promise<Account> {
    const { account } = await this.get(personId)
    if (account !== undefined) return account
    throw new HubError('account.not_found', 'this person has no account')
  }

  /** Does something to an account and records it, with what `change` tells of it. */
  async #changeAccount(
    personId: string,
    action: string,
    by: string,
    change: (tx: Transaction, account: Account) => Promise<AuditEntry['detail'] & object>,
  ): Promise<void> {
    const { db, clock, log } = this.#parts
    const account = await this.accountOf(personId)
    await db.transaction().execute(async (tx) => {
      const detail = { account: account.id, ...(await change(tx, account)) }
      await this.#record(tx, { action, subject: personId, by, at: clock.now(), detail })
    })
    log.info('account.changed', { action, id: account.id, by })
  }

  async #move(
    tx: Transaction,
    id: string,
    from: Account['status'],
    to: Account['status'],
  ): Promise<void> {
    if (await store.setStatus(tx, { id, from, to })) return
    throw new HubError('account.not_possible', `the account is not ${from}`)
  }

  #record(tx: Transaction, entry: AuditEntry): Promise<void> {
    return this.#parts.audit.record(tx, entry)
  }
}

function personNotFound(): HubError {
  return new HubError('person.not_found', 'there is no such person')
}

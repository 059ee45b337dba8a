/**
 * People of the organisation, with what an administrator has to know of their accounts. The accounts
 * themselves are changed by `account-administration.ts`.
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
import { type LockOut, subjectOf } from '../sign-in/lock-out.ts'
import { insertPerson } from '../store.ts'
import { invite } from './invitation.ts'
import * as store from './store.ts'

export interface PeopleParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
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

  /** People in the order asked for, a page at a time, with how many there are on all pages. */
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
    const { db, clock, enqueue, audit, log } = this.#parts
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
      await this.#record(tx, { action: 'person.add', subject: person.id, by, at, detail })
      if (roles !== undefined) await invite(tx, person.id, { roles, by, at, enqueue, audit })
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

  /** @throws HubError `person.not_found`, `account.not_found` */
  async accountOf(personId: string): Promise<Account> {
    const { account } = await this.get(personId)
    if (account !== undefined) return account
    throw new HubError('account.not_found', 'this person has no account')
  }

  #record(tx: Transaction, entry: AuditEntry): Promise<void> {
    return this.#parts.audit.record(tx, entry)
  }
}

function personNotFound(): HubError {
  return new HubError('person.not_found', 'there is no such person')
}

/**
 * Accounts of people, as administrators change them. There is always an administrator who can sign
 * in: whoever would be the last to go, stays.
 */

import type { Audit, AuditEntry } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Role } from '../../contract/permissions.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import type { Account } from '../accounts.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type LockOut, subjectOf } from '../sign-in/lock-out.ts'
import { invite, rolesOf } from './invitation.ts'
import { keepAnAdministrator } from './last-administrator.ts'
import type { People } from './people.ts'
import * as store from './store.ts'

export interface AccountAdministrationParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly people: People
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly enqueue: EnqueueAccountJob
}

export class AccountAdministration {
  readonly #parts: AccountAdministrationParts

  constructor(parts: AccountAdministrationParts) {
    this.#parts = parts
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
    const { db, clock, people, enqueue, audit, log } = this.#parts
    const { account } = await people.get(personId)
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      if (account === undefined) {
        return invite(tx, personId, { roles: roles ?? [], by, at, enqueue, audit })
      }
      const { id, address } = account
      const given = roles && rolesOf(roles)
      if (!(await store.inviteAgain(tx, { id, roles: given, at }))) {
        throw new HubError('account.exists', `${address} has an account already`)
      }
      await enqueue(tx, { what: 'invitation', accountId: id, by })
      const detail = { account: id, again: true, roles: given }
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

  /** Does something to an account and records it, with what `change` tells of it. */
  async #changeAccount(
    personId: string,
    action: string,
    by: string,
    change: (tx: Transaction, account: Account) => Promise<AuditEntry['detail'] & object>,
  ): Promise<void> {
    const { db, clock, people, log } = this.#parts
    const account = await people.accountOf(personId)
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

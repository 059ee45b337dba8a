/**
 * One-time links: to accept an invitation, and to choose a new password when the old one is lost. They
 * are sent by mail, or printed by a command on the hub's own machine; a newer one voids the older.
 */

import type { Audit } from '../../audit/audit.ts'
import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type Language, LINK_PAGES } from '../../contract/session.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import type { EnqueueAccountJob } from '../account-job.ts'
import { type Account, parseName } from '../accounts.ts'
import { addressKey } from '../address.ts'
import { checkFitness } from '../password-fitness.ts'
import { hashPassword } from '../password.ts'
import { hashToken, newToken } from '../secret-token.ts'
import type { SignInPlace } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type LockOut, OF_CLIENT, OF_MAILBOX, subjectOf } from '../sign-in/lock-out.ts'
import { allowed } from '../sign-in/sign-in.ts'
import { findAccountOfAddress } from '../store.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000

/** A mail takes a minute, a printed link is used at once: longer is only of use to others. */
const PASSWORD_RESET_MS = 30 * MINUTE_MS
/** Over a week of holidays; who comes later is sent another. */
export const INVITATION_MS = 7 * 24 * 60 * MINUTE_MS

export type LinkPurpose = 'invitation' | 'password-reset'

/** A link that was made: shown to its owner, kept nowhere. */
export interface MadeLink {
  readonly link: string
  readonly expiresAt: Date
}

export interface LinksParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly enqueue: EnqueueAccountJob
  /** The whole address of a page of the hub. */
  readonly pageAddress: (path: `/${string}`) => string
  /** Name of the organisation, when there is one. */
  readonly organizationName: () => Promise<string | undefined>
}

export class Links {
  readonly #parts: LinksParts

  constructor(parts: LinksParts) {
    this.#parts = parts
  }

  /**
   * Somebody lost the password of this address, they say. Whether it has an account is found out by a
   * job: here the same is done for all. Beyond three mails for one address, nothing more is sent for a
   * while, and nothing said of it.
   *
   * @throws HubError `sign_in.locked`: too many from this client
   */
  async requestPasswordReset(address: string, place: SignInPlace): Promise<void> {
    const { db, lockOut, enqueue } = this.#parts
    const key = addressKey(address)
    allowed(await lockOut.begin(subjectOf.mailboxClient(place.address), OF_CLIENT))
    const tried = await lockOut.begin(subjectOf.mailbox(key), OF_MAILBOX)
    if (tried.is === 'locked' || key.includes('\0')) return
    const job = { what: 'password-reset', address: key, place: { ...place } } as const
    await db.transaction().execute((tx) => enqueue(tx, job))
  }

  /**
   * Makes a link; older ones for the same purpose are void. `by` is who gets it made: it is audited
   * for passwords, for it opens an account.
   */
  async make(
    account: Account,
    purpose: LinkPurpose,
    { by, detail = {} }: { by: string; detail?: Record<string, string> },
  ): Promise<MadeLink> {
    const { db, audit, clock, pageAddress } = this.#parts
    const token = newToken()
    const at = clock.now()
    const isReset = purpose === 'password-reset'
    const expiresAt = new Date(at.getTime() + (isReset ? PASSWORD_RESET_MS : INVITATION_MS))
    await db.transaction().execute(async (tx) => {
      const link = { tokenHash: hashToken(token), accountId: account.id, purpose, expiresAt }
      await store.replaceLinks(tx, { ...link, at })
      const action = isReset ? 'account.reset_link' : 'account.invitation_link'
      await audit.record(tx, { action, subject: account.id, by, at, detail })
    })
    const page = isReset ? LINK_PAGES.passwordReset : LINK_PAGES.invitation
    return { link: pageAddress(`${page}#${token}`), expiresAt }
  }

  /**
   * A link to a new password for an account that is in use: the way back for who has no other.
   *
   * @throws HubError `account.not_found`
   */
  async makePasswordReset(address: string, { by }: { by: string }): Promise<MadeLink> {
    const account = await findAccountOfAddress(this.#parts.db, addressKey(address))
    if (account?.status !== 'active') {
      throw new HubError('account.not_found', `${address} has no account in use`)
    }
    return this.make(account, 'password-reset', { by })
  }

  /**
   * Whose link it is, without using it.
   *
   * @throws HubError `link.invalid`
   */
  async look(token: string, purpose: LinkPurpose): Promise<{ account: Account; expiresAt: Date }> {
    const { db, clock } = this.#parts
    const link = { tokenHash: hashToken(token), purpose, at: clock.now() }
    const found = await store.findLink(db, link)
    if (found === undefined) throw invalid()
    return found
  }

  /**
   * Sets a new password, by a link that is used up by it. All sessions end, and a lock is taken away.
   *
   * @throws HubError `link.invalid`, `password.unfit`, `password.common`, `password.personal`
   */
  async completePasswordReset(
    { token, password }: { token: string; password: string },
    place: SignInPlace,
  ): Promise<Account> {
    const { db, audit, clock, log, sessions, lockOut, enqueue } = this.#parts
    const { account } = await this.look(token, 'password-reset')
    const passwordHash = await this.#hashFit(password, account)
    const at = clock.now()
    const { id } = account
    const ended = await db.transaction().execute(async (tx) => {
      await this.#use(tx, { token, purpose: 'password-reset', at })
      await store.setPassword(tx, { id, passwordHash, at })
      const count = await sessions.endAll(tx, id)
      await lockOut.unlock(tx, [
        subjectOf.password(account.addressKey),
        subjectOf.confirmation(id),
        subjectOf.mailbox(account.addressKey),
      ])
      const told = { accountId: id, at: at.toISOString(), place: { ...place } }
      await enqueue(tx, { what: 'changed', change: 'password-reset', ...told })
      const detail = { sessionsEnded: count }
      await audit.record(tx, { action: 'account.reset_password', subject: id, by: id, at, detail })
      return count
    })
    log.info('account.password_reset', { id, sessionsEnded: ended })
    return account
  }

  /**
   * Makes an account of an invitation: with a name, a language and a password of its owner's choice.
   *
   * @throws HubError `link.invalid`, `name.malformed`, `password.unfit`, `password.common`,
   *   `password.personal`
   */
  async acceptInvitation(entered: {
    token: string
    name: string
    language: Language
    password: string
  }): Promise<Account> {
    const { db, audit, clock, log } = this.#parts
    const { account } = await this.look(entered.token, 'invitation')
    const name = parseName(entered.name)
    const passwordHash = await this.#hashFit(entered.password, { ...account, name })
    const at = clock.now()
    const { id, personId } = account
    const { token, language } = entered
    await db.transaction().execute(async (tx) => {
      await this.#use(tx, { token, purpose: 'invitation', at })
      await store.activate(tx, { id, passwordHash, at })
      await store.introduce(tx, { personId, name, language })
      const detail = { name, language }
      await audit.record(tx, { action: 'account.accept', subject: id, by: id, at, detail })
    })
    log.info('account.accepted', { id })
    return { ...account, name, language, status: 'active' }
  }

  /** Forgets links that work no more. */
  async removeOld(): Promise<void> {
    // An invitation that is over still tells the list of people so, for a while.
    const at = new Date(this.#parts.clock.now().getTime() - 90 * 24 * 60 * MINUTE_MS)
    await store.deleteOldLinks(this.#parts.db, at)
  }

  /** Of two who use a link at the same moment one wins. */
  async #use(
    tx: Transaction,
    { token, purpose, at }: { token: string; purpose: LinkPurpose; at: Date },
  ): Promise<void> {
    if (!(await store.useLink(tx, { tokenHash: hashToken(token), purpose, at }))) throw invalid()
  }

  async #hashFit(password: string, { address, name }: Account): Promise<string> {
    const organization = await this.#parts.organizationName()
    const hash = await hashPassword(password)
    checkFitness(password, { address, name, organization })
    return hash
  }
}

function invalid(): HubError {
  return new HubError('link.invalid', 'the link was used, is too old, or never was one')
}

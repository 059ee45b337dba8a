/** Does the jobs of accounts: makes the links that mails need, and has the mails written. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/connection.ts'
import type { AccountJob } from './account-job.ts'
import type { Account } from './accounts.ts'
import type { Links } from './links/links.ts'
import type { AccountNotices, NoticeReader } from './notices.ts'
import { findAccount, findAccountOfAddress } from './store.ts'

export class AccountJobs {
  readonly #db: Database
  readonly #audit: Audit
  readonly #clock: Clock
  readonly #links: Links
  readonly #notices: AccountNotices

  constructor(parts: {
    db: Database
    audit: Audit
    clock: Clock
    links: Links
    notices: AccountNotices
  }) {
    this.#db = parts.db
    this.#audit = parts.audit
    this.#clock = parts.clock
    this.#links = parts.links
    this.#notices = parts.notices
  }

  /** May be called twice for one job: then there are two mails, and the link of the second works. */
  async do(job: AccountJob): Promise<void> {
    switch (job.what) {
      case 'password-reset':
        return this.#sendPasswordReset(job)
      case 'invitation':
        return this.#sendInvitation(job)
      case 'locked-out':
        return this.#tellLockedOut(job)
      case 'new-sign-in':
        return this.#tell(job.accountId, (to) =>
          this.#notices.newSignIn(to, { at: new Date(job.at), place: job.place }),
        )
      case 'changed':
        return this.#tell(job.accountId, (to) =>
          this.#notices.accountChanged(to, {
            what: job.change,
            at: new Date(job.at),
            place: job.place ?? undefined,
          }),
        )
    }
  }

  /** An account that signs in elsewhere only is not given a password by whoever reads its mail. */
  async #sendPasswordReset({ address, place }: AccountJob & { what: 'password-reset' }) {
    const account = await findAccountOfAddress(this.#db, address)
    if (account?.status !== 'active' || account.passwordHash === null) return
    const made = await this.#links.make(account, 'password-reset', {
      by: 'mail',
      detail: { address: place.address },
    })
    await this.#notices.passwordReset(readerOf(account), made)
  }

  async #sendInvitation({ accountId, by }: AccountJob & { what: 'invitation' }) {
    const account = await findAccount(this.#db, accountId)
    // Answered or taken back meanwhile.
    if (account?.status !== 'invited') return
    const inviter = await findAccount(this.#db, by)
    const made = await this.#links.make(account, 'invitation', { by })
    await this.#notices.invitation(readerOf(account), {
      ...made,
      by: inviter?.name ?? inviter?.address ?? 'Sealpost',
    })
  }

  async #tellLockedOut({ address, at, until, place }: AccountJob & { what: 'locked-out' }) {
    const account = await findAccountOfAddress(this.#db, address)
    if (account?.status !== 'active') return
    const { id } = account
    await this.#db.transaction().execute((tx) =>
      this.#audit.record(tx, {
        action: 'account.locked',
        subject: id,
        by: 'hub',
        at: this.#clock.now(),
        detail: { at, until, address: place.address },
      }),
    )
    const facts = { at: new Date(at), until: new Date(until), place }
    await this.#notices.lockedOut(readerOf(account), facts)
  }

  async #tell(accountId: string, notice: (to: NoticeReader) => Promise<void>): Promise<void> {
    const account = await findAccount(this.#db, accountId)
    if (account !== undefined) await notice(readerOf(account))
  }
}

function readerOf({ id, address, name, language }: Account): NoticeReader {
  return { accountId: id, address, name, language }
}

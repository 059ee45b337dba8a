/** What everybody changes of their own account. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Language } from '../contract/session.ts'
import type { Database } from '../db/connection.ts'
import type { EnqueueAccountJob } from './account-job.ts'
import { parseName } from './accounts.ts'
import { introduce, setPassword } from './links/store.ts'
import { checkFitness } from './password-fitness.ts'
import { hashPassword } from './password.ts'
import type { FoundSession, OpenedSession, SignInPlace } from './sessions/session.ts'
import type { Sessions } from './sessions/sessions.ts'
import type { SignIn } from './sign-in/sign-in.ts'

export class Profiles {
  readonly #parts: ProfilesParts

  constructor(parts: ProfilesParts) {
    this.#parts = parts
  }

  /**
   * Changes name and language; what is absent stays.
   *
   * @throws HubError `name.malformed`
   */
  async change(
    { id, personId }: { id: string; personId: string },
    change: { name?: string | undefined; language?: Language | undefined },
  ): Promise<void> {
    const { db, audit, clock } = this.#parts
    const name = change.name === undefined ? undefined : parseName(change.name)
    const { language } = change
    if (name === undefined && language === undefined) return
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      await introduce(tx, { personId, name, language })
      const detail = { name, language }
      await audit.record(tx, { action: 'person.change', subject: personId, by: id, at, detail })
    })
  }

  /**
   * Sets a new password. All other sessions end; this one goes on under a new token. Who has no
   * password yet has to have signed in a moment ago instead.
   *
   * @throws HubError `password.wrong`, `sign_in.locked`, `session.not_recent`, `password.unfit`,
   *   `password.common`, `password.personal`, `session.not_found`
   */
  async changePassword(
    { session, account }: FoundSession,
    { current, wanted }: { current: string | undefined; wanted: string },
    place: SignInPlace,
  ): Promise<OpenedSession> {
    const { db, audit, clock, log, sessions, signIn, enqueue, organizationName } = this.#parts
    const { id, address, name } = account
    if (account.hasPassword) await signIn.checkPassword(account, current ?? '')
    else await sessions.requireRecent(session.id)
    const passwordHash = await hashPassword(wanted)
    checkFitness(wanted, { address, name, organization: await organizationName() })
    if (wanted === current) throw new HubError('password.common', 'the password is the old one')
    const at = clock.now()
    const opened = await db.transaction().execute(async (tx) => {
      await setPassword(tx, { id, passwordHash, at })
      const sessionsEnded = await sessions.endAll(tx, id, { except: session.id })
      const rotated = await sessions.rotate(tx, { id: session.id, is: 'signed-in' })
      const told = { accountId: id, at: at.toISOString(), place: { ...place } }
      await enqueue(tx, { what: 'changed', change: 'password-changed', ...told })
      const detail = { sessionsEnded }
      const action = 'account.change_password'
      await audit.record(tx, { action, subject: id, by: id, at, detail })
      return rotated
    })
    log.info('account.password_changed', { id })
    return { ...opened, account }
  }
}

export interface ProfilesParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly sessions: Sessions
  readonly signIn: SignIn
  readonly enqueue: EnqueueAccountJob
  /** Name of the organisation, when there is one. */
  readonly organizationName: () => Promise<string | undefined>
}

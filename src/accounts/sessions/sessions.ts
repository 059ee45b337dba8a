/**
 * Sessions of browsers: rows of the database, so that one can be ended from anywhere and at once. The
 * browser has a token, the row its hash.
 */

import type { Clock } from '../../base/clock.ts'
import { HubError } from '../../base/errors.ts'
import type { Database, Transaction } from '../../db/connection.ts'
import { isRowId } from '../../db/row-id.ts'
import { hashToken, newToken } from '../secret-token.ts'
import type { FoundSession, Proof, Session, SignInPlace } from './session.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A working day without a look at it; NIST SP 800-63B section 2.2.3 advises one hour at most for AAL2, and
 * administrators who are asked for a password every hour choose short ones. */
const IDLE_MS = 8 * HOUR_MS
/** A week; then everybody shows again who they are. */
const LONGEST_MS = 7 * 24 * HOUR_MS
/** To find the telephone with the codes. */
const PENDING_MS = 10 * MINUTE_MS
/** That a session was used is written so often: not with every request. */
const TOUCH_MS = MINUTE_MS
/** So long after somebody showed who they are, sensitive changes need no password again. */
export const RECENT_MS = 10 * MINUTE_MS
/** Browsers of one person; with one more the one not used for longest is signed out. */
const SESSIONS_OF_ONE = 50

/** Long enough to tell browsers apart. */
const MAX_USER_AGENT_CHARACTERS = 300

export class Sessions {
  readonly #db: Database
  readonly #clock: Clock

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db
    this.#clock = clock
  }

  /** Begins a session, in a transaction of whoever found out who it is. */
  async open(
    tx: Transaction,
    {
      accountId,
      state,
      proof,
      place,
    }: { accountId: string; state: Session['state']; proof: Proof; place: SignInPlace },
  ): Promise<{ token: string; session: Session }> {
    const at = this.#clock.now()
    const token = newToken()
    const session = await store.insertSession(tx, {
      tokenHash: hashToken(token),
      accountId,
      state,
      createdAt: at,
      lastSeenAt: at,
      ...endsOf(state, at, later(at, LONGEST_MS)),
      authenticatedAt: at,
      address: place.address,
      userAgent: place.userAgent.slice(0, MAX_USER_AGENT_CHARACTERS),
      ...proof,
    })
    await store.deleteOldest(tx, { accountId, keep: SESSIONS_OF_ONE })
    return { token, session }
  }

  /**
   * The session of a token, in either state, with its account as it is now: roles that were taken away
   * are gone with the next request. Undefined when it is over, or the account may not sign in.
   */
  async find(token: string): Promise<FoundSession | undefined> {
    const at = this.#clock.now()
    const found = await store.findSession(this.#db, { by: { tokenHash: hashToken(token) }, at })
    if (found === undefined) return undefined
    const { session } = found
    if (session.state === 'signed-in' && at.getTime() - session.lastSeenAt.getTime() >= TOUCH_MS) {
      const { expiresAt } = endsOf(session.state, at, session.endsAt)
      await store.touch(this.#db, { id: session.id, at, expiresAt })
    }
    return found
  }

  /** The session with this id as `find` gives it, whatever its token is by now. It is not used by that. */
  findById(id: string): Promise<FoundSession | undefined> {
    return store.findSession(this.#db, { by: { id }, at: this.#clock.now() })
  }

  /**
   * Goes on under a new token; the old one is void. For every moment at which a session becomes able to
   * do more. `is` says in which state it has to be: of two who complete one session, one wins.
   *
   * @throws HubError `session.not_found`
   */
  async rotate(
    tx: Transaction,
    { id, is, secondFactor }: { id: string; is: Session['state'] } & Partial<Proof>,
  ): Promise<{ token: string; session: Session }> {
    const at = this.#clock.now()
    const token = newToken()
    const session = await store.renew(tx, {
      id,
      is,
      at,
      values: {
        tokenHash: hashToken(token),
        state: 'signed-in',
        authenticatedAt: at,
        lastSeenAt: at,
        ...endsOf('signed-in', at, later(at, LONGEST_MS)),
        ...(secondFactor === undefined ? {} : { secondFactor }),
      },
    })
    if (session === undefined) throw notFound()
    return { token, session }
  }

  /** Sessions of an account that are not over, the last used first. */
  list(accountId: string): Promise<Session[]> {
    return store.listSessions(this.#db, {
      accountId,
      at: this.#clock.now(),
      limit: SESSIONS_OF_ONE,
    })
  }

  /**
   * Ends one session of this account.
   *
   * @throws HubError `session.not_found`
   */
  async end(id: string, { accountId }: { accountId: string }): Promise<void> {
    const isEnded = isRowId(id) && (await store.deleteSession(this.#db, { id, accountId }))
    if (!isEnded) throw notFound()
  }

  /** Ends the session of a token, if there is one. */
  async endByToken(token: string): Promise<void> {
    await store.deleteByToken(this.#db, hashToken(token))
  }

  /** Ends all sessions of an account, but perhaps one; says how many. */
  endAll(db: Database, accountId: string, { except }: { except?: string } = {}): Promise<number> {
    return store.deleteSessions(db, { accountId, except })
  }

  /** Until when sensitive changes need no password again. */
  recentUntil({ authenticatedAt }: Session): Date {
    return later(authenticatedAt, RECENT_MS)
  }

  /**
   * For changes that whoever finds an open browser must not make.
   *
   * @throws HubError `session.not_recent`: also for whoever has no session, such as an API token
   */
  async requireRecent(sessionId: string | undefined): Promise<Session> {
    const at = this.#clock.now()
    const session =
      sessionId === undefined ? undefined : await store.findById(this.#db, { id: sessionId, at })
    if (session === undefined || this.recentUntil(session) <= at) {
      throw new HubError('session.not_recent', 'this needs the password, given a moment ago')
    }
    return session
  }

  /** Forgets sessions that are over. */
  async removeOld(): Promise<void> {
    await store.deleteExpired(this.#db, this.#clock.now())
  }
}

function endsOf(
  state: Session['state'],
  at: Date,
  longest: Date,
): { expiresAt: Date; endsAt: Date } {
  const idle = later(at, state === 'signed-in' ? IDLE_MS : PENDING_MS)
  return { expiresAt: idle < longest ? idle : longest, endsAt: longest }
}

function later(at: Date, byMs: number): Date {
  return new Date(at.getTime() + byMs)
}

function notFound(): HubError {
  return new HubError('session.not_found', 'there is no such session any more')
}

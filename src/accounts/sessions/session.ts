/** A session: one browser in which somebody is signed in, or about to be. */

import type { Selectable } from 'kysely'
import type { SecondFactor, SignInMethod } from '../../contract/session.ts'
import type { SessionTable } from '../../db/tables/accounts.ts'
import type { Account } from '../accounts.ts'

/** Without the token, of which only a hash is kept. */
export type Session = Omit<Selectable<SessionTable>, 'tokenHash'>

/** A session with whose it is: what a request is answered by. */
export interface FoundSession {
  readonly session: Session
  readonly account: Account
}

/** A session that begins, or goes on under a new token; the token is for the cookie, and nowhere else. */
export interface OpenedSession extends FoundSession {
  readonly token: string
}

/** Where a request comes from. */
export interface SignInPlace {
  /** Of the network. */
  readonly address: string
  readonly userAgent: string
}

/** How somebody showed who they are. */
export interface Proof {
  readonly method: SignInMethod
  /** The second factor given with it; a passkey that verified its owner is one by itself. */
  readonly secondFactor: SecondFactor | null
}

/** Who knows the second factors of accounts: built later, handed in by `hub.ts`. */
export interface SecondFactors {
  /** Kinds this account can give; none: the password is enough. */
  methodsOf(accountId: string): Promise<readonly SecondFactor[]>
}

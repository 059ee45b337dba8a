/** Builds what has to do with accounts, once: each part is handed the ones before it. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import type { EnqueueAccountJob } from './account-job.ts'
import type { SecondFactors } from './sessions/session.ts'
import { Sessions } from './sessions/sessions.ts'
import { LockOut } from './sign-in/lock-out.ts'
import { SignIn } from './sign-in/sign-in.ts'

export interface AccountSideParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly enqueue: EnqueueAccountJob
  readonly secondFactors: SecondFactors
}

export interface AccountSide {
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly signIn: SignIn
}

export function buildAccountSide(parts: AccountSideParts): AccountSide {
  const sessions = new Sessions(parts)
  const lockOut = new LockOut(parts)
  return { sessions, lockOut, signIn: new SignIn({ ...parts, sessions, lockOut }) }
}

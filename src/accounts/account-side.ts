/** Builds what has to do with accounts, once: each part is handed the ones before it. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import type { EnqueueAccountJob } from './account-job.ts'
import { ApiTokens } from './api-tokens/api-tokens.ts'
import { Links } from './links/links.ts'
import { AccountAdministration } from './people/account-administration.ts'
import { People } from './people/people.ts'
import { Profiles } from './profiles.ts'
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
  /** The whole address of a page of the hub. */
  readonly pageAddress: (path: `/${string}`) => string
  /** Name of the organisation, when there is one. */
  readonly organizationName: () => Promise<string | undefined>
}

export interface AccountSide {
  readonly sessions: Sessions
  readonly lockOut: LockOut
  readonly signIn: SignIn
  readonly links: Links
  readonly people: People
  readonly administration: AccountAdministration
  readonly profiles: Profiles
  readonly apiTokens: ApiTokens
  /** Forgets sessions, tries and links that are over. */
  removeOld(): Promise<void>
}

export function buildAccountSide(parts: AccountSideParts): AccountSide {
  const sessions = new Sessions(parts)
  const lockOut = new LockOut(parts)
  const signIn = new SignIn({ ...parts, sessions, lockOut })
  const links = new Links({ ...parts, sessions, lockOut })
  const people = new People({ ...parts, lockOut })
  return {
    sessions,
    lockOut,
    signIn,
    links,
    people,
    administration: new AccountAdministration({ ...parts, people, sessions, lockOut }),
    profiles: new Profiles({ ...parts, sessions, signIn }),
    apiTokens: new ApiTokens(parts),
    async removeOld() {
      await sessions.removeOld()
      await lockOut.removeOld()
      await links.removeOld()
    },
  }
}

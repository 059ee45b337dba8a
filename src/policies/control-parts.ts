/** What change control is made of: handed to each of its verbs. */

import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import type { PolicyKinds } from './policy-kinds.ts'
import type { PolicySecrets } from './policy-secrets.ts'

export interface ControlParts {
  readonly db: Database
  readonly audit: Audit
  readonly clock: Clock
  readonly log: Log
  readonly secrets: PolicySecrets
  readonly kinds: PolicyKinds
  /** How many versions are kept beside the current one; null: all. */
  readonly versionLimit: () => Promise<number | null>
  /** Tells this process that something else is in force, after the transaction. */
  readonly tell: (kind: string) => void
}

/** What people are told of requests by mail: an interface, for mail is written by others. */

import type { RequestAction } from '../../contract/policy-lifecycle.ts'
import type { FieldChange } from '../../contract/policies.ts'
import type { Transaction } from '../../db/connection.ts'
import type { Author } from '../policy-kind.ts'

/** What every mail says. */
export interface RequestNotice {
  readonly requestId: string | null
  readonly policyId: string
  readonly kind: string
  readonly name: string
  readonly action: RequestAction
  readonly requester: Author
  /** Of the requester. */
  readonly comment: string
  /** What would become of production, or became. */
  readonly changes: readonly FieldChange[]
  readonly at: Date
}

/** Each puts the mail in, so that it is sent when the transaction is committed and not without it. */
export interface RequestNotices {
  /** Somebody asked for what they cannot do at once. `cc` may be empty. */
  submitted(tx: Transaction, notice: RequestNotice, to: { cc: string }): Promise<void>
  /** To the requester, where that is switched on. */
  decided(
    tx: Transaction,
    notice: RequestNotice,
    decision: { is: 'approved' | 'rejected'; by: Author; comment: string },
  ): Promise<void>
  /** An approved request could not be carried out; to these accounts. */
  failed(
    tx: Transaction,
    notice: RequestNotice,
    failure: { code: string; accounts: readonly string[] },
  ): Promise<void>
  /** To everybody who could have approved. */
  brokeGlass(
    tx: Transaction,
    notice: RequestNotice,
    glass: { reason: string; accounts: readonly string[] },
  ): Promise<void>
}

/** Where no mail is written. */
export const NO_NOTICES: RequestNotices = {
  submitted: () => Promise.resolve(),
  decided: () => Promise.resolve(),
  failed: () => Promise.resolve(),
  brokeGlass: () => Promise.resolve(),
}

/** Rows of change control: history, requests and their approvals, access to policies. */

import type { ColumnType, Generated } from 'kysely'
import type {
  PolicyPermission,
  PolicyVerb,
  RequestAction,
  RequestState,
} from '../../contract/policy-lifecycle.ts'

/** A JSON column: read as a value, written as text. The folder that owns it knows its shape. */
type Json = ColumnType<unknown, string, string>

/** One thing that was done with a policy. Never changed, never deleted: the database refuses it. */
export interface PolicyEventTable {
  id: Generated<number>
  policyId: string
  /** `save` and `clear` are changes by a settings page: check out, check in and deploy in one. */
  verb: PolicyVerb | 'save' | 'clear'
  /** The version that it made, or that it was about. */
  number: number | null
  at: Date
  by: string
  byName: string
  comment: string
  detail: ColumnType<unknown, string | undefined, string>
}

/** What somebody asked others to do. Of each policy at most one is open or scheduled. */
export interface PolicyRequestTable {
  id: Generated<string>
  policyId: string
  action: RequestAction
  state: RequestState
  at: Date
  by: string
  byName: string
  comment: string
  /** An address that gets a copy of the mail; empty for none. */
  cc: Generated<string>
  /** What exactly is to be done: of a deployment the version and its links… */
  order: Json
  expiresAt: Date | null
  /** Not to be done before. */
  notBefore: Date | null
  endedAt: Date | null
  endedBy: string | null
  endedByName: string | null
  /** Code of the error that an approved request ended with. */
  failure: string | null
  /** The last test of what it proposes. */
  testId: string | null
}

/** What one person said to a request: the first word counts. */
export interface PolicyApprovalTable {
  requestId: string
  accountId: string
  byName: string
  at: Date
  verdict: 'approve' | 'reject'
  comment: string
}

/** A line of an access list: of a policy or, without one, of all. */
export interface PolicyAccessTable {
  id: Generated<number>
  policyId: string | null
  principalIs: 'role' | 'account'
  /** A role, or an account's id. */
  principal: string
  permission: PolicyPermission
  effect: 'allow' | 'deny'
}

/** Which secrets go with a working copy. */
export interface PolicyWorkingSecretTable {
  policyId: string
  name: string
  secretId: string
}

export interface ChangeControlTables {
  policyEvent: PolicyEventTable
  policyRequest: PolicyRequestTable
  policyApproval: PolicyApprovalTable
  policyAccess: PolicyAccessTable
  policyWorkingSecret: PolicyWorkingSecretTable
}

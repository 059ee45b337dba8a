/** Rows of settings with versions, and of the tests of the mail configuration. */

import type { ColumnType, Generated } from 'kysely'
import type { PolicyState } from '../../contract/policy-lifecycle.ts'

/** A JSON column: read as a value, written as text. The folder that owns it knows its shape. */
type Json = ColumnType<unknown, string, string>
type JsonOrNull = ColumnType<unknown, string | null | undefined, string | null>

/** One setting, or group of settings, that has versions. */
export interface PolicyTable {
  id: Generated<string>
  /** What it means: `mail`, `sign-in`… */
  kind: string
  /** Tells policies of one kind apart, case ignored; empty where there is only one. */
  name: string
  /** Number of the newest version, 0 while there is none. Whoever adds one holds this row. */
  newest: Generated<number>
  createdAt: Date
  state: Generated<PolicyState>
  /** Grows by one with each transition: of two who saw the same one, one wins. */
  revision: Generated<number>
  isTemplate: Generated<boolean>
  /** What new policies of the kind begin as, when nothing else is said. */
  isDefaultTemplate: Generated<boolean>
  /** Who checked it out. */
  heldBy: string | null
  heldByName: string | null
  heldAt: Date | null
  /** What they changed and did not check in yet. */
  workingDocument: JsonOrNull
  /** Null unless it is checked out. */
  workingLinks: JsonOrNull
}

/**
 * Never deleted. What it says never changes; it can be lost, with the history kept, when there are
 * more versions than the limit. The database refuses everything else.
 */
export interface PolicyVersionTable {
  policyId: string
  /** From 1, without gaps. */
  number: number
  /** Null: there is nothing set. */
  document: JsonOrNull
  at: Date
  /** An account's id, or `command`, `setup`, `hub`, and the name that it had then. */
  by: string
  byName: string
  comment: string
  label: Generated<string>
  rolledBackTo: number | null
  /** Where the policy is to have effect, as it was checked in. */
  links: ColumnType<unknown, string | undefined, never>
  /** Whether the limit on versions leaves it alone. */
  isKept: Generated<boolean>
  /** Where it was imported from. */
  source: JsonOrNull
  /** When it lost what it said. */
  erasedAt: Date | null
}

export interface PolicySecretTable {
  id: string
  policyId: string
  name: string
  /** Sealed for the purpose `policy-secret:ID`. */
  sealed: Buffer
  /** When and by whom it was set. */
  at: Date
  by: string
  byName: string
}

/** Which secrets go with a version. */
export interface PolicyVersionSecretTable {
  policyId: string
  number: number
  name: string
  secretId: string
}

/** What was in force from when on; the newest row is what is now. */
export interface PolicyDeploymentTable {
  id: Generated<number>
  policyId: string
  /** Null: it was taken out of production. */
  number: number | null
  at: Date
  by: string
  byName: Generated<string>
  /** The name it has in production: a new one counts once it is deployed again. */
  name: Generated<string>
  /** Where it has effect. */
  links: ColumnType<unknown, string | undefined, never>
  requestId: string | null
  /** Why an administrator put it in force without the approvals that it needed. */
  breakGlassReason: string | null
}

export type MailTestState = 'waiting' | 'running' | 'over'

export interface MailTestTable {
  id: string
  state: MailTestState
  startedAt: Date
  finishedAt: Date | null
  by: string
  byName: string
  recipient: string
  /** A saved version, or the values of a form that had begun from it. */
  tested: 'saved' | 'shown'
  version: number
  /** The values, without secrets. */
  document: Json
  /** Their secrets, sealed for the purpose `mail-test:ID`; null from the moment that it is over. */
  sealed: Buffer | null
  stages: Json
  /** Null until it is over. */
  outcome: JsonOrNull
}

export interface PolicyTables {
  policy: PolicyTable
  policyVersion: PolicyVersionTable
  policySecret: PolicySecretTable
  policyVersionSecret: PolicyVersionSecretTable
  policyDeployment: PolicyDeploymentTable
  mailTest: MailTestTable
}

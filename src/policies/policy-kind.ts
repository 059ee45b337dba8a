/** What a kind of policy is: declared by the folder that owns its meaning. */

import type { z } from 'zod'
import type { JsonValue } from '../base/canonical-json.ts'
import type { FieldIssue } from '../base/field-issues.ts'
import type { Role } from '../contract/permissions.ts'
import type { FieldChange } from '../contract/policies.ts'

/** What a policy says, without its secrets. */
export type PolicyDocument = Readonly<Record<string, JsonValue>>

/** Secrets in clear, by name: only ever in memory. */
export type Secrets = Readonly<Record<string, string>>

/** What a validator found. With issues, the document is not taken; warnings do not keep it out. */
export interface Findings<Document> {
  readonly issues: readonly FieldIssue[]
  readonly warnings: readonly FieldIssue[]
  /** In its normal form: trimmed, addresses with A-labels… */
  readonly document: Document
}

export interface PolicyKind<Document extends PolicyDocument = PolicyDocument> {
  /** For ever: `mail`, `sign-in`. */
  readonly kind: string
  /** The form, without the rules: what is stored is read by it. */
  readonly schema: z.ZodType<Document>
  /** What holds before anybody said anything, and after it was cleared. Null: nothing does. */
  readonly defaults: Document | null
  /** The names of the secrets that such a document has a use for; others are not kept with it. */
  secretsOf(document: Document): readonly string[]
  /** The rules: run when it is saved and when it is rolled back to. */
  validate(document: Document, secrets: Secrets): Findings<Document>
  /** There is one of this kind at most, without a name: `mail`, `sign-in`. */
  readonly isOnlyOne?: boolean
  /** What a new policy says that is made from nothing; without it, the defaults. */
  readonly empty?: Document
  /** How two documents differ, where their fields by path would say it badly; not their secrets. */
  differences?(was: Document | null, is: Document | null): readonly FieldChange[]
  /** The values that it sets, by their names, as people are shown what a change does: `mail.host`. */
  effects?(document: Document): Readonly<Record<string, JsonValue>>
  /** Tries what is proposed before it counts, for whoever asks; says the id of the test. */
  test?(proposal: {
    readonly document: Document
    readonly secrets: Secrets
    readonly version: number
    readonly by: Author & { readonly address: string }
  }): Promise<string>
  /** Called in every process once another version is in force. */
  onDeployed?(): void
}

/** Which policy: of a kind there may be several, by name. */
export interface PolicyKey {
  readonly kind: string
  readonly name: string
}

/** The name of a policy that is the only one of its kind. */
export const ONLY_ONE = ''

/** Where the queries find the policy of a kind. */
export function keyOf({ kind }: Pick<PolicyKind, 'kind'>): PolicyKey {
  return { kind, name: ONLY_ONE }
}

/** Who changes something: an account's id, or `command`, `setup`, `hub`; and their name. */
export interface Author {
  readonly id: string
  readonly name: string
}

/** Whoever changes settings by the short way; an account says its roles, and is asked for permissions. */
export interface Changer extends Author {
  readonly roles?: readonly Role[]
}

/** The authors that are no accounts. */
export const COMMAND: Author = { id: 'command', name: 'command' }
export const HUB: Author = { id: 'hub', name: 'hub' }

export function isAccount({ id }: Author): boolean {
  return ![COMMAND.id, HUB.id, 'setup'].includes(id)
}

/** What to do with a secret. Without an order it is kept. */
export type SecretOrder = { readonly set: string } | 'clear' | 'keep'

export type SecretOrders = Readonly<Record<string, SecretOrder | undefined>>

/** That there is a secret. */
export interface SecretFact {
  /** Of the stored secret: the same id is the same secret. */
  readonly id: string
  readonly name: string
  readonly at: Date
  readonly by: Author
}

/** A version as it is told of in a list. */
export interface PolicyVersion {
  readonly number: number
  readonly at: Date
  readonly by: Author
  readonly comment: string
  readonly label: string
  readonly rolledBackTo: number | null
}

/** A version with what it says. */
export interface PolicyContent<Document extends PolicyDocument = PolicyDocument> {
  readonly version: PolicyVersion
  /** Null: it says nothing, the policy was cleared. */
  readonly document: Document | null
  readonly secrets: readonly SecretFact[]
}

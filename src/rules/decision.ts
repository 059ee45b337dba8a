/** What a decision says. Plain JSON, stored with the message. */

import type { EncryptionOutcome } from '../db/tables/organization.ts'

export type Decision = Refusal | Plan

/** The message is not taken: nothing of it is sent to anyone. */
export interface Refusal {
  readonly is: 'refuse'
  readonly rule: Rule
  readonly because: 'no_certificate'
  /** The recipients that no certificate could be used for. */
  readonly without: readonly string[]
}

/** The message is sent, to each recipient as said. */
export interface Plan {
  readonly is: 'send'
  readonly rule: Rule
  readonly signing: Signing
  /** In the order of the envelope. */
  readonly recipients: readonly PlannedRecipient[]
  /** What is made and sent; a recipient's `copy` is an index of this. */
  readonly copies: readonly Copy[]
  /** The same content travels encrypted and in clear: who reads one knows the other. */
  readonly twoStrengths: boolean
}

/**
 * Which rule held, and the outcome that it asked for.
 *
 * - `required`: the message itself asked for encryption.
 * - `organization`: the organisation's setting.
 * - `hub`: mail that the hub writes.
 * - `foreign`: mail of a foreign sender, from a known mail server.
 */
export interface Rule {
  readonly name: 'required' | 'organization' | 'hub' | 'foreign'
  readonly outcome: EncryptionOutcome
}

export type Signing =
  | { readonly is: 'signed'; readonly certificate: string; readonly author: string }
  | {
      readonly is: 'unsigned'
      readonly because:
        | 'signed_before'
        | 'encrypted_before'
        | 'no_author'
        | 'several_authors'
        | 'foreign_author'
        | 'no_certificate'
    }

export type ClearReason = 'encryption_off' | 'not_all_can_read' | 'no_certificate'

/** What one recipient gets. `passed`: the bytes as they came, encrypted by someone else. */
export type UnplacedRecipient = { readonly address: string } & (
  | { readonly gets: 'encrypted'; readonly certificate: string }
  | { readonly gets: 'clear'; readonly because: ClearReason }
  | { readonly gets: 'passed' }
  | { readonly gets: 'bounce'; readonly because: 'no_certificate' }
)

export type PlannedRecipient = UnplacedRecipient & {
  /** Index of the copy that this recipient gets; absent when it bounces. */
  readonly copy?: number
}

/** How strongly a copy is protected on its way. */
export type Strength = 'encrypted' | 'clear' | 'passed'

/** One message as it travels: its recipients share every byte of it. */
export interface Copy {
  readonly strength: Strength
  readonly recipients: readonly string[]
  /** Certificates to encrypt to, one for each recipient and in their order; empty unless encrypted. */
  readonly certificates: readonly string[]
}

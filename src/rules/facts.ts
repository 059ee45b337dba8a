/**
 * What a decision is made from. Everything is plain JSON: it is stored with the message, so that the
 * decision can be computed again later, with the same result and the same reasons.
 */

import type { EncryptionOutcome } from '../db/tables/organization.ts'

/** How a message came in; `hub` is mail that the hub itself writes. */
export type Way = 'submission' | 'relay' | 'api' | 'hub'

/** Protection that a message carries when it comes in. Such bytes are never touched. */
export type Protection =
  'none' | 'smime-signed' | 'smime-encrypted' | 'pgp-signed' | 'pgp-encrypted'

/** A certificate that was looked at for one address and one purpose. */
export interface Candidate {
  /** SHA-256 of the certificate, 64 hex digits. */
  readonly certificate: string
  readonly usable: boolean
  /** Why it is not usable. */
  readonly because?: string
  /** Its private key is not with the hub, so that its owner can open what is encrypted to it. */
  readonly keyIsElsewhere?: boolean
}

export interface RecipientFacts {
  /** As in the envelope, its domain in lower case. */
  readonly address: string
  /** Named in a To or Cc field. The others are blind: nobody may learn of them. */
  readonly named: boolean
  /** Best first. */
  readonly candidates: readonly Candidate[]
}

export interface Facts {
  readonly via: Way
  /** Empty for the null reverse-path. */
  readonly envelopeFrom: string
  /** The addresses of the From field. */
  readonly authors: readonly string[]
  readonly recipients: readonly RecipientFacts[]
  /** In lower case. */
  readonly localDomains: readonly string[]
  /** Certificates that could sign for the one author, best first. */
  readonly signers: readonly Candidate[]
  readonly outcome: EncryptionOutcome
  /** The message said `X-Sealpost-Encrypt: required`. */
  readonly encryptionRequired: boolean
  readonly protection: Protection
}

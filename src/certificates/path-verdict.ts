/** What can become of the validation of a certificate: plain values, for people and for programs. */

import type { Certificate } from '../formats/x509/certificate.ts'

/** What the key of the end entity is to be used for. `any` looks at no usage of it at all. */
export type Purpose = 'email-sign' | 'email-encrypt' | 'any'

export type PathProblem =
  /** No chain of names leads from it to a trust anchor. */
  | 'unknown_issuer'
  /** Its issuer is there, and did not sign it. */
  | 'bad_signature'
  /** Signed over MD5 or SHA-1. */
  | 'weak_signature'
  | 'unsupported_algorithm'
  /** RSA below 2,048 bits and the other cases of `KeyWeakness`. */
  | 'weak_key'
  | 'not_yet_valid'
  | 'expired'
  | 'revoked'
  /** No usable revocation list says anything, and one was demanded or relied on. */
  | 'revocation_unknown'
  /** Key usage or extended key usage rule this purpose out, or an authority's certificate is used as a person's. */
  | 'wrong_usage'
  /** It issued a certificate and may not: no CA, or not for signing certificates. */
  | 'not_an_authority'
  /** More authorities follow one than it allows. */
  | 'path_too_long'
  /** An extension that has to be understood is not: it might forbid what we would allow. */
  | 'unsupported_critical_extension'
  /** A serial number that is zero or negative. */
  | 'malformed_serial'
  /** The search used up its budget: more certificates of the same name than anyone needs. */
  | 'too_complex'

export type PathVerdict =
  | {
      readonly is: 'valid'
      /** From the end entity to the trust anchor, both included. */
      readonly path: readonly Certificate[]
      /** `good`: a usable list vouches for every certificate below the anchor. */
      readonly revocation: 'good' | 'unknown'
      readonly unusedCrls: readonly UnusedCrl[]
    }
  | {
      readonly is: 'untrusted'
      readonly because: PathProblem
      /** The certificate of the path at which it failed. */
      readonly certificate: Certificate
      /** More about it, such as the object identifier of an extension. */
      readonly detail?: string
      readonly unusedCrls: readonly UnusedCrl[]
    }

/** A list for an issuer of the path that says nothing, and why. */
export interface UnusedCrl {
  /** Name of its issuer as text. */
  readonly issuer: string
  readonly because:
    | 'unsupported_critical_extension'
    | 'bad_signature'
    | 'issuer_may_not_sign_lists'
    | 'not_yet_valid'
    | 'out_of_date'
  readonly detail?: string
}

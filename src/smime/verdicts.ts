/**
 * What became of a message: one verdict for each layer, and one for the message as a whole.
 *
 * Verdicts of layers are never merged: a signature speaks for what it is around and for nobody else's
 * signature inside. The verdict of the message names one signer at most.
 */

import type { PathProblem } from '../certificates/path-verdict.ts'
import type { CertificateIdentifier } from '../formats/cms/certificate-identifier.ts'
import type { EnvelopeKind } from '../formats/cms/enveloped-data.ts'
import type { RecipientCount } from '../formats/cms/recipient-kinds.ts'
import type { SignatureFlaw } from '../formats/cms/verify.ts'
import type { Certificate } from '../formats/x509/certificate.ts'

/** One signature of a layer. */
export type SignerVerdict = { readonly algorithms: SignerAlgorithms } & SignatureOutcome

/** As the SignerInfo names them: names of ours, or dotted object identifiers. */
export interface SignerAlgorithms {
  readonly digest: string
  readonly signature: string
}

export type SignatureOutcome =
  | ({ readonly is: 'valid'; readonly revocation: 'good' | 'unknown' } & VerifiedSigner)
  /** The signature is right, and the certificate is not to be trusted with it. */
  | ({
      readonly is: 'untrusted'
      readonly because: PathProblem
      /** The certificate of the path at which it failed. */
      readonly at: Certificate
    } & VerifiedSigner)
  | {
      readonly is: 'broken'
      readonly because: SignatureFlaw
      readonly certificate?: Certificate
    }

/** A signature that fits its content. */
export interface VerifiedSigner {
  readonly certificate: Certificate
  /** Such as `rsa-pss sha256`. */
  readonly method: string
  /** What the signer says; nobody else vouches for it. */
  readonly signedAt?: Date
}

/** What is wrong with a signed layer whatever its signatures say. */
export type LayerFlaw =
  /** Neither DER nor BER, or no CMS of this kind. */
  | 'malformed'
  /** `multipart/signed` has not exactly two parts, or the second says that it is no signature. */
  | 'wrong_parts'
  /** The signature brings content of its own, and it is not the content that is shown. */
  | 'other_content_inside'
  /** The signature is alone: what it signs is not there. */
  | 'content_missing'
  /** Readers differ on where the header ends, or on what it says: see `ambiguity.ts`. */
  | 'ambiguous_header'
  /** What is signed is not said to be plain data, as mail is: it was signed for another use (M-11). */
  | 'other_content_type'

/** What becomes of a signed layer: only if every signature is valid is the layer. */
export type SignatureVerdict =
  | { readonly is: 'valid' }
  | { readonly is: 'untrusted'; readonly because: PathProblem }
  | { readonly is: 'broken'; readonly because: SignatureFlaw | LayerFlaw }
  | { readonly is: 'unsigned'; readonly because: 'no_signers' | 'certificates_only' }

export interface SignedLayer {
  readonly kind: 'signed'
  readonly form: 'clear' | 'opaque'
  readonly signers: readonly SignerVerdict[]
  readonly verdict: SignatureVerdict
  /** Certificates that came along and could be read. */
  readonly certificates: readonly Certificate[]
}

/** Why encrypted content stays closed. */
export type ClosedBecause =
  /** None of the keys at hand is one it is encrypted to. */
  | 'no_key'
  /** One of them is, and it does not open: one answer, whatever the reason is. */
  | 'cannot_decrypt'
  /** An algorithm that this version does not read, or a re-labelled one (C-10). */
  | 'unsupported_cipher'
  | 'content_missing'

export type DecryptionOutcome =
  | { readonly is: 'opened'; readonly by: Certificate }
  | { readonly is: 'closed'; readonly because: ClosedBecause }

export interface EncryptedLayer {
  readonly kind: 'encrypted'
  readonly envelope: EnvelopeKind
  /** A name of ours (`aes-256-gcm`), or a dotted object identifier. */
  readonly cipher: string
  readonly recipients: readonly CertificateIdentifier[]
  readonly recipientCounts: readonly RecipientCount[]
  readonly outcome: DecryptionOutcome
}

/** A CMS object that is neither signed nor encrypted, or cannot be read. */
export interface UnreadableLayer {
  readonly kind: 'unreadable'
  readonly because: 'malformed' | 'unsupported_content'
  /** Dotted type of what is not supported. */
  readonly contentType?: string
}

export type Layer = SignedLayer | EncryptedLayer | UnreadableLayer

/** Whether, and by whom, the whole displayed message is signed. */
export type MessageVerdict =
  /** By `signer`: the address of its single From, unless that was not to be looked at. */
  | { readonly is: 'valid'; readonly signer: string; readonly certificate: Certificate }
  /** Signed, and not by the address it is from. */
  | { readonly is: 'unbound'; readonly because: UnboundBecause }
  | { readonly is: 'untrusted'; readonly because: PathProblem }
  | { readonly is: 'broken'; readonly because: SignatureFlaw | LayerFlaw }
  | { readonly is: 'unsigned'; readonly because: UnsignedBecause }
  | { readonly is: 'closed'; readonly because: ClosedBecause }
  | { readonly is: 'unreadable'; readonly because: UnreadableLayer['because'] }

export type UnboundBecause =
  | 'from_missing'
  | 'several_from'
  | 'from_malformed'
  /** The certificates of the signers are not all for the address. */
  | 'other_address'
  /** As before, but they are for the address of `Sender`. */
  | 'sender_only'
  /** A certificate names no address at all: it may be anyone's (H-03). */
  | 'no_address'
  /** What is signed has a From of its own, and another. */
  | 'other_from_inside'

export type UnsignedBecause =
  | 'no_signature'
  /** A part is signed, the message around it is not. */
  | 'only_part_signed'
  | 'no_signers'
  | 'certificates_only'

/** The signatures that Sealpost makes: one table with all that is known of each. */

import { type KeyObject, constants, sign, type SignKeyObjectInput } from 'node:crypto'
import { explicit, integer, nullValue, objectIdentifier, sequence } from '../asn1/writer.ts'
import { KEY_ALGORITHM, MGF1, SIGNATURE_ALGORITHM } from '../x509/oids.ts'
import type { PublicKey } from '../x509/public-key.ts'
import { DIGESTS, type DigestName } from './digests.ts'

export type SignatureScheme =
  | 'rsa-sha256'
  | 'rsa-sha384'
  | 'rsa-sha512'
  | 'rsa-pss-sha256'
  | 'rsa-pss-sha384'
  | 'rsa-pss-sha512'
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'ed25519'

export type SignatureFamily = 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519'

interface SchemeFacts {
  readonly family: SignatureFamily
  /** Digest of the content; the signature itself uses the same (RFC 8933). */
  readonly digest: DigestName
  /** AlgorithmIdentifier as SignerInfo holds it. */
  readonly identifier: Uint8Array
}

export const SIGNATURE_SCHEMES: Readonly<Record<SignatureScheme, SchemeFacts>> = {
  'rsa-sha256': rsa('sha256'),
  'rsa-sha384': rsa('sha384'),
  'rsa-sha512': rsa('sha512'),
  'rsa-pss-sha256': rsaPss('sha256'),
  'rsa-pss-sha384': rsaPss('sha384'),
  'rsa-pss-sha512': rsaPss('sha512'),
  'ecdsa-sha256': ecdsa('sha256', SIGNATURE_ALGORITHM.ecdsaWithSha256),
  'ecdsa-sha384': ecdsa('sha384', SIGNATURE_ALGORITHM.ecdsaWithSha384),
  'ecdsa-sha512': ecdsa('sha512', SIGNATURE_ALGORITHM.ecdsaWithSha512),
  // RFC 8419 section 3.1: with signed attributes the digest is SHA-512.
  ed25519: {
    family: 'ed25519',
    digest: 'sha512',
    identifier: sequence(objectIdentifier(KEY_ALGORITHM.ed25519)),
  },
}

/** `rsaEncryption` rather than `sha256WithRSAEncryption`: older readers know only that (RFC 3370). */
function rsa(digest: DigestName): SchemeFacts {
  const identifier = sequence(objectIdentifier(KEY_ALGORITHM.rsa), nullValue())
  return { family: 'rsa', digest, identifier }
}

/** RFC 4056: MGF1 with the same digest, a salt as long as the digest, trailer field left at 1. */
function rsaPss(digest: DigestName): SchemeFacts {
  const hash = DIGESTS[digest].identifierWithNull
  const mgf = sequence(objectIdentifier(MGF1), hash)
  const parameters = sequence(
    explicit(0, hash),
    explicit(1, mgf),
    explicit(2, integer(DIGESTS[digest].bytes)),
  )
  const identifier = sequence(objectIdentifier(KEY_ALGORITHM.rsaPss), parameters)
  return { family: 'rsa-pss', digest, identifier }
}

function ecdsa(digest: DigestName, oid: string): SchemeFacts {
  return { family: 'ecdsa', digest, identifier: sequence(objectIdentifier(oid)) }
}

/** True when a key of this kind can make signatures of this scheme. */
export function fitsScheme(key: PublicKey, scheme: SignatureScheme): boolean {
  return fitsFamily(key, SIGNATURE_SCHEMES[scheme].family)
}

/** True when signatures of this family can be checked with the key. */
export function fitsFamily(key: PublicKey, family: SignatureFamily): boolean {
  switch (family) {
    case 'rsa':
      return key.kind === 'rsa'
    case 'rsa-pss':
      return key.kind === 'rsa' || key.kind === 'rsa-pss'
    case 'ecdsa':
      return key.kind === 'ec'
    case 'ed25519':
      return key.kind === 'ed25519'
  }
}

/**
 * The scheme that suits a key when nothing else is asked for: PKCS#1 v1.5 with SHA-256 for RSA,
 * which every reader knows, and for a curve the digest of its strength. Undefined for keys that
 * cannot sign.
 */
export function schemeForKey(key: PublicKey): SignatureScheme | undefined {
  switch (key.kind) {
    case 'rsa':
      return 'rsa-sha256'
    case 'rsa-pss':
      return 'rsa-pss-sha256'
    case 'ec':
      if (key.curve === 'P-384') return 'ecdsa-sha384'
      return key.curve === 'P-521' ? 'ecdsa-sha512' : 'ecdsa-sha256'
    case 'ed25519':
      return 'ed25519'
    case 'x25519':
    case 'other':
      return undefined
  }
}

/**
 * What `crypto.sign` is told besides the digest, for one key and scheme. The key by itself where
 * nothing else is to be said: an object around it costs a third of a P-256 signature.
 */
function signingInput(key: KeyObject, scheme: SignatureScheme): KeyObject | SignKeyObjectInput {
  if (SIGNATURE_SCHEMES[scheme].family !== 'rsa-pss') return key
  const saltLength = DIGESTS[SIGNATURE_SCHEMES[scheme].digest].bytes
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

/** Name of the digest for `crypto.sign` and `crypto.verify`; Ed25519 brings its own. */
function signingDigest(scheme: SignatureScheme): DigestName | null {
  return scheme === 'ed25519' ? null : SIGNATURE_SCHEMES[scheme].digest
}

/** Signs bytes on this thread: right for elliptic curves, whose signatures take 25 µs. */
export function signNow(key: KeyObject, scheme: SignatureScheme, bytes: Uint8Array): Uint8Array {
  return sign(signingDigest(scheme), bytes, signingInput(key, scheme))
}

/** Signs bytes on the thread pool: right for RSA, whose signatures take 0.2 ms and more. */
export function signSoon(
  key: KeyObject,
  scheme: SignatureScheme,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  sign(signingDigest(scheme), bytes, signingInput(key, scheme), (error, signature) => {
    if (error === null) resolve(signature)
    else reject(error)
  })
  return promise
}

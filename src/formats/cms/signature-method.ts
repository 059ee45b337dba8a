/** What the algorithm identifiers of a SignerInfo mean, and how its signature is checked. */

import { type KeyObject, type VerifyKeyObjectInput, constants, verify } from 'node:crypto'
import { Asn1Reader } from '../asn1/reader.ts'
import type { AlgorithmIdentifier } from '../x509/algorithm.ts'
import { KEY_ALGORITHM, SIGNATURE_ALGORITHM } from '../x509/oids.ts'
import { readPssParameters } from '../x509/pss-parameters.ts'
import { DIGESTS, type DigestName, findDigest } from './digests.ts'
import type { SignatureFamily } from './signature-schemes.ts'

export interface SignatureMethod {
  readonly family: SignatureFamily
  /** Digest of content and attributes. */
  readonly digest: DigestName
  /** PSS only: octets of salt. */
  readonly saltBytes: number
}

export type MethodFlaw =
  /** Not known here, or with parameters that are not known. */
  | 'unsupported_algorithm'
  /** Its digest no longer resists collisions: SHA-1. */
  | 'weak_algorithm'
  /** Content and signature are said to use different digests (RFC 8933). */
  | 'digests_differ'

/** How SignerInfo's two algorithms make a signature, or why they do not. Weak ones are a flaw. */
export function signatureMethod(
  digestAlgorithm: AlgorithmIdentifier,
  signatureAlgorithm: AlgorithmIdentifier,
  { acceptWeak }: { acceptWeak: boolean },
): SignatureMethod | MethodFlaw {
  const digest = findDigest(digestAlgorithm.oid)
  if (digest === undefined) return 'unsupported_algorithm'
  const method = methodOf(signatureAlgorithm, digest)
  if (typeof method === 'string') return method
  if (method.digest !== digest) return 'digests_differ'
  if (DIGESTS[digest].isWeak && !acceptWeak) return 'weak_algorithm'
  return method
}

/** Identifiers that fix family and digest. */
const FIXED: ReadonlyMap<string, Pick<SignatureMethod, 'family' | 'digest'>> = new Map([
  [SIGNATURE_ALGORITHM.sha1WithRsa, { family: 'rsa', digest: 'sha1' }],
  [SIGNATURE_ALGORITHM.sha256WithRsa, { family: 'rsa', digest: 'sha256' }],
  [SIGNATURE_ALGORITHM.sha384WithRsa, { family: 'rsa', digest: 'sha384' }],
  [SIGNATURE_ALGORITHM.sha512WithRsa, { family: 'rsa', digest: 'sha512' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha1, { family: 'ecdsa', digest: 'sha1' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha256, { family: 'ecdsa', digest: 'sha256' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha384, { family: 'ecdsa', digest: 'sha384' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha512, { family: 'ecdsa', digest: 'sha512' }],
  // RFC 8419 section 3: SHA-512 digests the content.
  [KEY_ALGORITHM.ed25519, { family: 'ed25519', digest: 'sha512' }],
] as const)

/** What an algorithm identifier of a SignerInfo is called, whether it is accepted or not. */
export function signatureName(oid: string): string {
  if (oid === KEY_ALGORITHM.rsa) return 'rsa'
  if (oid === KEY_ALGORITHM.rsaPss) return 'rsa-pss'
  return FIXED.get(oid)?.family ?? oid
}

function methodOf(
  algorithm: AlgorithmIdentifier,
  digest: DigestName,
): SignatureMethod | MethodFlaw {
  if (algorithm.oid === KEY_ALGORITHM.rsa) return { family: 'rsa', digest, saltBytes: 0 }
  if (algorithm.oid === KEY_ALGORITHM.rsaPss) return pssMethod(algorithm.parameters)
  const fixed = FIXED.get(algorithm.oid)
  return fixed === undefined ? 'unsupported_algorithm' : { ...fixed, saltBytes: 0 }
}

/** RFC 4056: absent parameters mean SHA-1, which is weak. */
function pssMethod(parameters: Uint8Array | undefined): SignatureMethod | MethodFlaw {
  if (parameters === undefined) return { family: 'rsa-pss', digest: 'sha1', saltBytes: 20 }
  const pss = readPssParameters(Asn1Reader.ber(parameters))
  if (pss === undefined || pss.digest === 'sha224') return 'unsupported_algorithm'
  return { family: 'rsa-pss', digest: pss.digest, saltBytes: pss.saltBytes }
}

/** True when the signature over the bytes was made with the private half of the key. */
export function checkSignature(
  method: SignatureMethod,
  key: KeyObject,
  { bytes, signature }: { bytes: Uint8Array; signature: Uint8Array },
): boolean {
  const digest = method.family === 'ed25519' ? null : method.digest
  try {
    return verify(digest, bytes, verifyInput(method, key), signature)
  } catch {
    // OpenSSL throws for signatures of a wrong form or size: they are not valid, which is an answer.
    return false
  }
}

function verifyInput(method: SignatureMethod, key: KeyObject): KeyObject | VerifyKeyObjectInput {
  if (method.family !== 'rsa-pss') return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: method.saltBytes }
}

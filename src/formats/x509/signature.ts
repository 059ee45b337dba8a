/** Signatures on certificates and CRLs: which algorithms are known, and whether one verifies. */

import { constants, verify } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import type { AlgorithmIdentifier } from './algorithm.ts'
import { type DigestAlgorithm, KEY_ALGORITHM, SIGNATURE_ALGORITHM } from './oids.ts'
import { type PssParameters, readPssParameters } from './pss-parameters.ts'
import type { PublicKey } from './public-key.ts'

/** What carries a signature over its own first part. */
export interface Signed {
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/**
 * `weak_algorithm`: MD5 or SHA-1, not even looked at unless allowed. `unsupported_algorithm`: not in
 * the table, or not one for this kind of key.
 */
export type SignatureCheck = 'valid' | 'invalid' | 'weak_algorithm' | 'unsupported_algorithm'

type Digest = 'md5' | DigestAlgorithm

interface SignatureScheme {
  /** Undefined: the algorithm does its own hashing. */
  readonly digest: Digest | undefined
  /** Algorithms of public keys that may make it. */
  readonly keys: readonly string[]
}

const RSA = { keys: [KEY_ALGORITHM.rsa] } as const
const ECDSA = { keys: [KEY_ALGORITHM.ec] } as const
const DSA = { keys: [KEY_ALGORITHM.dsa] } as const

/** All but RSASSA-PSS, whose parts stand in its parameters. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  [SIGNATURE_ALGORITHM.md5WithRsa, { ...RSA, digest: 'md5' }],
  [SIGNATURE_ALGORITHM.sha1WithRsa, { ...RSA, digest: 'sha1' }],
  [SIGNATURE_ALGORITHM.sha224WithRsa, { ...RSA, digest: 'sha224' }],
  [SIGNATURE_ALGORITHM.sha256WithRsa, { ...RSA, digest: 'sha256' }],
  [SIGNATURE_ALGORITHM.sha384WithRsa, { ...RSA, digest: 'sha384' }],
  [SIGNATURE_ALGORITHM.sha512WithRsa, { ...RSA, digest: 'sha512' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha1, { ...ECDSA, digest: 'sha1' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha224, { ...ECDSA, digest: 'sha224' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha256, { ...ECDSA, digest: 'sha256' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha384, { ...ECDSA, digest: 'sha384' }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha512, { ...ECDSA, digest: 'sha512' }],
  [SIGNATURE_ALGORITHM.sha1WithDsa, { ...DSA, digest: 'sha1' }],
  [KEY_ALGORITHM.ed25519, { digest: undefined, keys: [KEY_ALGORITHM.ed25519] }],
  [KEY_ALGORITHM.ed448, { digest: undefined, keys: [KEY_ALGORITHM.ed448] }],
])

/**
 * Verifies one signature with one key. The key's strength is judged elsewhere (`weaknessOf`), before:
 * this does the work whatever it costs.
 */
export function checkSignature(
  { tbs, signatureAlgorithm, signature }: Signed,
  key: PublicKey,
  { allowWeakDigests = false }: { allowWeakDigests?: boolean } = {},
): SignatureCheck {
  const scheme = schemeOf(signatureAlgorithm)
  if (scheme === undefined || !scheme.keys.includes(key.algorithm)) return 'unsupported_algorithm'
  if (isWeak(scheme.digest) && !allowWeakDigests) return 'weak_algorithm'
  try {
    const padding =
      'saltBytes' in scheme
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltBytes }
        : {}
    const isValid = verify(scheme.digest, tbs, { key: key.keyObject, ...padding }, signature)
    return isValid ? 'valid' : 'invalid'
  } catch (error) {
    if (error instanceof HubError) return 'unsupported_algorithm'
    // OpenSSL throws, instead of saying no, for signatures that are not even of the right form.
    return 'invalid'
  }
}

function isWeak(digest: Digest | undefined): boolean {
  return digest === 'md5' || digest === 'sha1'
}

function schemeOf({
  oid,
  parameters,
}: AlgorithmIdentifier): SignatureScheme | (SignatureScheme & PssParameters) | undefined {
  if (oid !== KEY_ALGORITHM.rsaPss) return SCHEMES.get(oid)
  // RFC 4055 section 3.1: in a signature the parameters have to be there.
  const pss = parameters && readPssParameters(Asn1Reader.der(parameters))
  return pss && { ...pss, keys: [KEY_ALGORITHM.rsa, KEY_ALGORITHM.rsaPss] }
}

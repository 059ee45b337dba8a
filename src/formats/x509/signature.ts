/** Signatures on certificates and CRLs: which algorithms are known, and whether one verifies. */

import { constants, verify } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { contextConstructed } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm } from './algorithm.ts'
import { MAX_RSA_BITS } from './key-strength.ts'
import { KEY_ALGORITHM } from './oids.ts'
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

type Digest = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

interface SignatureScheme {
  /** Undefined: the algorithm does its own hashing. */
  readonly digest: Digest | undefined
  /** Algorithms of public keys that may make it. */
  readonly keys: readonly string[]
}

const RSA = { keys: [KEY_ALGORITHM.rsa] } as const
const ECDSA = { keys: [KEY_ALGORITHM.ec] } as const
const DSA = { keys: ['1.2.840.10040.4.1'] } as const

/** All but RSASSA-PSS, whose parts stand in its parameters. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ['1.2.840.113549.1.1.4', { ...RSA, digest: 'md5' }],
  ['1.2.840.113549.1.1.5', { ...RSA, digest: 'sha1' }],
  ['1.2.840.113549.1.1.14', { ...RSA, digest: 'sha224' }],
  ['1.2.840.113549.1.1.11', { ...RSA, digest: 'sha256' }],
  ['1.2.840.113549.1.1.12', { ...RSA, digest: 'sha384' }],
  ['1.2.840.113549.1.1.13', { ...RSA, digest: 'sha512' }],
  ['1.2.840.10045.4.1', { ...ECDSA, digest: 'sha1' }],
  ['1.2.840.10045.4.3.1', { ...ECDSA, digest: 'sha224' }],
  ['1.2.840.10045.4.3.2', { ...ECDSA, digest: 'sha256' }],
  ['1.2.840.10045.4.3.3', { ...ECDSA, digest: 'sha384' }],
  ['1.2.840.10045.4.3.4', { ...ECDSA, digest: 'sha512' }],
  ['1.2.840.10040.4.3', { ...DSA, digest: 'sha1' }],
  ['1.3.101.112', { digest: undefined, keys: [KEY_ALGORITHM.ed25519] }],
  ['1.3.101.113', { digest: undefined, keys: [KEY_ALGORITHM.ed448] }],
])

const DIGESTS: ReadonlyMap<string, Digest> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

const RSASSA_PSS = KEY_ALGORITHM.rsaPss
const MGF1 = '1.2.840.113549.1.1.8'

/** The longest salt that fits the longest key: OpenSSL fills keys up unless told otherwise. */
const MAX_SALT_BYTES = MAX_RSA_BITS / 8

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
      'saltLength' in scheme
        ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength }
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

function schemeOf(
  algorithm: AlgorithmIdentifier,
): SignatureScheme | (SignatureScheme & { saltLength: number }) | undefined {
  if (algorithm.oid !== RSASSA_PSS) return SCHEMES.get(algorithm.oid)
  const parameters = parsePssParameters(algorithm.parameters)
  if (parameters === undefined) return undefined
  return { ...parameters, keys: [KEY_ALGORITHM.rsa, KEY_ALGORITHM.rsaPss] }
}

/**
 * Digest and salt length of RSASSA-PSS (RFC 4055 section 3.1). Undefined for parameters that cannot
 * be honoured: absent, a mask made with another digest, another trailer, a salt beyond reason.
 */
function parsePssParameters(
  encoded: Uint8Array | undefined,
): { digest: Digest; saltLength: number } | undefined {
  if (encoded === undefined) return undefined
  try {
    const outer = Asn1Reader.der(encoded)
    const reader = outer.sequence()
    outer.end()
    const hash = reader.optionalExplicit(0)
    const digest = hash === undefined ? 'sha1' : DIGESTS.get(readAlgorithm(hash).oid)
    const mask = reader.optionalExplicit(1)
    const maskDigest = mask === undefined ? 'sha1' : maskDigestOf(readAlgorithm(mask))
    const saltLength = reader.has(contextConstructed(2)) ? reader.explicit(2).smallInteger() : 20
    const trailer = reader.has(contextConstructed(3)) ? reader.explicit(3).smallInteger() : 1
    reader.end()
    if (digest === undefined || digest !== maskDigest) return undefined
    if (trailer !== 1 || saltLength > MAX_SALT_BYTES) return undefined
    return { digest, saltLength }
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}

function maskDigestOf({ oid, parameters }: AlgorithmIdentifier): Digest | undefined {
  if (oid !== MGF1 || parameters === undefined) return undefined
  return DIGESTS.get(readAlgorithm(Asn1Reader.der(parameters)).oid)
}

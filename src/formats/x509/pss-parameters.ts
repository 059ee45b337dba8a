import { HubError } from '../../base/errors.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { type AlgorithmIdentifier, readAlgorithm } from './algorithm.ts'
import { MAX_RSA_BITS } from './key-strength.ts'
import { type DigestAlgorithm, DIGEST_ALGORITHMS, MGF1 } from './oids.ts'

/** What RSASSA-PSS needs to know beside the key; the mask is made with the same digest. */
export interface PssParameters {
  readonly digest: DigestAlgorithm
  readonly saltBytes: number
}

/** The longest salt that fits the longest key: OpenSSL fills keys up unless told otherwise. */
const MAX_SALT_BYTES = MAX_RSA_BITS / 8

/**
 * Reads RSASSA-PSS-params (RFC 4055 section 3.1), of which the reader holds nothing else. Parts that
 * are left out have their defaults: SHA-1, and 20 octets of salt. Undefined for parameters that
 * cannot be honoured: malformed, a mask made with another digest, another trailer, a salt beyond
 * reason.
 */
export function readPssParameters(outer: Asn1Reader): PssParameters | undefined {
  try {
    const reader = outer.sequence()
    outer.end()
    const hash = reader.optionalExplicit(0)
    const digest = hash === undefined ? 'sha1' : digestOf(readAlgorithm(hash))
    const mask = reader.optionalExplicit(1)
    const maskDigest = mask === undefined ? 'sha1' : maskDigestOf(mask)
    const saltBytes = reader.optionalExplicit(2)?.smallInteger() ?? 20
    const trailer = reader.optionalExplicit(3)?.smallInteger() ?? 1
    reader.end()
    if (digest === undefined || digest !== maskDigest) return undefined
    return trailer === 1 && saltBytes <= MAX_SALT_BYTES ? { digest, saltBytes } : undefined
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}

function digestOf({ oid }: Pick<AlgorithmIdentifier, 'oid'>): DigestAlgorithm | undefined {
  return DIGEST_ALGORITHMS.get(oid)
}

/** The digest of MGF1, the only way to make a mask that there is. */
function maskDigestOf(reader: Asn1Reader): DigestAlgorithm | undefined {
  const algorithm = reader.sequence()
  return algorithm.objectIdentifier() === MGF1 ? digestOf(readAlgorithm(algorithm)) : undefined
}

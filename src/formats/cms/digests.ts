/** Message digests of CMS (RFC 5754): names, identifiers, lengths. */

import { nullValue, objectIdentifier, sequence } from '../asn1/writer.ts'
import { DIGEST_ALGORITHMS, DIGEST_OID } from '../x509/oids.ts'

export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512'

interface DigestFacts {
  readonly oid: string
  readonly bytes: number
  /** No longer resists collisions: accepted only where the caller asks for legacy. */
  readonly isWeak: boolean
  /** What `multipart/signed` calls it in `micalg` (RFC 8551 section 3.5.3.2). */
  readonly micalg: string
  /** AlgorithmIdentifier without parameters, as RFC 5754 section 2 wants it. */
  readonly identifier: Uint8Array
  /** With a NULL, as the parameters of RSASSA-PSS and RSAES-OAEP are written by everyone. */
  readonly identifierWithNull: Uint8Array
}

export const DIGESTS: Readonly<Record<DigestName, DigestFacts>> = {
  sha1: facts(DIGEST_OID.sha1, { bytes: 20, micalg: 'sha-1', isWeak: true }),
  sha256: facts(DIGEST_OID.sha256, { bytes: 32, micalg: 'sha-256', isWeak: false }),
  sha384: facts(DIGEST_OID.sha384, { bytes: 48, micalg: 'sha-384', isWeak: false }),
  sha512: facts(DIGEST_OID.sha512, { bytes: 64, micalg: 'sha-512', isWeak: false }),
}

function facts(oid: string, more: { bytes: number; micalg: string; isWeak: boolean }): DigestFacts {
  return {
    oid,
    ...more,
    identifier: sequence(objectIdentifier(oid)),
    identifierWithNull: sequence(objectIdentifier(oid), nullValue()),
  }
}

/** The digest of an identifier; undefined for those that are not known here: MD5, and SHA-224, which no mail uses. */
export function findDigest(oid: string): DigestName | undefined {
  const name = DIGEST_ALGORITHMS.get(oid)
  return name === 'sha224' ? undefined : name
}

/** Message digests of CMS (RFC 5754): names, identifiers, lengths. */

import { nullValue, objectIdentifier, sequence } from '../asn1/writer.ts'

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
  sha1: facts('1.3.14.3.2.26', { bytes: 20, micalg: 'sha-1', isWeak: true }),
  sha256: facts('2.16.840.1.101.3.4.2.1', { bytes: 32, micalg: 'sha-256', isWeak: false }),
  sha384: facts('2.16.840.1.101.3.4.2.2', { bytes: 48, micalg: 'sha-384', isWeak: false }),
  sha512: facts('2.16.840.1.101.3.4.2.3', { bytes: 64, micalg: 'sha-512', isWeak: false }),
}

function facts(oid: string, more: { bytes: number; micalg: string; isWeak: boolean }): DigestFacts {
  return {
    oid,
    ...more,
    identifier: sequence(objectIdentifier(oid)),
    identifierWithNull: sequence(objectIdentifier(oid), nullValue()),
  }
}

const NAMES = new Map<string, DigestName>([
  [DIGESTS.sha1.oid, 'sha1'],
  [DIGESTS.sha256.oid, 'sha256'],
  [DIGESTS.sha384.oid, 'sha384'],
  [DIGESTS.sha512.oid, 'sha512'],
])

/** The digest of an identifier; undefined for those that are not known here, MD5 among them. */
export function findDigest(oid: string): DigestName | undefined {
  return NAMES.get(oid)
}

/** The ciphers of content: one table (RFC 3565, RFC 5084). */

import type { AlgorithmIdentifier } from '../x509/algorithm.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'
import { integer, objectIdentifier, octetString, sequence } from '../asn1/writer.ts'

export type ContentCipher =
  'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'

interface CipherFacts {
  readonly oid: string
  readonly keyBytes: 16 | 24 | 32
  /** GCM has a tag and travels as AuthEnvelopedData; CBC has none and travels as EnvelopedData. */
  readonly isAuthenticated: boolean
  /** Octets of the IV of CBC, and of the nonce of GCM as written here. */
  readonly nonceBytes: 12 | 16
}

export const CONTENT_CIPHERS: Readonly<Record<ContentCipher, CipherFacts>> = {
  'aes-128-cbc': cbc('2.16.840.1.101.3.4.1.2', 16),
  'aes-192-cbc': cbc('2.16.840.1.101.3.4.1.22', 24),
  'aes-256-cbc': cbc('2.16.840.1.101.3.4.1.42', 32),
  'aes-128-gcm': gcm('2.16.840.1.101.3.4.1.6', 16),
  'aes-192-gcm': gcm('2.16.840.1.101.3.4.1.26', 24),
  'aes-256-gcm': gcm('2.16.840.1.101.3.4.1.46', 32),
}

function cbc(oid: string, keyBytes: 16 | 24 | 32): CipherFacts {
  return { oid, keyBytes, isAuthenticated: false, nonceBytes: 16 }
}

function gcm(oid: string, keyBytes: 16 | 24 | 32): CipherFacts {
  return { oid, keyBytes, isAuthenticated: true, nonceBytes: 12 }
}

/** Octets of the tag that is written. */
export const TAG_BYTES = 16

/** AES works on blocks of 16 octets. */
export const BLOCK_BYTES = 16

/** How content was encrypted. */
export type ContentEncryption =
  | { is: 'known'; cipher: ContentCipher; nonce: Uint8Array; tagBytes: number }
  /** Another algorithm: by its identifier it can be named to people. */
  | { is: 'unknown'; oid: string }
  /** One of ours with parameters that its standard does not allow. */
  | { is: 'malformed'; oid: string }

const BY_OID = new Map(
  Object.entries(CONTENT_CIPHERS).map(([name, { oid }]) => [oid, name as ContentCipher]),
)

/** What an AlgorithmIdentifier of content encryption says. */
export function readContentEncryption(algorithm: AlgorithmIdentifier): ContentEncryption {
  const cipher = BY_OID.get(algorithm.oid)
  if (cipher === undefined) return { is: 'unknown', oid: algorithm.oid }
  if (algorithm.parameters === undefined) return { is: 'malformed', oid: algorithm.oid }
  const { isAuthenticated } = CONTENT_CIPHERS[cipher]
  const read = isAuthenticated ? gcmParameters : cbcParameters
  const parameters = read(Asn1Reader.ber(algorithm.parameters))
  if (parameters === undefined) return { is: 'malformed', oid: algorithm.oid }
  return { is: 'known', cipher, ...parameters }
}

type Parameters = { nonce: Uint8Array; tagBytes: number } | undefined

function cbcParameters(reader: Asn1Reader): Parameters {
  if (!reader.has(TAG.octetString)) return undefined
  const nonce = reader.octetString()
  return nonce.byteLength === BLOCK_BYTES ? { nonce, tagBytes: 0 } : undefined
}

/**
 * GCMParameters of RFC 5084 section 3.2: a nonce, and the length of the tag, 12 unless said, from
 * 12 to 16. Nonces of other lengths than the recommended 12 are taken up to 64 octets, which is
 * more than anyone was seen to use.
 */
function gcmParameters(reader: Asn1Reader): Parameters {
  if (!reader.has(TAG.sequence)) return undefined
  const inner = reader.sequence()
  const nonce = inner.octetString()
  const tagBytes = inner.isAtEnd ? 12 : inner.smallInteger()
  inner.end()
  const allowed =
    nonce.byteLength >= 1 && nonce.byteLength <= 64 && tagBytes >= 12 && tagBytes <= TAG_BYTES
  return allowed ? { nonce, tagBytes } : undefined
}

/** AlgorithmIdentifiers with a nonce of zeros, made when first asked for. */
const templates = new Map<ContentCipher, Uint8Array>()

/** The AlgorithmIdentifier of a cipher with its nonce. */
export function encodeContentEncryption(cipher: ContentCipher, nonce: Uint8Array): Uint8Array {
  const template = templates.get(cipher) ?? makeTemplate(cipher)
  templates.set(cipher, template)
  const bytes = Buffer.from(template)
  // The nonce is last, but for the length of the tag of GCM.
  const after = CONTENT_CIPHERS[cipher].isAuthenticated ? TAG_LENGTH.byteLength : 0
  bytes.set(nonce, bytes.byteLength - after - nonce.byteLength)
  return bytes
}

const TAG_LENGTH = integer(TAG_BYTES)

function makeTemplate(cipher: ContentCipher): Uint8Array {
  const { oid, isAuthenticated, nonceBytes } = CONTENT_CIPHERS[cipher]
  const nonce = octetString(new Uint8Array(nonceBytes))
  return sequence(objectIdentifier(oid), isAuthenticated ? sequence(nonce, TAG_LENGTH) : nonce)
}

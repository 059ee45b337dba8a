/** SMIMECapabilities: what a correspondent can read, best first (RFC 8551 section 2.5.2). */

import { Asn1Reader } from '../asn1/reader.ts'
import { objectIdentifier, sequence } from '../asn1/writer.ts'
import { readAlgorithm } from '../x509/algorithm.ts'
import { CONTENT_CIPHERS, type ContentCipher } from './content-ciphers.ts'
import { KEY_ENCRYPTION_OID } from './oids.ts'

/** One capability: an algorithm, parameters mostly absent. */
export interface Capability {
  readonly oid: string
  /** As encoded; undefined when absent, which is not the same as NULL. */
  readonly parameters: Uint8Array | undefined
}

/** Real lists have about ten entries. More are not read: the first are the preferred ones. */
const MAX_CAPABILITIES = 100

/** What Sealpost itself reads, in the order in which it likes to receive it. */
const OURS: readonly string[] = [
  CONTENT_CIPHERS['aes-256-gcm'].oid,
  CONTENT_CIPHERS['aes-128-gcm'].oid,
  CONTENT_CIPHERS['aes-192-gcm'].oid,
  CONTENT_CIPHERS['aes-256-cbc'].oid,
  CONTENT_CIPHERS['aes-192-cbc'].oid,
  CONTENT_CIPHERS['aes-128-cbc'].oid,
  KEY_ENCRYPTION_OID.rsaOaep,
]

/** The value of our own SMIMECapabilities attribute; absent parameters are omitted, not NULL. */
export const OUR_CAPABILITIES: Uint8Array = sequence(
  ...OURS.map((oid) => sequence(objectIdentifier(oid))),
)

/**
 * Reads the value of an SMIMECapabilities attribute. Unknown capabilities are kept.
 *
 * @throws HubError `asn1.malformed`
 */
export function parseCapabilities(value: Uint8Array): readonly Capability[] {
  const reader = Asn1Reader.ber(value).sequence()
  const capabilities: Capability[] = []
  while (!reader.isAtEnd && capabilities.length < MAX_CAPABILITIES) {
    const { oid, parameters } = readAlgorithm(reader)
    capabilities.push({ oid, parameters })
  }
  return capabilities
}

/** The first cipher of a list that we can encrypt with (RFC 8551 section 2.7.1.2). */
export function preferredCipher(capabilities: readonly Capability[]): ContentCipher | undefined {
  for (const { oid } of capabilities) {
    const found = Object.entries(CONTENT_CIPHERS).find(([, facts]) => facts.oid === oid)
    if (found !== undefined) return found[0] as ContentCipher
  }
  return undefined
}

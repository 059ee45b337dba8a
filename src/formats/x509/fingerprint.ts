/** Fingerprints: how a certificate is named everywhere outside its bytes. */

import { createHash } from 'node:crypto'
import { HubError } from '../../base/errors.ts'

/** SHA-256 of a certificate's DER: 64 lower-case hex digits. Only this file makes one. */
export type Fingerprint = string & { readonly brand: 'Fingerprint' }

/** The fingerprint of these bytes. */
export function fingerprintOf(der: Uint8Array): Fingerprint {
  return createHash('sha256').update(der).digest('hex') as Fingerprint
}

/**
 * Reads a fingerprint as people paste it: in any case, with or without colons.
 *
 * @throws HubError `fingerprint.malformed`
 */
export function parseFingerprint(text: string): Fingerprint {
  const hex = text.replaceAll(':', '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new HubError('fingerprint.malformed', 'a SHA-256 fingerprint has 64 hex digits')
  }
  return hex as Fingerprint
}

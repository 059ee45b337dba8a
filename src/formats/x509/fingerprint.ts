/** Fingerprints: how a certificate is named everywhere outside its bytes. */

import { createHash } from 'node:crypto'

/** SHA-256 of a certificate's DER: 64 lower-case hex digits. Only this file makes one. */
export type Fingerprint = string & { readonly brand: 'Fingerprint' }

/** The fingerprint of these bytes. */
export function fingerprintOf(der: Uint8Array): Fingerprint {
  return createHash('sha256').update(der).digest('hex') as Fingerprint
}

/** Private keys from their encodings, and which certificates are theirs. */

import { type KeyObject, createPrivateKey, createPublicKey } from 'node:crypto'
import { asBuffer } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import type { Certificate } from './certificate.ts'

/** `pkcs8`: PrivateKeyInfo (RFC 5958). `pkcs1`: RSAPrivateKey (RFC 8017). `sec1`: ECPrivateKey (RFC 5915). */
export type PrivateKeyForm = 'pkcs8' | 'pkcs1' | 'sec1'

/**
 * A private key from its DER.
 *
 * @throws HubError `key.malformed`
 */
export function importPrivateKey(der: Uint8Array, form: PrivateKeyForm = 'pkcs8'): KeyObject {
  try {
    return createPrivateKey({ key: asBuffer(der), format: 'der', type: form })
  } catch (cause) {
    throw new HubError('key.malformed', 'a private key cannot be read', { cause })
  }
}

/** True when the certificate is about the public half of this private key. */
export function isKeyOf(privateKey: KeyObject, { publicKey }: Certificate): boolean {
  if (publicKey.kind !== 'other' && privateKey.asymmetricKeyType !== publicKey.kind) return false
  try {
    return createPublicKey(privateKey).equals(publicKey.keyObject)
  } catch (error) {
    if (error instanceof HubError) return false
    throw error
  }
}

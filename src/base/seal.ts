/**
 * Sealing: authenticated encryption of what is kept at rest (AES-256-GCM).
 *
 * A sealed box is `nonce (12) ‖ ciphertext ‖ tag (16)`. Its purpose, a text such as
 * `message:ID`, is authenticated with it, so that a box moved to another row does not open there.
 */

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { concat, encodeUtf8 } from './bytes.ts'
import { HubError } from './errors.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** A key that seals. */
export type SealingKey = KeyObject

/** A new random key. */
export function generateSealingKey(): SealingKey {
  return createSecretKey(randomBytes(KEY_BYTES))
}

/**
 * A key from its 32 bytes.
 *
 * @throws HubError `seal.key_malformed`
 */
export function importSealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.byteLength !== KEY_BYTES) {
    throw new HubError('seal.key_malformed', `a sealing key has ${KEY_BYTES} bytes`)
  }
  return createSecretKey(bytes)
}

/** Seals bytes for one purpose. */
export function seal(key: SealingKey, purpose: string, plaintext: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(encodeUtf8(purpose))
  return concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/**
 * Opens what `seal` made with the same key and purpose.
 *
 * @throws HubError `seal.broken`: changed, cut, sealed by another key or for another purpose
 */
export function unseal(key: SealingKey, purpose: string, box: Uint8Array): Uint8Array {
  if (box.byteLength < NONCE_BYTES + TAG_BYTES) {
    throw new HubError('seal.broken', 'a sealed box is shorter than its nonce and tag')
  }
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(encodeUtf8(purpose))
  decipher.setAuthTag(box.subarray(box.byteLength - TAG_BYTES))
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, box.byteLength - TAG_BYTES))
  try {
    decipher.final()
  } catch (cause) {
    throw new HubError('seal.broken', 'a sealed box does not open', { cause })
  }
  return plaintext
}

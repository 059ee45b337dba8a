/**
 * Message content at rest: sealed with a key of its own, and that key sealed with the master key.
 * Who erases the sealed key erases the content, in every copy and backup of it (promise 9).
 */

import type { KeyObject } from 'node:crypto'
import {
  generateSealingKey,
  importSealingKey,
  seal,
  unseal,
  type SealingKey,
} from '../base/seal.ts'

export interface SealedContent {
  readonly sealedKey: Uint8Array
  readonly content: Uint8Array
}

/** Seals the content of one message, so that it opens for this message only. */
export function sealContent(master: SealingKey, id: string, content: Uint8Array): SealedContent {
  const key: KeyObject = generateSealingKey()
  return {
    sealedKey: seal(master, `message-key:${id}`, key.export()),
    content: seal(key, `message:${id}`, content),
  }
}

/**
 * Opens what `sealContent` made.
 *
 * @throws HubError `seal.broken`: changed, of another message, or sealed by another master key
 */
export function openContent(master: SealingKey, id: string, sealed: SealedContent): Uint8Array {
  const key = importSealingKey(unseal(master, `message-key:${id}`, sealed.sealedKey))
  return unseal(key, `message:${id}`, sealed.content)
}

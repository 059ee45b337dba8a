/**
 * The key of one message's content. It never shows in logs, JSON or errors: its octets are private
 * to the object that encrypts and decrypts with them.
 */

import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import {
  CONTENT_CIPHERS,
  type ContentCipher,
  type ContentEncryption,
  TAG_BYTES,
} from './content-ciphers.ts'
import type { EnvelopeTrailer } from './enveloped-data.ts'
import { CONTENT_TYPE } from './oids.ts'

/** How content was encrypted, when the cipher is known. */
export type KnownEncryption = Extract<ContentEncryption, { is: 'known' }>

export class ContentKey {
  readonly cipher: ContentCipher
  readonly #bytes: Uint8Array
  /** Stands for a key that could not be opened: everything is done with it, and then it fails. */
  readonly #isDecoy: boolean

  private constructor(cipher: ContentCipher, bytes: Uint8Array, isDecoy: boolean) {
    this.cipher = cipher
    this.#bytes = bytes
    this.#isDecoy = isDecoy
  }

  /** A new random key. */
  static generate(cipher: ContentCipher): ContentKey {
    const bytes = Buffer.allocUnsafeSlow(CONTENT_CIPHERS[cipher].keyBytes)
    return new ContentKey(cipher, randomFillSync(bytes), false)
  }

  /**
   * The key that came out of an encrypted key. One of a wrong length, or none, is replaced by a
   * random one with which decryption goes on and fails (RFC 3218 section 2.3.2).
   *
   * `isKnownWrong` is for ways to encrypt keys that say by themselves that they failed (OAEP, key
   * wrap): there even the one in 256 of CBC that a random key seems to open is turned down. For
   * PKCS#1 v1.5 it is never set, as that would tell good padding from bad.
   */
  static opened(
    cipher: ContentCipher,
    bytes: Uint8Array,
    { isKnownWrong }: { isKnownWrong: boolean },
  ): ContentKey {
    const decoy = randomFillSync(Buffer.allocUnsafeSlow(CONTENT_CIPHERS[cipher].keyBytes))
    const isUsable = bytes.byteLength === decoy.byteLength && !isKnownWrong
    return new ContentKey(cipher, isUsable ? bytes : decoy, isKnownWrong)
  }

  /** Hands the octets to a function that encrypts them to a recipient. */
  encryptTo<T>(encrypt: (bytes: Uint8Array) => T): T {
    return encrypt(this.#bytes)
  }

  /** Starts to encrypt. A nonce must never come twice with one key: one content, one key. */
  encrypt(nonce: Uint8Array): ContentEncryptor {
    if (CONTENT_CIPHERS[this.cipher].isAuthenticated) {
      const gcm = createCipheriv(this.cipher as 'aes-256-gcm', this.#bytes, nonce)
      return {
        update: (plaintext) => gcm.update(plaintext),
        finish: () => ({ rest: gcm.final(), tag: gcm.getAuthTag() }),
      }
    }
    const cbc = createCipheriv(this.cipher, this.#bytes, nonce)
    return {
      update: (plaintext) => cbc.update(plaintext),
      finish: () => ({ rest: cbc.final(), tag: undefined }),
    }
  }

  /**
   * Starts to decrypt. `attributes` are the authenticated ones: they stand behind the content but
   * are needed before it.
   */
  decrypt(
    encryption: KnownEncryption,
    from: { contentType: string; attributes: Uint8Array | undefined },
  ): ContentDecryptor {
    // RFC 5083 section 2.1: only plain data may be without authenticated attributes.
    const lacksAttributes =
      encryption.tagBytes > 0 &&
      from.contentType !== CONTENT_TYPE.data &&
      from.attributes === undefined
    const isDoomed = this.#isDecoy || encryption.cipher !== this.cipher || lacksAttributes
    const { keyBytes } = CONTENT_CIPHERS[encryption.cipher]
    const bytes = encryption.cipher === this.cipher ? this.#bytes : Buffer.alloc(keyBytes)
    return encryption.tagBytes > 0
      ? decryptGcm(bytes, { encryption, isDoomed, attributes: from.attributes })
      : decryptCbc(bytes, { encryption, isDoomed })
  }
}

export interface ContentEncryptor {
  /** What can be written of the encrypted content so far. */
  update(plaintext: Uint8Array): Uint8Array
  /** The rest of it, and the tag when the cipher has one. */
  finish(): { rest: Uint8Array; tag: Uint8Array | undefined }
}

export interface ContentDecryptor {
  /**
   * True when the content has a tag: then nothing that `update` gives may be shown to anyone, or
   * kept unsealed, before `finish` has returned.
   */
  readonly isAuthenticated: boolean
  update(encrypted: Uint8Array): Uint8Array
  /**
   * The rest of the plaintext.
   *
   * @throws HubError `cms.cannot_decrypt`, whatever the reason; what `update` gave is to be destroyed
   */
  finish(trailer: EnvelopeTrailer): Uint8Array
}

function decryptCbc(
  key: Uint8Array,
  { encryption, isDoomed }: { encryption: KnownEncryption; isDoomed: boolean },
): ContentDecryptor {
  const cbc = createDecipheriv(encryption.cipher, key, encryption.nonce)
  return {
    isAuthenticated: false,
    update: (encrypted) => cbc.update(encrypted),
    finish: () => finishing(() => cbc.final(), isDoomed),
  }
}

function decryptGcm(
  key: Uint8Array,
  from: { encryption: KnownEncryption; isDoomed: boolean; attributes: Uint8Array | undefined },
): ContentDecryptor {
  const { cipher, nonce, tagBytes } = from.encryption
  const gcm = createDecipheriv(cipher as 'aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  if (from.attributes !== undefined) gcm.setAAD(from.attributes)
  return {
    isAuthenticated: true,
    update: (encrypted) => gcm.update(encrypted),
    finish: ({ tag, authenticatedAttributes }) => {
      const hasTag = tag !== undefined && tag.byteLength === tagBytes
      gcm.setAuthTag(hasTag ? tag : Buffer.alloc(tagBytes))
      const sawAttributes =
        (authenticatedAttributes === undefined) === (from.attributes === undefined)
      return finishing(() => gcm.final(), from.isDoomed || !hasTag || !sawAttributes)
    },
  }
}

/** The one way in which decryption ends, well or not. */
function finishing(final: () => Uint8Array, isDoomed: boolean): Uint8Array {
  let rest: Uint8Array | undefined
  try {
    rest = final()
  } catch {
    // Bad padding and a bad tag must look the same as a wrong key: the reason is dropped.
  }
  if (rest === undefined || isDoomed) throw cannotDecrypt()
  return rest
}

/** The one error of decryption. It says nothing, on purpose: every reason is an oracle. */
export function cannotDecrypt(): HubError {
  return new HubError('cms.cannot_decrypt', 'the message cannot be decrypted')
}

/** Octets that encrypted content has for a length of plaintext. */
export function encryptedBytes(cipher: ContentCipher, plaintextBytes: number): number {
  const { isAuthenticated } = CONTENT_CIPHERS[cipher]
  return isAuthenticated ? plaintextBytes : plaintextBytes - (plaintextBytes % 16) + 16
}

/** Octets of the tag that follows: 0 without one. */
export function tagBytes(cipher: ContentCipher): number {
  return CONTENT_CIPHERS[cipher].isAuthenticated ? TAG_BYTES : 0
}

/** RSA encryption of content keys, in the fastest form that `node:crypto` offers. */

import { type KeyObject, constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { unsignedInteger, sequence, integer } from '../asn1/writer.ts'

/** Encrypts a content key with one public key. */
export type RsaEncrypt = (contentKey: Uint8Array) => Uint8Array

/** RSAES-OAEP with SHA-256 for hash and MGF1. */
export function encryptOaep(key: KeyObject): RsaEncrypt {
  const input = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  return (contentKey) => publicEncrypt(input, contentKey)
}

/**
 * RSAES-PKCS1-v1_5.
 *
 * Node spends as long on looking what `{ key, padding }` might be as on the encryption itself, but
 * not on a KeyObject, of which it also reads `padding`. So the padding is set on a KeyObject of our
 * own. That this works is tried out first: a Node that stopped reading it there would encrypt by
 * OAEP, which no recipient expects.
 */
export function encryptPkcs1(key: KeyObject): RsaEncrypt {
  const padding = constants.RSA_PKCS1_PADDING
  isPaddingRead ??= tryOut()
  if (!isPaddingRead) return (contentKey) => publicEncrypt({ key, padding }, contentKey)
  const input = withPadding(key.export({ type: 'pkcs1', format: 'der' }))
  return (contentKey) => publicEncrypt(input, contentKey)
}

let isPaddingRead: boolean | undefined

function withPadding(pkcs1: Uint8Array): KeyObject & { padding: number } {
  const key = createPublicKey({ key: Buffer.from(pkcs1), type: 'pkcs1', format: 'der' })
  return Object.assign(key, { padding: constants.RSA_PKCS1_PADDING })
}

/** A modulus of 64 octets takes 32 octets in PKCS#1 v1.5 padding, but only 22 in that of OAEP. */
function tryOut(): boolean {
  const modulus = new Uint8Array(64).fill(0xc5)
  const key = withPadding(sequence(unsignedInteger(modulus), integer(65_537)))
  try {
    return publicEncrypt(key, new Uint8Array(32)).byteLength === modulus.byteLength
  } catch {
    // Too long for OAEP, or too weak a key for this OpenSSL: then the plain form is used.
    return false
  }
}

/** Small things done with bytes. Text encodings live here and at the edges, nowhere else. */

import { timingSafeEqual } from 'node:crypto'

const utf8Encoder = new TextEncoder()

/** UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return utf8Encoder.encode(text)
}

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('utf8')
}

/** One byte per character; characters above U+00FF are not allowed to reach this. */
export function encodeLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

/** One character per byte, so that every byte survives the way there and back. */
export function decodeLatin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1')
}

/** Lower-case hex digits. */
export function toHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex')
}

/** Base64 without line breaks (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64')
}

/** A Buffer over the same memory: nothing is copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** One array with all the parts, in order. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}

/** True when both hold the same bytes. Not for secrets: see `equalSecrets`. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && Buffer.compare(a, b) === 0
}

/** True when both hold the same bytes, in a time that depends only on their lengths. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

/**
 * Gives the memory of bytes back at once, instead of when garbage is collected. They are empty after
 * that: only for bytes that a cipher just made and nobody keeps. What is a part of something larger
 * is left alone.
 */
export function releaseBytes(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

/**
 * One-time codes by time (RFC 6238) as every authenticator application makes them: HMAC-SHA-1, six
 * digits, steps of 30 seconds. Others exist on paper; applications ignore them without a word.
 */

import { createHmac, randomBytes } from 'node:crypto'
import { encodeUtf8, equalSecrets } from '../../base/bytes.ts'

/** As long as the hash (RFC 4226 section 4, R6). */
const SECRET_BYTES = 20
const DIGITS = 6
const STEP_SECONDS = 30

/** A telephone's clock may be off by so many steps, either way (RFC 6238 section 5.2 advises one). */
const STEPS_OFF = 1

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new random secret. */
export function newTotpSecret(): Uint8Array {
  return randomBytes(SECRET_BYTES)
}

/** The step in which a moment lies. */
export function totpStepAt(at: Date): number {
  return Math.floor(at.getTime() / 1000 / STEP_SECONDS)
}

/** The code of one step (RFC 4226 section 5.3 with the step as counter). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = digest.readUInt8(digest.byteLength - 1) & 0xf
  const number = (digest.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}

/**
 * The step that a code belongs to, among the present one and its neighbours. Undefined when it
 * belongs to none of them. Does not know which steps were used before.
 */
export function findTotpStep(
  secret: Uint8Array,
  { code, at }: { code: string; at: Date },
): number | undefined {
  const now = totpStepAt(at)
  let found: number | undefined
  for (let step = now - STEPS_OFF; step <= now + STEPS_OFF; step += 1) {
    // All are computed whatever the first says: the time tells nothing.
    if (equalSecrets(encodeUtf8(totpCode(secret, step)), encodeUtf8(code))) found = step
  }
  return found
}

/** Base32 without padding (RFC 4648 section 6): what people type into an application. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += BASE32.charAt((value >>> bits) & 31)
    }
  }
  return bits === 0 ? text : text + BASE32.charAt((value << (5 - bits)) & 31)
}

/** The `otpauth:` URI that applications read from a QR code. */
export function totpUri(
  secret: Uint8Array,
  { issuer, address }: { issuer: string; address: string },
): string {
  // A colon ends the issuer in the label, encoded or not.
  const name = encodeURIComponent(issuer.replaceAll(':', ''))
  const label = `${name}:${encodeURIComponent(address)}`
  const query = `secret=${encodeBase32(secret)}&issuer=${name}`
  return `otpauth://totp/${label}?${query}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`
}

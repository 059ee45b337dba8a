/** Which public keys are strong enough, and which are made to be a burden. */

import type { PublicKey } from './public-key.ts'

/** RFC 8551 section 4: shorter RSA keys must not be made and should not be trusted. */
export const MIN_RSA_BITS = 2048

/** No authority issues longer keys; a 16,384-bit one takes a hundred times as long to verify. */
export const MAX_RSA_BITS = 8192

/** Nobody needs an exponent above 2^32 (65,537 is usual); a huge one only makes verifying slow. */
const MAX_EXPONENT_OCTETS = 5

export type KeyWeakness =
  | 'rsa_too_short'
  | 'rsa_too_long'
  | 'rsa_exponent_unusable'
  | 'curve_not_supported'
  | 'algorithm_not_supported'

/** Shortest RSA modulus that is let through, in bits. */
export interface StrengthRule {
  readonly minRsaBits: number
}

/**
 * What is wrong with a key, or undefined. Elliptic curves must be named and known (RFC 5480 section
 * 2.1.1 forbids explicit parameters, which have been used to forge keys: CVE-2020-0601).
 */
export function weaknessOf(
  key: PublicKey,
  { minRsaBits }: StrengthRule = { minRsaBits: MIN_RSA_BITS },
): KeyWeakness | undefined {
  switch (key.kind) {
    case 'rsa':
    case 'rsa-pss':
      return rsaWeakness(key, minRsaBits)
    case 'ec':
      return key.curve === undefined ? 'curve_not_supported' : undefined
    case 'ed25519':
    case 'x25519':
      return undefined
    case 'other':
      return 'algorithm_not_supported'
  }
}

/** True for a key whose strength is not what is wrong with it: its use would take too long. */
export function isBurden(key: PublicKey): boolean {
  const { bits = 0, exponent = new Uint8Array(0) } = key
  return bits > MAX_RSA_BITS || exponent.byteLength > MAX_EXPONENT_OCTETS
}

function rsaWeakness(
  { bits = 0, exponent = new Uint8Array(0) }: PublicKey,
  minRsaBits: number,
): KeyWeakness | undefined {
  if (bits < minRsaBits) return 'rsa_too_short'
  if (bits > MAX_RSA_BITS) return 'rsa_too_long'
  const first = exponent[0] ?? 0x80
  const last = exponent.at(-1) ?? 0
  const isOne = exponent.byteLength === 1 && last === 1
  const isOdd = (last & 1) === 1
  if (first >= 0x80 || !isOdd || isOne || exponent.byteLength > MAX_EXPONENT_OCTETS) {
    return 'rsa_exponent_unusable'
  }
  return undefined
}

/** Recovery codes: made here, written down by people, typed once. */

import { createHash, randomInt } from 'node:crypto'

const CODES = 10

/** 80 bits: more than anyone can try against a plain hash, so slowness is not needed. */
const CHARACTERS = 16
const GROUP = 4

/** Crockford's: nothing in it is read as something else. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Ten new codes, such as `7k2m-q0xw-93hd-v5ta`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newRecoveryCode)
}

function newRecoveryCode(): string {
  const characters = Array.from({ length: CHARACTERS }, () =>
    ALPHABET.charAt(randomInt(ALPHABET.length)),
  )
  const groups = Array.from({ length: CHARACTERS / GROUP }, (_, index) =>
    characters.slice(index * GROUP, (index + 1) * GROUP).join(''),
  )
  return groups.join('-')
}

/**
 * What is kept of a code. Case, blanks and hyphens do not matter, and neither do the letters that
 * people read instead of digits: `o` for 0, `i` and `l` for 1.
 */
export function hashRecoveryCode(text: string): Uint8Array {
  const code = text
    .toLowerCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
  return createHash('sha256').update(code).digest()
}

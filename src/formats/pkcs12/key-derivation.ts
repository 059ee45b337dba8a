/** The key derivation of PKCS#12 (RFC 7292 appendix B.2), and the limit on all derivations of a file. */

import { hash } from 'node:crypto'
import { concat } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import type { DigestAlgorithm } from '../x509/oids.ts'

/** What the derived bytes are for (RFC 7292 appendix B.3). */
export type Diversifier = 'key' | 'iv' | 'mac'

const DIVERSIFIERS: Readonly<Record<Diversifier, number>> = { key: 1, iv: 2, mac: 3 }

/** Block size of the digest, `v` in the standard. */
const BLOCK_BYTES: Readonly<Record<DigestAlgorithm, number>> = {
  sha1: 64,
  sha224: 64,
  sha256: 64,
  sha384: 128,
  sha512: 128,
}

/**
 * Iterations that one file may ask for in all its derivations together. Programs write 2,000 to
 * 1,000,000; this many take about three seconds.
 */
const MAX_ITERATIONS = 3_000_000

/** After so many rounds in JavaScript others get their turn: about 20 ms. */
const ROUNDS_PER_TURN = 20_000

/** What the derivations of one file may still cost. */
export class IterationBudget {
  #left = MAX_ITERATIONS

  /**
   * @throws HubError `passphrase.too_expensive`
   */
  spend(iterations: number): void {
    this.#left -= Math.max(1, iterations)
    if (this.#left < 0) {
      throw new HubError(
        'passphrase.too_expensive',
        `the file asks for more than ${MAX_ITERATIONS} rounds of key derivation`,
      )
    }
  }
}

/** A password as PKCS#12 takes it: UTF-16, high byte first, with a final zero character. */
export function bmpPassword(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

/** Derives bytes. Yields to others in between, so that it may take long. */
export async function derivePkcs12(
  password: Uint8Array,
  {
    digest,
    salt,
    iterations,
    bytes,
    what,
  }: {
    digest: DigestAlgorithm
    salt: Uint8Array
    iterations: number
    bytes: number
    what: Diversifier
  },
): Promise<Uint8Array> {
  const block = BLOCK_BYTES[digest]
  const diversifier = new Uint8Array(block).fill(DIVERSIFIERS[what])
  const input = concat([filled(salt, block), filled(password, block)])
  const derived: Uint8Array[] = []
  for (let made = 0; made < bytes;) {
    let round: Uint8Array = hash(digest, concat([diversifier, input]), 'buffer')
    for (let n = 1; n < iterations; n += 1) {
      round = hash(digest, round, 'buffer')
      if (n % ROUNDS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    derived.push(round)
    made += round.byteLength
    const addend = filled(round, block).subarray(0, block)
    for (let at = 0; at < input.byteLength; at += block)
      addOne(input.subarray(at, at + block), addend)
  }
  return concat(derived).subarray(0, bytes)
}

/** Repeats bytes until they fill whole blocks; nothing stays nothing. */
function filled(bytes: Uint8Array, block: number): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.byteLength / block) * block)
  for (let at = 0; at < result.byteLength; at += 1) result[at] = bytes[at % bytes.byteLength] ?? 0
  return result
}

/** `number = number + addend + 1`, both big-endian and equally long, what overflows is dropped. */
function addOne(number: Uint8Array, addend: Uint8Array): void {
  let carry = 1
  for (let at = number.byteLength - 1; at >= 0; at -= 1) {
    carry += (number[at] ?? 0) + (addend[at] ?? 0)
    number[at] = carry & 0xff
    carry >>= 8
  }
}

/** Public keys as certificates hold them: SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */

import { type KeyObject, createHash, createPublicKey } from 'node:crypto'
import { asBuffer } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'
import { type Curve, CURVES, KEY_ALGORITHM } from './oids.ts'

export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'ed25519' | 'x25519' | 'other'

export interface PublicKey {
  /** The SubjectPublicKeyInfo as encoded. */
  readonly spki: Uint8Array
  /** Octets of the BIT STRING inside: what a subject key identifier is mostly a digest of. */
  readonly keyBits: Uint8Array
  readonly kind: KeyKind
  /** Dotted object identifier of the algorithm. */
  readonly algorithm: string
  /** RSA: length of the modulus. EC: size of the field. */
  readonly bits?: number
  /** EC keys on a curve we know by name. Undefined for others and for explicit parameters. */
  readonly curve?: Curve
  /** RSA: content octets of the public exponent. */
  readonly exponent?: Uint8Array
  /**
   * The key for `node:crypto`, made when first asked for and then kept.
   *
   * @throws HubError `key.unsupported`: no such algorithm, a point that is not on its curve
   */
  readonly keyObject: KeyObject
}

/**
 * Reads a SubjectPublicKeyInfo. Whether the key is strong enough is not judged: see
 * `weaknessOf`.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large`, `asn1.too_deep`
 */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  const outer = Asn1Reader.der(spki)
  const reader = outer.sequence()
  const identifier = reader.sequence()
  const algorithm = identifier.objectIdentifier()
  const parameters = identifier.isAtEnd ? undefined : identifier.element()
  identifier.end()
  const keyBits = reader.bitString()
  reader.end()
  outer.end()
  return new LazyPublicKey({
    spki,
    keyBits,
    algorithm,
    ...factsOf(algorithm, parameters, keyBits),
  })
}

/** SHA-1 of the key bits: the usual key identifier (RFC 5280 section 4.2.1.2, method 1). */
export function keyIdentifierOf(key: PublicKey): Uint8Array {
  return createHash('sha1').update(key.keyBits).digest()
}

type KeyFacts = Pick<PublicKey, 'kind' | 'bits' | 'curve' | 'exponent'>

function factsOf(
  algorithm: string,
  parameters: { tag: number; content: Uint8Array; encoded: Uint8Array } | undefined,
  keyBits: Uint8Array,
): KeyFacts {
  switch (algorithm) {
    case KEY_ALGORITHM.rsa:
      return { kind: 'rsa', ...rsaFacts(keyBits) }
    case KEY_ALGORITHM.rsaPss:
      return { kind: 'rsa-pss', ...rsaFacts(keyBits) }
    case KEY_ALGORITHM.ec: {
      if (parameters?.tag !== TAG.objectIdentifier) return { kind: 'ec' }
      const curve = CURVES.get(Asn1Reader.der(parameters.encoded).objectIdentifier())
      return curve === undefined
        ? { kind: 'ec' }
        : { kind: 'ec', curve: curve.name, bits: curve.bits }
    }
    case KEY_ALGORITHM.ed25519:
      return { kind: 'ed25519', bits: 256 }
    case KEY_ALGORITHM.x25519:
      return { kind: 'x25519', bits: 256 }
    default:
      return { kind: 'other' }
  }
}

function rsaFacts(keyBits: Uint8Array): { bits: number; exponent: Uint8Array } {
  const outer = Asn1Reader.der(keyBits)
  const reader = outer.sequence()
  const modulus = reader.integer()
  const exponent = reader.integer()
  reader.end()
  outer.end()
  return { bits: bitLength(modulus), exponent }
}

/** Bits of a positive number; 0 for zero and negative ones, which are no modulus. */
function bitLength(content: Uint8Array): number {
  const [first = 0, second = 0] = content
  if (first >= 0x80) return 0
  const octets = first === 0 ? content.byteLength - 1 : content.byteLength
  if (octets === 0) return 0
  return (octets - 1) * 8 + (32 - Math.clz32(first === 0 ? second : first))
}

class LazyPublicKey implements PublicKey {
  readonly spki: Uint8Array
  readonly keyBits: Uint8Array
  readonly kind: KeyKind
  readonly algorithm: string
  readonly bits?: number
  readonly curve?: Curve
  readonly exponent?: Uint8Array
  #keyObject: KeyObject | undefined

  constructor(facts: Omit<PublicKey, 'keyObject'>) {
    this.spki = facts.spki
    this.keyBits = facts.keyBits
    this.kind = facts.kind
    this.algorithm = facts.algorithm
    if (facts.bits !== undefined) this.bits = facts.bits
    if (facts.curve !== undefined) this.curve = facts.curve
    if (facts.exponent !== undefined) this.exponent = facts.exponent
  }

  get keyObject(): KeyObject {
    this.#keyObject ??= importKey(this.spki)
    return this.#keyObject
  }
}

function importKey(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: asBuffer(spki), format: 'der', type: 'spki' })
  } catch (cause) {
    throw new HubError('key.unsupported', 'a public key cannot be used', { cause })
  }
}

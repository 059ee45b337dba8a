/** ECDH in CMS: from a shared secret to a key that wraps the content key (RFC 5753, RFC 3394). */

import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { Asn1Reader } from '../asn1/reader.ts'
import { explicit, objectIdentifier, octetString, sequence } from '../asn1/writer.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import type { DigestName } from './digests.ts'

/** Octets of an AES key that wraps another. */
type WrapBytes = 16 | 24 | 32

const WRAP_OID: Readonly<Record<WrapBytes, string>> = {
  16: '2.16.840.1.101.3.4.1.5',
  24: '2.16.840.1.101.3.4.1.25',
  32: '2.16.840.1.101.3.4.1.45',
}

const WRAP_CIPHER: Readonly<Record<WrapBytes, string>> = {
  16: 'id-aes128-wrap',
  24: 'id-aes192-wrap',
  32: 'id-aes256-wrap',
}

/** The initial value of RFC 3394 section 2.2.3.1: what shows that a key was unwrapped rightly. */
const WRAP_IV = Buffer.alloc(8, 0xa6)

/** dhSinglePass-stdDH-sha…kdf-scheme (RFC 5753 section 7.1.4), by digest of the KDF. */
const SCHEME_OID: Readonly<Record<Exclude<DigestName, 'sha1'>, string>> = {
  sha256: '1.3.132.1.11.1',
  sha384: '1.3.132.1.11.2',
  sha512: '1.3.132.1.11.3',
}

/**
 * Schemes that are read. Those with cofactor give the same secret on the NIST curves, whose
 * cofactor is 1. SHA-1 is sound in a KDF, and what OpenSSL writes when nothing else is asked for.
 */
const SCHEMES: ReadonlyMap<string, DigestName> = new Map([
  ['1.3.133.16.840.63.0.2', 'sha1'],
  ['1.3.133.16.840.63.0.3', 'sha1'],
  [SCHEME_OID.sha256, 'sha256'],
  [SCHEME_OID.sha384, 'sha384'],
  [SCHEME_OID.sha512, 'sha512'],
  ['1.3.132.1.14.1', 'sha256'],
  ['1.3.132.1.14.2', 'sha384'],
  ['1.3.132.1.14.3', 'sha512'],
])

/** How the wrapping key comes from the shared secret. */
export interface AgreementScheme {
  readonly digest: DigestName
  readonly wrapBytes: WrapBytes
  /** AlgorithmIdentifier of the key wrap, as encoded: it is hashed. */
  readonly wrapAlgorithm: Uint8Array
}

/** What a key encryption algorithm of KeyAgreeRecipientInfo says; undefined for what is not known. */
export function readAgreementScheme(algorithm: AlgorithmIdentifier): AgreementScheme | undefined {
  const digest = SCHEMES.get(algorithm.oid)
  if (digest === undefined || algorithm.parameters === undefined) return undefined
  const wrap = readAlgorithm(Asn1Reader.ber(algorithm.parameters))
  const wrapBytes = ([16, 24, 32] as const).find((bytes) => WRAP_OID[bytes] === wrap.oid)
  if (wrapBytes === undefined) return undefined
  return { digest, wrapBytes, wrapAlgorithm: wrap.encoded }
}

/** The scheme that is written: a wrapping key as long as the content key (RFC 8551 section 2.3). */
export function agreementScheme(
  digest: Exclude<DigestName, 'sha1'>,
  wrapBytes: WrapBytes,
): AgreementScheme & { readonly identifier: Uint8Array } {
  const wrapAlgorithm = sequence(objectIdentifier(WRAP_OID[wrapBytes]))
  const identifier = sequence(objectIdentifier(SCHEME_OID[digest]), wrapAlgorithm)
  return { digest, wrapBytes, wrapAlgorithm, identifier }
}

/** ECC-CMS-SharedInfo (RFC 5753 section 7.2). */
export function sharedInfo(scheme: AgreementScheme, ukm?: Uint8Array): Uint8Array {
  const bits = Buffer.alloc(4)
  bits.writeUInt32BE(scheme.wrapBytes * 8)
  const suppPubInfo = explicit(2, octetString(bits))
  if (ukm === undefined) return sequence(scheme.wrapAlgorithm, suppPubInfo)
  return sequence(scheme.wrapAlgorithm, explicit(0, octetString(ukm)), suppPubInfo)
}

/** The wrapping key, by the KDF of ANSI X9.63 (SEC 1 section 3.6.1). */
export function deriveWrappingKey(
  secret: Uint8Array,
  scheme: AgreementScheme,
  info: Uint8Array,
): Uint8Array {
  const block = Buffer.allocUnsafe(secret.byteLength + 4 + info.byteLength)
  block.set(secret)
  block.set(info, secret.byteLength + 4)
  const parts: Buffer[] = []
  let bytes = 0
  for (let counter = 1; bytes < scheme.wrapBytes; counter += 1) {
    block.writeUInt32BE(counter, secret.byteLength)
    const part = hash(scheme.digest, block, 'buffer')
    parts.push(part)
    bytes += part.byteLength
  }
  block.fill(0)
  const key = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  return key.subarray(0, scheme.wrapBytes)
}

/** Wraps a content key (RFC 3394): eight octets longer than the key. */
export function wrapKey(wrappingKey: Uint8Array, contentKey: Uint8Array): Uint8Array {
  const cipher = createCipheriv(wrapCipherOf(wrappingKey), wrappingKey, WRAP_IV)
  const wrapped = cipher.update(contentKey)
  cipher.final()
  return wrapped
}

/** Unwraps a content key. Throws when it was not wrapped with this key. */
export function unwrapKey(wrappingKey: Uint8Array, wrapped: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(wrapCipherOf(wrappingKey), wrappingKey, WRAP_IV)
  const contentKey = decipher.update(wrapped)
  decipher.final()
  return contentKey
}

function wrapCipherOf(wrappingKey: Uint8Array): string {
  return WRAP_CIPHER[wrappingKey.byteLength as WrapBytes]
}

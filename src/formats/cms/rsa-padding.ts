/** RSA key transport: its paddings as CMS writes them (RFC 3370 section 4.2, RFC 8017 section 7.1). */

import { type KeyObject, constants, hash, privateDecrypt, timingSafeEqual } from 'node:crypto'
import { Asn1Reader } from '../asn1/reader.ts'
import { explicit, nullValue, objectIdentifier, sequence } from '../asn1/writer.ts'
import type { AlgorithmIdentifier } from '../x509/algorithm.ts'
import { MGF1 } from '../x509/oids.ts'
import { cannotDecrypt } from './content-key.ts'
import { DIGESTS, type DigestName, findDigest } from './digests.ts'
import { KEY_ENCRYPTION_OID } from './oids.ts'

/** How a content key was padded before it was encrypted with an RSA key. */
export type RsaPadding =
  | { padding: 'pkcs1' }
  | { padding: 'oaep'; hash: DigestName; mgfHash: DigestName; label: Uint8Array }

/** AlgorithmIdentifiers as they are written. */
export const RSA_PKCS1: Uint8Array = sequence(
  objectIdentifier(KEY_ENCRYPTION_OID.rsaEncryption),
  nullValue(),
)
export const RSA_OAEP_SHA256: Uint8Array = sequence(
  objectIdentifier(KEY_ENCRYPTION_OID.rsaOaep),
  sequence(
    explicit(0, DIGESTS.sha256.identifierWithNull),
    explicit(1, sequence(objectIdentifier(MGF1), DIGESTS.sha256.identifierWithNull)),
  ),
)

/** No label that anyone uses comes near this. */
const MAX_LABEL_BYTES = 1024

/** The padding an AlgorithmIdentifier names; undefined for what is not known (C-16). */
export function readRsaPadding(algorithm: AlgorithmIdentifier): RsaPadding | undefined {
  if (algorithm.oid === KEY_ENCRYPTION_OID.rsaEncryption) return { padding: 'pkcs1' }
  if (algorithm.oid !== KEY_ENCRYPTION_OID.rsaOaep) return undefined
  if (algorithm.parameters === undefined) return oaep(DIGESTS.sha1.oid, DIGESTS.sha1.oid)
  const reader = Asn1Reader.ber(algorithm.parameters).sequence()
  const hashOid = reader.optionalExplicit(0)?.sequence().objectIdentifier() ?? DIGESTS.sha1.oid
  const mgf = reader.optionalExplicit(1)?.sequence()
  const mgfOid = mgf?.objectIdentifier() ?? MGF1
  const mgfHashOid = mgf?.sequence().objectIdentifier() ?? DIGESTS.sha1.oid
  const source = reader.optionalExplicit(2)?.sequence()
  const sourceOid = source?.objectIdentifier() ?? KEY_ENCRYPTION_OID.labelSpecified
  const label = source?.octetString() ?? new Uint8Array(0)
  reader.end()
  const isKnown =
    mgfOid === MGF1 &&
    sourceOid === KEY_ENCRYPTION_OID.labelSpecified &&
    label.byteLength <= MAX_LABEL_BYTES
  return isKnown ? oaep(hashOid, mgfHashOid, label) : undefined
}

function oaep(
  hashOid: string,
  mgfHashOid: string,
  label: Uint8Array = new Uint8Array(0),
): RsaPadding | undefined {
  const hash = findDigest(hashOid)
  const mgfHash = findDigest(mgfHashOid)
  if (hash === undefined || mgfHash === undefined) return undefined
  return { padding: 'oaep', hash, mgfHash, label }
}

/**
 * Decrypts with an RSA private key.
 *
 * PKCS#1 v1.5: a wrong padding gives random octets of a random length, the same for the same input
 * (implicit rejection by OpenSSL from 3.2), so that nobody learns whether it was wrong.
 * OAEP: a wrong padding throws, one error for all reasons.
 */
export function decryptRsa(key: KeyObject, padding: RsaPadding, bytes: Uint8Array): Uint8Array {
  if (padding.padding === 'pkcs1') {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes)
  }
  if (padding.hash !== padding.mgfHash) {
    return removeOaep(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, bytes), padding)
  }
  const { hash: oaepHash, label: oaepLabel } = padding
  return privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash, oaepLabel },
    bytes,
  )
}

/**
 * EME-OAEP decoding with two different digests, which OpenSSL does but `node:crypto` does not offer
 * (Java's OAEPWithSHA-256AndMGF1Padding means MGF1 with SHA-1). All checks are made before any of
 * them decides, so that time does not tell which one failed (Manger's attack).
 */
function removeOaep(
  encoded: Uint8Array,
  { hash: hashName, mgfHash, label }: Extract<RsaPadding, { padding: 'oaep' }>,
): Uint8Array {
  const labelHash = hash(hashName, label, 'buffer')
  const hashBytes = labelHash.byteLength
  if (encoded.byteLength < 2 * hashBytes + 2) throw cannotDecrypt()
  const maskedSeed = encoded.subarray(1, 1 + hashBytes)
  const maskedBlock = encoded.subarray(1 + hashBytes)
  const seed = xor(maskedSeed, mgf1(mgfHash, maskedBlock, hashBytes))
  const block = xor(maskedBlock, mgf1(mgfHash, seed, maskedBlock.byteLength))
  let wrong = encoded[0] ?? 1
  wrong |= timingSafeEqual(block.subarray(0, hashBytes), labelHash) ? 0 : 1
  let start = 0
  let isSearching = 1
  for (let at = hashBytes; at < block.byteLength; at += 1) {
    const octet = block[at] ?? 0
    const isZero = ((octet - 1) >>> 31) & 1
    const isOne = (((octet ^ 1) - 1) >>> 31) & 1
    start |= -(isSearching & isOne) & (at + 1)
    wrong |= isSearching & ~isZero & ~isOne & 1
    isSearching &= isZero
  }
  if ((wrong | isSearching) !== 0) throw cannotDecrypt()
  return block.subarray(start)
}

function mgf1(digest: DigestName, seed: Uint8Array, bytes: number): Uint8Array {
  const mask: Uint8Array[] = []
  for (let counter = 0; counter * DIGESTS[digest].bytes < bytes; counter += 1) {
    const block = Buffer.alloc(seed.byteLength + 4)
    block.set(seed)
    block.writeUInt32BE(counter, seed.byteLength)
    mask.push(hash(digest, block, 'buffer'))
  }
  return Buffer.concat(mask).subarray(0, bytes)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, at) => octet ^ (b[at] ?? 0))
}

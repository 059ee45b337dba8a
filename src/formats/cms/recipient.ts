/** Encrypts content keys to certificates: RecipientInfos with their fixed parts made once. */

import { createECDH } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import {
  bitString,
  element,
  explicit,
  header,
  integer,
  objectIdentifier,
  sequence,
} from '../asn1/writer.ts'
import type { Certificate } from '../x509/certificate.ts'
import {
  encodeIssuerAndSerial,
  encodeKeyId,
  encodeRecipientKeyId,
} from './certificate-identifier.ts'
import { agreementScheme, deriveWrappingKey, sharedInfo, wrapKey } from './key-agreement.ts'
import { encryptOaep, encryptPkcs1 } from './rsa-encrypt.ts'
import { RSA_OAEP_SHA256, RSA_PKCS1 } from './rsa-padding.ts'

/** Someone who shall be able to read a message. */
export interface CmsRecipient {
  readonly certificate: Certificate
  /** How RecipientInfo names the certificate. Without a key identifier: issuer and serial number. */
  readonly identifiedBy?: 'issuer-and-serial' | 'subject-key-id'
  /** PKCS#1 v1.5 unless said: every reader knows it. For RSA certificates only. */
  readonly rsaPadding?: 'pkcs1' | 'oaep-sha256'
}

export interface PreparedRecipient {
  /** CMSVersion of the RecipientInfo: 0, 2 or 3. */
  readonly version: 0 | 2 | 3
  /** Adds the octets of a RecipientInfo for this content key to a list. */
  write(contentKey: Uint8Array, into: Uint8Array[]): void
}

const prepared = new WeakMap<Certificate, Map<string, PreparedRecipient>>()

/**
 * A recipient ready for use, kept as long as its certificate is.
 *
 * Whether the certificate may be used (dates, key usage, trust) is the caller's to decide.
 *
 * @throws HubError `cms.key_unfit`: its key cannot be encrypted to; `key.unsupported`
 */
export function prepareRecipient(
  recipient: CmsRecipient,
  keyBytes: 16 | 24 | 32,
): PreparedRecipient {
  const { certificate, identifiedBy, rsaPadding } = recipient
  const variants = prepared.get(certificate) ?? new Map<string, PreparedRecipient>()
  prepared.set(certificate, variants)
  const variant = `${keyBytes} ${identifiedBy ?? ''} ${rsaPadding ?? ''}`
  const found = variants.get(variant) ?? prepare(recipient, keyBytes)
  variants.set(variant, found)
  return found
}

function prepare(recipient: CmsRecipient, keyBytes: 16 | 24 | 32): PreparedRecipient {
  switch (recipient.certificate.publicKey.kind) {
    case 'rsa':
      return prepareRsa(recipient)
    case 'ec':
      return prepareEc(recipient, keyBytes)
    case 'rsa-pss':
    case 'ed25519':
    case 'x25519':
    case 'other':
      throw unfit(recipient)
  }
}

function unfit({ certificate }: CmsRecipient): HubError {
  const { kind } = certificate.publicKey
  return new HubError('cms.key_unfit', `a message cannot be encrypted to a key of kind ${kind}`)
}

/** The key identifier when it is asked for and there is one. */
function keyIdOf({ certificate, identifiedBy }: CmsRecipient): Uint8Array | undefined {
  return identifiedBy === 'subject-key-id' ? certificate.subjectKeyId : undefined
}

/** KeyTransRecipientInfo (RFC 5652 section 6.2.1): all but the encrypted key is always the same. */
function prepareRsa(recipient: CmsRecipient): PreparedRecipient {
  const { certificate, rsaPadding } = recipient
  const { keyObject: key, bits = 0 } = certificate.publicKey
  const encryptedBytes = Math.ceil(bits / 8)
  const isOaep = rsaPadding === 'oaep-sha256'
  const keyId = keyIdOf(recipient)
  const version = keyId === undefined ? 0 : 2
  const fixed = Buffer.concat([
    integer(version),
    keyId === undefined ? encodeIssuerAndSerial(certificate) : encodeKeyId(keyId),
    isOaep ? RSA_OAEP_SHA256 : RSA_PKCS1,
    header(TAG.octetString, encryptedBytes),
  ])
  const head = Buffer.concat([header(TAG.sequence, fixed.byteLength + encryptedBytes), fixed])
  const encrypt = isOaep ? encryptOaep(key) : encryptPkcs1(key)
  return {
    version,
    write(contentKey, into) {
      into.push(head, encrypt(contentKey))
    },
  }
}

/** OpenSSL's name of a curve, and the digest of the KDF that goes with its strength. */
const CURVES = {
  'P-256': { name: 'prime256v1', digest: 'sha256' },
  'P-384': { name: 'secp384r1', digest: 'sha384' },
  'P-521': { name: 'secp521r1', digest: 'sha512' },
} as const

/** id-ecPublicKey without parameters: the curve is the recipient's (RFC 5753 section 3.1.1). */
const EC_PUBLIC_KEY = sequence(objectIdentifier('1.2.840.10045.2.1'))

/** KeyAgreeRecipientInfo with one recipient and a key pair of its own (RFC 5753 section 3.1). */
function prepareEc(recipient: CmsRecipient, keyBytes: 16 | 24 | 32): PreparedRecipient {
  const { certificate } = recipient
  const { curve, keyBits } = certificate.publicKey
  if (curve !== 'P-256' && curve !== 'P-384' && curve !== 'P-521') throw unfit(recipient)
  // A key that is not a point of its curve is found here and not at the first message.
  void certificate.publicKey.keyObject
  const { name, digest } = CURVES[curve]
  const scheme = agreementScheme(digest, keyBytes)
  const info = sharedInfo(scheme)
  const keyId = keyIdOf(recipient)
  const identifier =
    keyId === undefined ? encodeIssuerAndSerial(certificate) : encodeRecipientKeyId(keyId)
  return {
    version: 3,
    write(contentKey, into) {
      const ephemeral = createECDH(name)
      const point = ephemeral.generateKeys()
      const wrappingKey = deriveWrappingKey(ephemeral.computeSecret(keyBits), scheme, info)
      const wrapped = element(TAG.octetString, wrapKey(wrappingKey, contentKey))
      const originator = element(contextConstructed(1), EC_PUBLIC_KEY, bitString(point))
      const keys = sequence(sequence(identifier, wrapped))
      const parts = [integer(3), explicit(0, originator), scheme.identifier, keys]
      into.push(element(contextConstructed(1), ...parts))
    },
  }
}

/**
 * Encrypts content to certificates: EnvelopedData with AES-CBC (RFC 5652 section 6),
 * AuthEnvelopedData with AES-GCM (RFC 5083, RFC 5084).
 */

import { randomBytes } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import { TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import { header, objectIdentifier } from '../asn1/writer.ts'
import { CONTENT_CIPHERS, type ContentCipher, encodeContentEncryption } from './content-ciphers.ts'
import { ContentKey } from './content-key.ts'
import { CONTENT_TYPE } from './oids.ts'
import { type CmsRecipient, prepareRecipient } from './recipient.ts'

export interface EncryptOptions {
  readonly cipher: ContentCipher
}

/** An encrypted message and the key of its content, with which a second opinion opens it. */
export interface EncryptedContent {
  /** ContentInfo in DER, but for the order of its recipients. */
  readonly bytes: Uint8Array
  readonly contentKey: ContentKey
}

/**
 * Encrypts content in memory, of type `id-data`. For content that does not fit there see
 * `EnvelopedDataWriter`.
 *
 * @throws HubError `cms.no_recipients`, `cms.key_unfit`, `key.unsupported`
 */
export function encryptContent(
  content: Uint8Array,
  recipients: readonly CmsRecipient[],
  { cipher }: EncryptOptions,
): EncryptedContent {
  const { contentKey, nonce, version, recipientInfos } = prepareEnvelope(recipients, cipher)
  const encryptor = contentKey.encrypt(nonce)
  const encrypted = encryptor.update(content)
  const { rest, tag } = encryptor.finish()
  const contentBytes = encrypted.byteLength + rest.byteLength
  const described = describeContent(cipher, nonce)
  const parts = [encrypted, rest]
  parts.unshift(header(contextPrimitive(0), contentBytes))
  parts.unshift(described)
  wrap(TAG.sequence, parts)
  if (tag !== undefined) parts.push(header(TAG.octetString, tag.byteLength), tag)
  parts.unshift(...recipientInfos)
  parts.unshift(version)
  wrap(TAG.sequence, parts)
  wrap(contextConstructed(0), parts)
  parts.unshift(ENVELOPE_TYPE[tag === undefined ? 'enveloped' : 'auth-enveloped'])
  wrap(TAG.sequence, parts)
  return { bytes: Buffer.concat(parts), contentKey }
}

/** Puts tag and length of all the parts before them. */
function wrap(tag: number, parts: Uint8Array[]): void {
  let bytes = 0
  for (const part of parts) bytes += part.byteLength
  parts.unshift(header(tag, bytes))
}

/** `id-envelopedData` and `id-ct-authEnvelopedData` as elements. */
export const ENVELOPE_TYPE = {
  enveloped: objectIdentifier(CONTENT_TYPE.envelopedData),
  'auth-enveloped': objectIdentifier(CONTENT_TYPE.authEnvelopedData),
} as const

/** What is decided before the first octet of content is encrypted. */
export interface Envelope {
  readonly contentKey: ContentKey
  readonly nonce: Uint8Array
  /** CMSVersion as an element. */
  readonly version: Uint8Array
  /** The SET of RecipientInfos, in pieces. */
  readonly recipientInfos: readonly Uint8Array[]
}

/**
 * Makes a content key and encrypts it to everyone.
 *
 * @throws HubError `cms.no_recipients`, `cms.key_unfit`, `key.unsupported`
 */
export function prepareEnvelope(
  recipients: readonly CmsRecipient[],
  cipher: ContentCipher,
): Envelope {
  if (recipients.length === 0) {
    throw new HubError('cms.no_recipients', 'a message is encrypted to at least one certificate')
  }
  const { keyBytes, nonceBytes, isAuthenticated } = CONTENT_CIPHERS[cipher]
  const contentKey = ContentKey.generate(cipher)
  const recipientInfos: Uint8Array[] = []
  let highest = 0
  contentKey.encryptTo((bytes) => {
    for (const recipient of recipients) {
      const ready = prepareRecipient(recipient, keyBytes)
      ready.write(bytes, recipientInfos)
      highest = Math.max(highest, ready.version)
    }
  })
  wrap(TAG.set, recipientInfos)
  // RFC 5652 section 6.1: 2 as soon as one RecipientInfo is not of version 0. RFC 5083: always 0.
  const version = Uint8Array.of(TAG.integer, 1, isAuthenticated || highest === 0 ? 0 : 2)
  return { contentKey, nonce: randomBytes(nonceBytes), version, recipientInfos }
}

const DATA_TYPE = objectIdentifier(CONTENT_TYPE.data)

/** Type and algorithm of the encrypted content. */
export function describeContent(cipher: ContentCipher, nonce: Uint8Array): Uint8Array {
  return Buffer.concat([DATA_TYPE, encodeContentEncryption(cipher, nonce)])
}

/** Reads EnvelopedData and AuthEnvelopedData from memory (RFC 5652 section 6, RFC 5083). */

import { HubError } from '../../base/errors.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { CONSTRUCTED, TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import { readAlgorithm } from '../x509/algorithm.ts'
import {
  CONTENT_CIPHERS,
  type ContentEncryption,
  readContentEncryption,
} from './content-ciphers.ts'
import { openContentInfo, readingCms } from './content-info.ts'
import { CONTENT_TYPE } from './oids.ts'
import { type RecipientInfo, readRecipientInfos } from './recipient-info.ts'
import { attributesAsSigned } from './signer-info.ts'

export type EnvelopeKind = 'enveloped' | 'auth-enveloped'

/** What stands before the encrypted content. */
export interface EnvelopeHeader {
  readonly kind: EnvelopeKind
  readonly version: number
  readonly recipientInfos: readonly RecipientInfo[]
  /** Dotted type of what is inside; `id-data` for mail. */
  readonly contentType: string
  readonly encryption: ContentEncryption
}

/** What stands after it. */
export interface EnvelopeTrailer {
  /** DER SET OF: authenticated together with the content. */
  readonly authenticatedAttributes: Uint8Array | undefined
  /** The tag of authenticated encryption; undefined for EnvelopedData. */
  readonly tag: Uint8Array | undefined
}

export interface EnvelopedData extends EnvelopeHeader, EnvelopeTrailer {
  /** Undefined when the encrypted content is elsewhere. */
  readonly encryptedContent: Uint8Array | undefined
}

/**
 * Reads a ContentInfo that holds EnvelopedData or AuthEnvelopedData, in BER or DER. Nothing is
 * decrypted: see `decryptContent`.
 *
 * @throws HubError `cms.malformed`; `cms.other_content`: it is CMS of another type
 */
export function parseEnvelopedData(bytes: Uint8Array): EnvelopedData {
  return readingCms('EnvelopedData', () => {
    const { contentType, reader } = openContentInfo(bytes)
    const kind = envelopeKind(contentType)
    const body = reader.sequence()
    const { version, recipientInfos } = readEnvelopeStart(body)
    const encrypted = body.sequence()
    const described = readEncryptedContentStart(encrypted, kind)
    const encryptedContent = readEncryptedContent(encrypted)
    encrypted.end()
    const trailer = readEnvelopeTrailer(body, kind)
    return { kind, version, recipientInfos, ...described, encryptedContent, ...trailer }
  })
}

/**
 * Which of the two a ContentInfo is.
 *
 * @throws HubError `cms.other_content`
 */
export function envelopeKind(contentType: string): EnvelopeKind {
  if (contentType === CONTENT_TYPE.envelopedData) return 'enveloped'
  if (contentType === CONTENT_TYPE.authEnvelopedData) return 'auth-enveloped'
  throw new HubError('cms.other_content', `EnvelopedData was expected, not ${contentType}`, {
    detail: { contentType },
  })
}

/** Version and recipients; originatorInfo, which only carries certificates, is passed over. */
function readEnvelopeStart(reader: Asn1Reader): Pick<EnvelopeHeader, 'version' | 'recipientInfos'> {
  const version = reader.smallInteger()
  reader.optional(contextConstructed(0))
  return { version, recipientInfos: readRecipientInfos(reader.set()) }
}

/** Type and algorithm of the encrypted content; stops before the content. */
function readEncryptedContentStart(
  reader: Asn1Reader,
  kind: EnvelopeKind,
): Pick<EnvelopeHeader, 'contentType' | 'encryption'> {
  const contentType = reader.objectIdentifier()
  return { contentType, encryption: fitting(readContentEncryption(readAlgorithm(reader)), kind) }
}

/**
 * A cipher in the wrong envelope is refused: GCM without a tag would give up what it is for, and a
 * message re-labelled from GCM to CBC is an attack (C-10, A-03).
 */
export function fitting(encryption: ContentEncryption, kind: EnvelopeKind): ContentEncryption {
  if (encryption.is !== 'known') return encryption
  const { isAuthenticated, oid } = CONTENT_CIPHERS[encryption.cipher]
  return isAuthenticated === (kind === 'auth-enveloped') ? encryption : { is: 'malformed', oid }
}

function readEncryptedContent(reader: Asn1Reader): Uint8Array | undefined {
  const tag = contextPrimitive(0)
  return reader.has(tag, tag | CONSTRUCTED) ? reader.octetString(tag) : undefined
}

/** Reads what follows the encrypted content, to the end. Unauthenticated attributes are passed over. */
export function readEnvelopeTrailer(reader: Asn1Reader, kind: EnvelopeKind): EnvelopeTrailer {
  if (kind === 'enveloped') {
    reader.optional(contextConstructed(1))
    reader.end()
    return { authenticatedAttributes: undefined, tag: undefined }
  }
  const attributes = reader.optional(contextConstructed(1))
  const authenticatedAttributes = attributes && attributesAsSigned(attributes, reader)
  const tag = reader.octetString(TAG.octetString)
  reader.optional(contextConstructed(2))
  reader.end()
  return { authenticatedAttributes, tag }
}

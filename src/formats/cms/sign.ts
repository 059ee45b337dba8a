/**
 * Makes SignedData with one signer (RFC 5652 section 5), content outside (`multipart/signed`) or
 * inside (`application/pkcs7-mime`). Always with signed attributes: content type, digest, time,
 * our capabilities, the signer's certificate (RFC 5035) and the algorithms (RFC 6211).
 */

import { hash } from 'node:crypto'
import { HubError } from '../../base/errors.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import {
  element,
  headerLength,
  objectIdentifier,
  octetString,
  writeHeader,
} from '../asn1/writer.ts'
import { DIGESTS, type DigestName } from './digests.ts'
import { CONTENT_TYPE } from './oids.ts'
import { SIGNATURE_SCHEMES } from './signature-schemes.ts'
import { type CmsSigner, type SigningTemplate, templateOf } from './signing-template.ts'

export interface SignOptions {
  /** When it is signed, to the second. */
  readonly at: Date
  /** Dotted type of the content; `id-data`, as mail demands, when absent. */
  readonly contentType?: string
}

/** The digest with which a signer's content has to be digested. */
export function digestOf(signer: CmsSigner): DigestName {
  return SIGNATURE_SCHEMES[signer.scheme].digest
}

/**
 * Signs content that travels beside its signature. Returns a ContentInfo in DER.
 *
 * The content is signed as it is: canonical line ends are the caller's.
 *
 * @throws HubError `cms.key_unfit`; what the signer's `sign` throws
 */
export function signDetached(
  content: Uint8Array,
  signer: CmsSigner,
  options: SignOptions,
): Promise<Uint8Array> {
  return signDigest(hash(digestOf(signer), content, 'buffer'), signer, options)
}

/**
 * Signs content of which only the digest is at hand, by `digestOf(signer)`. Returns a ContentInfo
 * in DER without the content.
 *
 * @throws HubError `cms.key_unfit`; what the signer's `sign` throws
 */
export async function signDigest(
  digest: Uint8Array,
  signer: CmsSigner,
  options: SignOptions,
): Promise<Uint8Array> {
  return signedData(templateOf(signer), await makeSignature(digest, signer, options))
}

/**
 * Signs content and puts it into the result, a ContentInfo in DER. For content that does not fit
 * in memory see `SignedDataWriter`.
 *
 * @throws HubError `cms.key_unfit`; what the signer's `sign` throws
 */
export async function signEnclosed(
  content: Uint8Array,
  signer: CmsSigner,
  options: SignOptions,
): Promise<Uint8Array> {
  const digest = hash(digestOf(signer), content, 'buffer')
  return signedData(templateOf(signer), await makeSignature(digest, signer, options), content)
}

/** A signature with all that SignerInfo says about it. */
export interface MadeSignature {
  readonly contentType: string
  /** As signed: a SET. */
  readonly attributes: Uint8Array
  readonly signature: Uint8Array
}

/**
 * The signature over a digest, not yet wrapped.
 *
 * @throws HubError `cms.key_unfit`; what the signer's `sign` throws
 */
export async function makeSignature(
  digest: Uint8Array,
  signer: CmsSigner,
  { at, contentType = CONTENT_TYPE.data }: SignOptions,
): Promise<MadeSignature> {
  if (digest.byteLength !== DIGESTS[digestOf(signer)].bytes) {
    throw new HubError('cms.key_unfit', `${signer.scheme} does not sign this kind of digest`)
  }
  const attributes = templateOf(signer).attributes({ signingTime: at, contentType, digest })
  const signed = signer.sign(attributes)
  const signature = signed instanceof Uint8Array ? signed : await signed
  return { contentType, attributes, signature }
}

/** `id-signedData` as an element: the start of every ContentInfo here. */
const SIGNED_DATA_TYPE = objectIdentifier(CONTENT_TYPE.signedData)

/** Octets that tag, length and content of an element take. */
const sizeOf = (contentBytes: number) => headerLength(contentBytes) + contentBytes

/** ContentInfo with SignedData: sizes from the inside out, then one pass of writing. */
function signedData(
  template: SigningTemplate,
  made: MadeSignature,
  content?: Uint8Array,
): Uint8Array {
  const version = versionOf(made.contentType)
  const encapsulated = encapsulatedContent(made.contentType, content)
  const infoBytes = signerInfoBytes(template, made)
  const infosBytes = sizeOf(infoBytes)
  const bodyBytes =
    3 +
    template.digestAlgorithms.byteLength +
    encapsulated.byteLength +
    template.certificates.byteLength +
    sizeOf(infosBytes)
  const explicitBytes = sizeOf(bodyBytes)
  const outerBytes = SIGNED_DATA_TYPE.byteLength + sizeOf(explicitBytes)
  const bytes = Buffer.allocUnsafe(sizeOf(outerBytes))
  const put = (part: Uint8Array, at: number) => {
    bytes.set(part, at)
    return at + part.byteLength
  }
  let at = writeHeader(bytes, 0, TAG.sequence, outerBytes)
  at = put(SIGNED_DATA_TYPE, at)
  at = writeHeader(bytes, at, contextConstructed(0), explicitBytes)
  at = writeHeader(bytes, at, TAG.sequence, bodyBytes)
  at = put(version, at)
  at = put(template.digestAlgorithms, at)
  at = put(encapsulated, at)
  at = put(template.certificates, at)
  at = writeHeader(bytes, at, TAG.set, infosBytes)
  at = writeHeader(bytes, at, TAG.sequence, infoBytes)
  at = put(template.signerHead, at)
  const attributesAt = at
  at = put(made.attributes, at)
  bytes[attributesAt] = contextConstructed(0)
  at = put(template.signatureAlgorithm, at)
  at = writeHeader(bytes, at, TAG.octetString, made.signature.byteLength)
  put(made.signature, at)
  return bytes
}

function signerInfoBytes(template: SigningTemplate, made: MadeSignature): number {
  return (
    template.signerHead.byteLength +
    made.attributes.byteLength +
    template.signatureAlgorithm.byteLength +
    sizeOf(made.signature.byteLength)
  )
}

/** SignerInfos: a SET with the one there is. What follows the certificates in a stream. */
export function encodeSignerInfos(template: SigningTemplate, made: MadeSignature): Uint8Array {
  const attributes = Buffer.from(made.attributes)
  attributes[0] = contextConstructed(0)
  const info = element(
    TAG.sequence,
    template.signerHead,
    attributes,
    template.signatureAlgorithm,
    octetString(made.signature),
  )
  return element(TAG.set, info)
}

const VERSION_1 = Uint8Array.of(TAG.integer, 1, 1)
const VERSION_3 = Uint8Array.of(TAG.integer, 1, 3)

/** CMSVersion of SignedData: 1 for plain data, 3 for any other type (RFC 5652 section 5.1). */
export function versionOf(contentType: string): Uint8Array {
  return contentType === CONTENT_TYPE.data ? VERSION_1 : VERSION_3
}

const DETACHED_DATA = element(TAG.sequence, objectIdentifier(CONTENT_TYPE.data))

function encapsulatedContent(contentType: string, content: Uint8Array | undefined): Uint8Array {
  if (content === undefined && contentType === CONTENT_TYPE.data) return DETACHED_DATA
  const type = objectIdentifier(contentType)
  if (content === undefined) return element(TAG.sequence, type)
  return element(TAG.sequence, type, element(contextConstructed(0), octetString(content)))
}

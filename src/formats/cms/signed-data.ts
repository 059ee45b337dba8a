/** Reads SignedData, with content or without, from memory (RFC 5652 section 5). */

import { HubError } from '../../base/errors.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import { openContentInfo, readingCms } from './content-info.ts'
import { CONTENT_TYPE } from './oids.ts'
import { type SignerInfo, readSignerInfos } from './signer-info.ts'

/** What stands after the content. */
export interface SignedTrailer {
  /** DER of the certificates that were sent along, as they are: not parsed, not checked. */
  readonly certificates: readonly Uint8Array[]
  /** DER of the CRLs that were sent along. */
  readonly crls: readonly Uint8Array[]
  /** Empty for a bag of certificates, which is not signed at all (C-05). */
  readonly signerInfos: readonly SignerInfo[]
}

/** What stands before the content. */
export interface SignedHeader {
  readonly version: number
  readonly digestAlgorithms: readonly AlgorithmIdentifier[]
  /** Dotted type of the content; `id-data` for mail. */
  readonly contentType: string
}

export interface SignedData extends SignedHeader, SignedTrailer {
  /** The content inside; undefined when it is elsewhere or there is none. */
  readonly content: Uint8Array | undefined
}

/** Long chains and cross certificates come to about 20; address books as P7B to some thousand. */
const MAX_CERTIFICATES = 10_000
/** Digest algorithms known anywhere are fewer. */
const MAX_DIGEST_ALGORITHMS = 32

/**
 * Reads a ContentInfo that holds SignedData, in BER or DER.
 *
 * Nothing is verified: see `verifySigner`. Attributes and certificates are not looked into yet, so
 * that what is wrong in one of them condemns only the signature it belongs to.
 *
 * @throws HubError `cms.malformed`; `cms.other_content`: it is CMS, but no SignedData
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
  return readingCms('SignedData', () => {
    const { contentType, reader } = openContentInfo(bytes)
    if (contentType !== CONTENT_TYPE.signedData) {
      throw new HubError('cms.other_content', `SignedData was expected, not ${contentType}`)
    }
    return readSignedData(reader.sequence())
  })
}

function readSignedData(reader: Asn1Reader): SignedData {
  const version = reader.smallInteger()
  const digestAlgorithms = readDigestAlgorithms(reader.set())
  const encapsulated = reader.sequence()
  const contentType = encapsulated.objectIdentifier()
  const content = readContent(encapsulated, contentType)
  encapsulated.end()
  const { certificates, crls, signerInfos } = readSignedTrailer(reader)
  return { version, digestAlgorithms, contentType, content, certificates, crls, signerInfos }
}

/** PKCS #7 allowed any type where CMS has an OCTET STRING; its content octets are what is signed. */
function readContent(encapsulated: Asn1Reader, contentType: string): Uint8Array | undefined {
  const inside = encapsulated.optionalExplicit(0)
  if (inside === undefined) return undefined
  const isOctets = inside.has(TAG.octetString, TAG.octetString | 0x20)
  if (!isOctets && contentType === CONTENT_TYPE.data) {
    throw new HubError('asn1.malformed', 'content of the type data is no OCTET STRING')
  }
  const content = isOctets ? inside.octetString() : inside.element().content
  inside.end()
  return content
}

/** The digest algorithms that stand before the content. */
export function readDigestAlgorithms(reader: Asn1Reader): readonly AlgorithmIdentifier[] {
  const algorithms: AlgorithmIdentifier[] = []
  while (!reader.isAtEnd) {
    if (algorithms.length >= MAX_DIGEST_ALGORITHMS) {
      throw new HubError('asn1.too_large', 'there are too many digest algorithms')
    }
    algorithms.push(readAlgorithm(reader))
  }
  return algorithms
}

/** Reads what follows the content, to the end. */
export function readSignedTrailer(reader: Asn1Reader): SignedTrailer {
  const certificates = readSet(reader.enterOptional(contextConstructed(0)))
  const crls = readSet(reader.enterOptional(contextConstructed(1)))
  const signerInfos = readSignerInfos(reader.set())
  reader.end()
  return { certificates, crls, signerInfos }
}

/** Plain certificates and CRLs; the tagged other kinds (attribute certificates) are passed over. */
function readSet(reader: Asn1Reader | undefined): readonly Uint8Array[] {
  const found: Uint8Array[] = []
  while (reader !== undefined && !reader.isAtEnd) {
    const { tag, encoded } = reader.element()
    if (tag !== TAG.sequence) continue
    if (found.length >= MAX_CERTIFICATES) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_CERTIFICATES} certificates`)
    }
    found.push(encoded)
  }
  return found
}

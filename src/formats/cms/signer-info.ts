/** SignerInfo: one signature of SignedData, as it was sent (RFC 5652 section 5.3). */

import { HubError } from '../../base/errors.ts'
import { canonical, canonicalSet } from '../asn1/canonical.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import type { Element } from '../asn1/span.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { setOf } from '../asn1/writer.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import { type CertificateIdentifier, readCertificateIdentifier } from './certificate-identifier.ts'

export interface SignerInfo {
  readonly version: number
  /** Names the signer's certificate. */
  readonly identifier: CertificateIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  /** DER SET OF the signed attributes, sorted: what is signed (C-03). Undefined when there are none. */
  readonly signedAttributes: Uint8Array | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  /** `[1]` as encoded: time stamps and countersignatures. Not signed by this signer. */
  readonly unsignedAttributes: Uint8Array | undefined
}

/** Several people may sign one message; each signature costs a public key operation. */
const MAX_SIGNERS = 64

/** Reads SignerInfos to the end. */
export function readSignerInfos(reader: Asn1Reader): readonly SignerInfo[] {
  const infos: SignerInfo[] = []
  while (!reader.isAtEnd) {
    if (infos.length >= MAX_SIGNERS) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_SIGNERS} signatures`)
    }
    infos.push(readSignerInfo(reader.sequence()))
  }
  return infos
}

function readSignerInfo(reader: Asn1Reader): SignerInfo {
  const version = reader.smallInteger()
  const identifier = readCertificateIdentifier(reader)
  const digestAlgorithm = readAlgorithm(reader)
  const attributes = reader.optional(contextConstructed(0))
  const signedAttributes = attributes && attributesAsSigned(attributes, reader)
  const signatureAlgorithm = readAlgorithm(reader)
  const signature = reader.octetString()
  const unsignedAttributes = reader.optional(contextConstructed(1))?.encoded
  reader.end()
  return {
    version,
    identifier,
    digestAlgorithm,
    signedAttributes,
    signatureAlgorithm,
    signature,
    unsignedAttributes,
  }
}

/**
 * Attributes in the form over which signatures and tags are made: a SET OF in DER, whatever the tag
 * and the encoding were in which they travelled (RFC 5652 sections 5.4 and 9.2, RFC 5083 section 2.2).
 */
export function attributesAsSigned(element: Element, reader: Asn1Reader): Uint8Array {
  const sorted = canonicalSet(element.encoded)
  if (sorted !== undefined) return sorted
  const parts: Uint8Array[] = []
  const inner = reader.within(element)
  while (!inner.isAtEnd) parts.push(canonical(inner.element(TAG.sequence).encoded))
  return setOf(...parts)
}

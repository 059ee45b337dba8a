/** What signed attributes say (RFC 5652 section 11, RFC 8551 section 2.5). */

import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import { DIGESTS } from './digests.ts'
import { SIGNED_ATTRIBUTE } from './oids.ts'

/** Attributes of one signature, the known ones read. Undefined: not there. */
export interface SignedAttributes {
  readonly contentType: string | undefined
  readonly messageDigest: Uint8Array | undefined
  /** What the signer says; nobody else vouches for it. */
  readonly signingTime: Date | undefined
  /** What the signer can read, as encoded: see `parseCapabilities`. */
  readonly capabilities: Uint8Array | undefined
  /** Hash of the certificate that the signer says it used (RFC 5035). */
  readonly signingCertificate: CertificateHash | undefined
  readonly algorithmProtection: AlgorithmProtection | undefined
  /** All attribute types in the order of the DER SET. */
  readonly types: readonly string[]
}

export interface CertificateHash {
  readonly digestOid: string
  readonly hash: Uint8Array
}

export interface AlgorithmProtection {
  readonly digest: AlgorithmIdentifier
  readonly signature: AlgorithmIdentifier | undefined
}

/** Signatures of the richest kind (CAdES) have about 15. */
const MAX_ATTRIBUTES = 64

type KnownAttribute = keyof typeof SIGNED_ATTRIBUTE

const NAMES = new Map(
  Object.entries(SIGNED_ATTRIBUTE).map(([name, oid]) => [oid as string, name as KnownAttribute]),
)

/**
 * Reads a SET of attributes in DER.
 *
 * Gives `repeated` when a known attribute is there twice or has not exactly one value (M-12).
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large`
 */
export function readSignedAttributes(der: Uint8Array): SignedAttributes | 'repeated' {
  // RFC 5652 section 11 and RFC 8551 section 2.5 want one attribute of each with one value.
  const values: { [name in KnownAttribute]?: Asn1Reader } = {}
  const types: string[] = []
  const outer = Asn1Reader.ber(der).set()
  while (!outer.isAtEnd) {
    const attribute = outer.sequence()
    const type = attribute.objectIdentifier()
    const set = attribute.set()
    attribute.end()
    types.push(type)
    if (types.length > MAX_ATTRIBUTES) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_ATTRIBUTES} attributes`)
    }
    const name = NAMES.get(type)
    if (name === undefined) continue
    if (values[name] !== undefined || !set.hasOneLeft) return 'repeated'
    values[name] = set
  }
  return {
    contentType: values.contentType?.objectIdentifier(),
    messageDigest: values.messageDigest?.octetString(),
    signingTime: values.signingTime?.time(),
    capabilities: values.smimeCapabilities?.rest,
    signingCertificate:
      signingCertificateV2(values.signingCertificateV2) ??
      signingCertificateV1(values.signingCertificate),
    algorithmProtection: algorithmProtection(values.algorithmProtection),
    types,
  }
}

/** The first ESSCertIDv2 is the signer's; its hash is SHA-256 unless it says otherwise. */
function signingCertificateV2(reader: Asn1Reader | undefined): CertificateHash | undefined {
  if (reader === undefined) return undefined
  const first = reader.sequence().sequence().sequence()
  const digestOid = first.has(TAG.sequence) ? readAlgorithm(first).oid : DIGESTS.sha256.oid
  return { digestOid, hash: first.octetString() }
}

function signingCertificateV1(reader: Asn1Reader | undefined): CertificateHash | undefined {
  if (reader === undefined) return undefined
  const first = reader.sequence().sequence().sequence()
  return { digestOid: DIGESTS.sha1.oid, hash: first.octetString() }
}

function algorithmProtection(reader: Asn1Reader | undefined): AlgorithmProtection | undefined {
  if (reader === undefined) return undefined
  const inner = reader.sequence()
  const digest = readAlgorithm(inner)
  const tag = contextConstructed(1)
  return { digest, signature: inner.has(tag) ? readAlgorithm(inner, tag) : undefined }
}

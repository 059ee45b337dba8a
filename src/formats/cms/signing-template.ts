/**
 * What is the same in all signatures of one signer, encoded once. A message adds its digest, its
 * time and the signature: this is what makes signing cost little more than the private key
 * operation alone.
 */

import { hash } from 'node:crypto'
import { asBuffer } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { generalizedTimeText, isUtcTimeYear, utcTimeText } from '../asn1/time.ts'
import {
  element,
  explicit,
  integer,
  implicit,
  objectIdentifier,
  octetString,
  sequence,
  set,
  sortedForSetOf,
} from '../asn1/writer.ts'
import type { Certificate } from '../x509/certificate.ts'
import { OUR_CAPABILITIES } from './capabilities.ts'
import { encodeIssuerAndSerial } from './certificate-identifier.ts'
import { DIGESTS } from './digests.ts'
import { SIGNED_ATTRIBUTE } from './oids.ts'
import { SIGNATURE_SCHEMES, type SignatureScheme, fitsScheme } from './signature-schemes.ts'

/** Whoever signs: a certificate, the chain that travels with it, and the use of its key. */
export interface CmsSigner {
  readonly certificate: Certificate
  /** CA certificates that are sent along, in any order; the root may be left out. */
  readonly chain: readonly Certificate[]
  readonly scheme: SignatureScheme
  /**
   * Signs these bytes as `scheme` says, digest included. ECDSA signatures are DER
   * (`ECDSA-Sig-Value`). See `signNow` and `signSoon`.
   */
  sign(signedAttributes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** What is signed besides the content. */
export interface SignatureFacts {
  /** When it was signed: goes into the signingTime attribute. */
  readonly signingTime: Date
  /** The dotted type of the content; `id-data` for mail. */
  readonly contentType: string
  /** Digest of the content by the digest of the signer's scheme. */
  readonly digest: Uint8Array
}

export interface SigningTemplate {
  /** SET OF AlgorithmIdentifier of SignedData. */
  readonly digestAlgorithms: Uint8Array
  /** `[0] IMPLICIT CertificateSet`: the signer's certificate and the chain. */
  readonly certificates: Uint8Array
  /** SignerInfo up to its signed attributes: version, identifier, digest algorithm. */
  readonly signerHead: Uint8Array
  readonly signatureAlgorithm: Uint8Array
  /** Signed attributes as a DER SET OF: what `CmsSigner.sign` is given. */
  attributes(facts: SignatureFacts): Uint8Array
}

const templates = new WeakMap<CmsSigner, SigningTemplate>()

/**
 * The template of a signer, made when first asked for and kept as long as the signer is.
 *
 * @throws HubError `cms.key_unfit`: the key of the certificate cannot sign by the scheme
 */
export function templateOf(signer: CmsSigner): SigningTemplate {
  let template = templates.get(signer)
  if (template === undefined) {
    template = makeTemplate(signer)
    templates.set(signer, template)
  }
  return template
}

function makeTemplate({ certificate, chain, scheme }: CmsSigner): SigningTemplate {
  if (!fitsScheme(certificate.publicKey, scheme)) {
    throw new HubError('cms.key_unfit', `a ${certificate.publicKey.kind} key cannot sign ${scheme}`)
  }
  const { digest, identifier } = SIGNATURE_SCHEMES[scheme]
  const certificates = new Map([certificate, ...chain].map((each) => [each.fingerprint, each.der]))
  const variants = new Map<string, AttributesVariant>()
  return {
    digestAlgorithms: set(DIGESTS[digest].identifier),
    certificates: element(contextConstructed(0), ...sortedForSetOf([...certificates.values()])),
    signerHead: Buffer.concat([
      integer(1),
      encodeIssuerAndSerial(certificate),
      DIGESTS[digest].identifier,
    ]),
    signatureAlgorithm: identifier,
    attributes(facts) {
      const timeTag = isUtcTimeYear(facts.signingTime) ? TAG.utcTime : TAG.generalizedTime
      const key = `${timeTag} ${facts.contentType}`
      let variant = variants.get(key)
      if (variant === undefined) {
        variant = makeVariant({ certificate, scheme, timeTag, contentType: facts.contentType })
        variants.set(key, variant)
      }
      return fill(variant, facts)
    },
  }
}

/** Signed attributes with holes for time and digest. */
interface AttributesVariant {
  readonly bytes: Buffer
  /** The second since 1970 that stands in the bytes: many messages are signed in one. */
  second: number | undefined
  readonly timeTag: number
  readonly timeAt: number
  readonly digestAt: number
}

/** Stands where the digest will: no other attribute holds a run of these octets. */
const HOLE = 0xa5

function makeVariant(from: {
  certificate: Certificate
  scheme: SignatureScheme
  timeTag: number
  contentType: string
}): AttributesVariant {
  const { digest, identifier } = SIGNATURE_SCHEMES[from.scheme]
  const digestHole = octetString(Buffer.alloc(DIGESTS[digest].bytes, HOLE))
  const timeHole = element(from.timeTag, Buffer.alloc(from.timeTag === TAG.utcTime ? 13 : 15, HOLE))
  const digestAttribute = attribute(SIGNED_ATTRIBUTE.messageDigest, digestHole)
  const timeAttribute = attribute(SIGNED_ATTRIBUTE.signingTime, timeHole)
  // The order of the SET depends on tags, lengths and types only, not on what fills the holes.
  const sorted = sortedForSetOf([
    attribute(SIGNED_ATTRIBUTE.contentType, objectIdentifier(from.contentType)),
    timeAttribute,
    digestAttribute,
    attribute(SIGNED_ATTRIBUTE.smimeCapabilities, OUR_CAPABILITIES),
    attribute(SIGNED_ATTRIBUTE.signingCertificateV2, signingCertificate(from.certificate)),
    attribute(
      SIGNED_ATTRIBUTE.algorithmProtection,
      sequence(DIGESTS[digest].identifier, implicit(1, identifier)),
    ),
  ])
  const bytes = asBuffer(set(...sorted))
  const endOf = (wanted: Uint8Array) => {
    const before = sorted.slice(0, sorted.indexOf(wanted) + 1)
    const after = sorted.reduce((sum, each) => sum + each.byteLength, 0)
    return bytes.byteLength - after + before.reduce((sum, each) => sum + each.byteLength, 0)
  }
  return {
    bytes,
    second: undefined,
    timeTag: from.timeTag,
    timeAt: endOf(timeAttribute) - (from.timeTag === TAG.utcTime ? 13 : 15),
    digestAt: endOf(digestAttribute) - DIGESTS[digest].bytes,
  }
}

function fill(variant: AttributesVariant, facts: SignatureFacts): Uint8Array {
  const second = Math.floor(facts.signingTime.getTime() / 1000)
  if (second !== variant.second) {
    const isUtcTime = variant.timeTag === TAG.utcTime
    const text = isUtcTime ? utcTimeText(facts.signingTime) : generalizedTimeText(facts.signingTime)
    variant.bytes.write(text, variant.timeAt, 'latin1')
    variant.second = second
  }
  const bytes = Buffer.allocUnsafe(variant.bytes.byteLength)
  bytes.set(variant.bytes)
  bytes.set(facts.digest, variant.digestAt)
  return bytes
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(oid), set(value))
}

/** SigningCertificateV2 with the signer's certificate alone; its hash is the default, SHA-256. */
function signingCertificate(certificate: Certificate): Uint8Array {
  const certificateHash = octetString(hash('sha256', certificate.der, 'buffer'))
  const generalNames = sequence(explicit(4, certificate.issuer.der))
  const issuerSerial = sequence(generalNames, integer(certificate.serial))
  return sequence(sequence(sequence(certificateHash, issuerSerial)))
}

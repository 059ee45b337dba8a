/**
 * Verifies one signature of SignedData (RFC 5652 section 5.6). The answer is a value: a signature
 * that is not valid is no error. Whether the signer's certificate deserves trust is not judged here.
 */

import { hash } from 'node:crypto'
import { equalBytes, toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { TAG } from '../asn1/tags.ts'
import type { AlgorithmIdentifier } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import { isBurden } from '../x509/key-strength.ts'
import { identifies } from './certificate-identifier.ts'
import { type DigestName, findDigest } from './digests.ts'
import { CONTENT_TYPE } from './oids.ts'
import {
  type MethodFlaw,
  type SignatureMethod,
  checkSignature,
  signatureMethod,
} from './signature-method.ts'
import { fitsFamily } from './signature-schemes.ts'
import {
  type CertificateHash,
  type SignedAttributes,
  readSignedAttributes,
} from './signed-attributes.ts'
import type { SignerInfo } from './signer-info.ts'

/** Why a signature is not valid. */
export type SignatureFlaw =
  | MethodFlaw
  /** No certificate with the issuer and serial number, or the key identifier, is at hand. */
  | 'no_certificate'
  /** The certificate has a key of another kind, or one that cannot be used. */
  | 'wrong_key'
  /** The content was changed: its digest is not the one that was signed. */
  | 'digest_mismatch'
  /** The signature does not fit the attributes, or the content, and the key. */
  | 'bad_signature'
  /** Signed attributes are needed: the content is not plain data (C-02). */
  | 'attributes_missing'
  /** Content type or digest are not among the signed attributes (C-01). */
  | 'attribute_missing'
  /** An attribute is there twice, or has not exactly one value (M-12). */
  | 'attribute_repeated'
  | 'attribute_malformed'
  /** The signed content type is not that of the content (C-01). */
  | 'content_type_mismatch'
  /** The signer named another certificate than the one found (C-19). */
  | 'other_certificate'
  /** The algorithms are not those that were signed (C-18). */
  | 'other_algorithms'

/** What became of one signature. */
export type SignatureResult =
  | {
      is: 'valid'
      signer: Certificate
      method: SignatureMethod
      /** Undefined only for signatures without signed attributes. */
      attributes: SignedAttributes | undefined
    }
  | {
      is: 'invalid'
      because: SignatureFlaw
      /** The certificate that was tried last, when there was one. */
      signer: Certificate | undefined
    }

/** What a signature is verified against. */
export interface SignatureContext {
  /** Dotted type of the content, from the header of SignedData. */
  readonly contentType: string
  /** Digest of the content as it was received; undefined when it was not computed. */
  digest(name: DigestName): Uint8Array | undefined
  /**
   * The content itself, when it is in memory. A signature without signed attributes is over it and
   * cannot be verified from a digest; such a one is `attributes_missing` when this is absent.
   */
  readonly content?: Uint8Array
  /** Where the signer's certificate is looked for: sent along, or known from elsewhere. */
  readonly certificates: readonly Certificate[]
  /** Takes SHA-1 for a digest, for old mail that someone asks to see as it was then. */
  readonly acceptWeak?: boolean
}

/**
 * Certificates that are tried for one signature. Renewed ones share a key identifier with those
 * before them; a thousand that share it were sent to keep us busy.
 */
const MAX_CANDIDATES = 16

/**
 * Verifies one signature. Of several certificates that its identifier names, each is tried (M-15).
 *
 * The digest is that of the bytes received, never one that the originator sent (C-04).
 */
export function verifySigner(info: SignerInfo, context: SignatureContext): SignatureResult {
  const attributes = attributesOf(info.signedAttributes)
  const flaw = flawBeforeKey(info, attributes, context)
  const candidates = candidatesFor(info, context.certificates)
  if (typeof flaw === 'string') return { is: 'invalid', because: flaw, signer: candidates[0] }
  let result: SignatureResult = { is: 'invalid', because: 'no_certificate', signer: undefined }
  for (const signer of candidates) {
    result = verifyWith(signer, { info, attributes: flaw.attributes, method: flaw.method, context })
    if (result.is === 'valid') return result
  }
  return result
}

/** The certificates that the signature's identifier names, in order. */
function candidatesFor(info: SignerInfo, certificates: readonly Certificate[]): Certificate[] {
  const candidates: Certificate[] = []
  for (const certificate of certificates) {
    if (candidates.length >= MAX_CANDIDATES) break
    if (identifies(info.identifier, certificate)) candidates.push(certificate)
  }
  return candidates
}

/** The digest of content in memory, for `SignatureContext.digest`; each is computed once. */
export function digestsOf(content: Uint8Array): (name: DigestName) => Uint8Array {
  const digests: { [name in DigestName]?: Uint8Array } = {}
  return (name) => (digests[name] ??= hash(name, content, 'buffer'))
}

function attributesOf(
  der: Uint8Array | undefined,
): SignedAttributes | 'repeated' | 'malformed' | 'none' {
  if (der === undefined) return 'none'
  try {
    return readSignedAttributes(der)
  } catch (error) {
    // One signer's broken attributes say nothing about the other signatures.
    if (error instanceof HubError) return 'malformed'
    throw error
  }
}

/** Everything that can be wrong whoever signed. */
function flawBeforeKey(
  info: SignerInfo,
  attributes: ReturnType<typeof attributesOf>,
  context: SignatureContext,
): SignatureFlaw | { method: SignatureMethod; attributes: SignedAttributes | undefined } {
  if (attributes === 'repeated') return 'attribute_repeated'
  if (attributes === 'malformed') return 'attribute_malformed'
  const method = signatureMethod(info.digestAlgorithm, info.signatureAlgorithm, {
    acceptWeak: context.acceptWeak === true,
  })
  if (typeof method === 'string') return method
  if (attributes === 'none') {
    if (context.contentType !== CONTENT_TYPE.data) return 'attributes_missing'
    if (isAttributes(context.content)) return 'attributes_missing'
    return { method, attributes: undefined }
  }
  if (attributes.contentType === undefined) return 'attribute_missing'
  if (attributes.messageDigest === undefined) return 'attribute_missing'
  if (attributes.contentType !== context.contentType) return 'content_type_mismatch'
  const digest = context.digest(method.digest)
  if (digest === undefined || !equalBytes(digest, attributes.messageDigest)) {
    return 'digest_mismatch'
  }
  if (!isProtected(info, attributes)) return 'other_algorithms'
  return { method, attributes }
}

/**
 * True for content that is itself a set of signed attributes: a signature made over them, with them
 * taken away and put in the place of the content, would be valid.
 */
function isAttributes(content: Uint8Array | undefined): boolean {
  if (content?.[0] !== TAG.set) return false
  const attributes = attributesOf(content)
  return typeof attributes === 'object'
    ? attributes.contentType !== undefined
    : attributes === 'repeated'
}

/** CMSAlgorithmProtection, when present, names the algorithms of the SignerInfo (RFC 6211). */
function isProtected(info: SignerInfo, { algorithmProtection }: SignedAttributes): boolean {
  if (algorithmProtection === undefined) return true
  const { digest, signature } = algorithmProtection
  return (
    signature !== undefined &&
    sameMeaning(digest, info.digestAlgorithm) &&
    sameMeaning(signature, info.signatureAlgorithm)
  )
}

/** Parameters that are NULL and parameters that are absent mean the same in these algorithms. */
function sameMeaning(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  return a.oid === b.oid && equalBytes(parametersOf(a), parametersOf(b))
}

const NONE = new Uint8Array(0)

function parametersOf({ parameters }: AlgorithmIdentifier): Uint8Array {
  return parameters === undefined || parameters[0] === TAG.null ? NONE : parameters
}

function verifyWith(
  signer: Certificate,
  from: {
    info: SignerInfo
    attributes: SignedAttributes | undefined
    method: SignatureMethod
    context: SignatureContext
  },
): SignatureResult {
  const { info, attributes, method, context } = from
  const invalid = (because: SignatureFlaw) => ({ is: 'invalid', because, signer }) as const
  if (!isNamed(signer, attributes?.signingCertificate)) return invalid('other_certificate')
  if (!fitsFamily(signer.publicKey, method.family)) return invalid('wrong_key')
  // A weak key is for whoever judges the certificate; one made to be a burden is not even tried.
  if (isBurden(signer.publicKey)) return invalid('wrong_key')
  const bytes = info.signedAttributes ?? context.content
  if (bytes === undefined) return invalid('attributes_missing')
  try {
    const key = signer.publicKey.keyObject
    const isGood = checkSignature(method, key, { bytes, signature: info.signature })
    return isGood ? { is: 'valid', signer, method, attributes } : invalid('bad_signature')
  } catch (error) {
    if (error instanceof HubError) return invalid('wrong_key')
    throw error
  }
}

/** SigningCertificate(V2), when present, has the hash of the signer's certificate (RFC 8550 section 4.2). */
function isNamed(certificate: Certificate, named: CertificateHash | undefined): boolean {
  if (named === undefined) return true
  const digest = findDigest(named.digestOid)
  if (digest === undefined) return false
  // SHA-256 of a certificate is its fingerprint, which is known already.
  if (digest === 'sha256') return toHex(named.hash) === certificate.fingerprint
  return equalBytes(hash(digest, certificate.der, 'buffer'), named.hash)
}

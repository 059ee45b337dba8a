/** Makes certificates (RFC 5280 section 4.1): the bytes to sign from a template, signed by a callback. */

import { encodeUtf8 } from '../../base/bytes.ts'
import { contextPrimitive } from '../asn1/tags.ts'
import {
  bitString,
  boolean,
  element,
  explicit,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  time,
} from '../asn1/writer.ts'
import { type Extension, KEY_USAGES, type KeyUsage } from './extensions.ts'
import { encodeMailbox } from './general-name.ts'
import type { Name } from './name.ts'
import { EXTENSION, SIGNATURE_ALGORITHM } from './oids.ts'

/** What a new certificate is to say. */
export interface CertificateTemplate {
  /** Content octets of the INTEGER, positive, at most 20. */
  readonly serial: Uint8Array
  /** Taken as encoded, so that it is the issuer's own subject byte for byte. */
  readonly issuer: Name
  readonly subject: Name
  /** To the second; parts of one are dropped. */
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly extensions: readonly Extension[]
}

/** Signatures that are made on certificates. */
export type CertificateSignature = 'rsa-sha256' | 'rsa-sha384' | 'ecdsa-sha256' | 'ecdsa-sha384'

export interface CertificateSigner {
  readonly signature: CertificateSignature
  sign(tbs: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** AlgorithmIdentifiers byte for byte as the S/MIME Baseline Requirements list them (7.1.3.2). */
const ALGORITHMS: Readonly<Record<CertificateSignature, Uint8Array>> = {
  'rsa-sha256': sequence(objectIdentifier(SIGNATURE_ALGORITHM.sha256WithRsa), nullValue()),
  'rsa-sha384': sequence(objectIdentifier(SIGNATURE_ALGORITHM.sha384WithRsa), nullValue()),
  'ecdsa-sha256': sequence(objectIdentifier(SIGNATURE_ALGORITHM.ecdsaWithSha256)),
  'ecdsa-sha384': sequence(objectIdentifier(SIGNATURE_ALGORITHM.ecdsaWithSha384)),
}

/** Object identifiers take longer to encode than the rest of an extension. */
const ENCODED_TYPES: ReadonlyMap<string, Uint8Array> = new Map(
  Object.values(EXTENSION).map((oid) => [oid, objectIdentifier(oid)]),
)

const TRUE = boolean(true)
const VERSION_3 = explicit(0, integer(2))

/** Makes and signs a certificate; returns its DER. What `sign` throws passes. */
export async function buildCertificate(
  template: CertificateTemplate,
  signer: CertificateSigner,
): Promise<Uint8Array> {
  const algorithm = ALGORITHMS[signer.signature]
  const tbs = sequence(
    VERSION_3,
    integer(template.serial),
    algorithm,
    template.issuer.der,
    sequence(time(template.notBefore), time(template.notAfter)),
    template.subject.der,
    template.publicKey,
    explicit(3, sequence(...template.extensions.map(encodeExtension))),
  )
  return sequence(tbs, algorithm, bitString(await signer.sign(tbs)))
}

function encodeExtension({ oid, critical, value }: Extension): Uint8Array {
  const type = ENCODED_TYPES.get(oid) ?? objectIdentifier(oid)
  return critical ? sequence(type, TRUE, octetString(value)) : sequence(type, octetString(value))
}

/** A CA's: how many authorities may follow; undefined for any number. Critical, as RFC 5280 demands. */
export function authorityConstraints(pathLength?: number): Extension {
  const length = pathLength === undefined ? [] : [integer(pathLength)]
  const value = sequence(boolean(true), ...length)
  return { oid: EXTENSION.basicConstraints, critical: true, value }
}

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  const bits = usages.map((usage) => KEY_USAGES.indexOf(usage))
  const highest = Math.max(...bits)
  const octets = new Uint8Array((highest >> 3) + 1)
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  const value = bitString(octets, 7 - (highest & 7))
  return { oid: EXTENSION.keyUsage, critical: true, value }
}

/** Purposes as dotted object identifiers; see `PURPOSE`. */
export function extendedKeyUsage(...purposes: readonly string[]): Extension {
  const value = sequence(...purposes.map(objectIdentifier))
  return { oid: EXTENSION.extendedKeyUsage, critical: false, value }
}

/** Mailboxes. Critical when the subject is empty (RFC 5280 section 4.2.1.6). */
export function mailboxes(
  addresses: readonly string[],
  { critical }: { critical: boolean },
): Extension {
  const value = sequence(...addresses.map(encodeMailbox))
  return { oid: EXTENSION.subjectAltName, critical, value }
}

export function subjectKeyIdentifier(keyId: Uint8Array): Extension {
  return { oid: EXTENSION.subjectKeyIdentifier, critical: false, value: octetString(keyId) }
}

/** The key identifier alone, without issuer and serial number (B-10). */
export function authorityKeyIdentifier(keyId: Uint8Array): Extension {
  const value = sequence(element(contextPrimitive(0), keyId))
  return { oid: EXTENSION.authorityKeyIdentifier, critical: false, value }
}

/** Policies as dotted object identifiers, without qualifiers. */
export function certificatePolicies(...policies: readonly string[]): Extension {
  const value = sequence(...policies.map((policy) => sequence(objectIdentifier(policy))))
  return { oid: EXTENSION.certificatePolicies, critical: false, value }
}

/** Where the issuer's revocation list is: one distribution point with its http addresses. */
export function crlDistributionPoint(...urls: readonly string[]): Extension {
  const names = urls.map((url) => element(contextPrimitive(6), encodeUtf8(url)))
  const value = sequence(sequence(explicit(0, explicit(0, ...names))))
  return { oid: EXTENSION.crlDistributionPoints, critical: false, value }
}

/** Host names of a server, as A-labels (RFC 9525 section 6.3 looks nowhere else). */
export function hostNames(...names: readonly string[]): Extension {
  const value = sequence(...names.map((name) => element(contextPrimitive(2), encodeUtf8(name))))
  return { oid: EXTENSION.subjectAltName, critical: false, value }
}

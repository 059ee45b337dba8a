/** How CMS names a certificate: SignerIdentifier, RecipientIdentifier (RFC 5652 section 5.3). */

import { equalBytes } from '../../base/bytes.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { CONSTRUCTED, TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import { element, integer, sequence } from '../asn1/writer.ts'
import type { Certificate } from '../x509/certificate.ts'

export type CertificateIdentifier =
  /** Name as encoded, and content octets of the serial number. */
  | { by: 'issuer-and-serial'; issuer: Uint8Array; serial: Uint8Array }
  | { by: 'subject-key-id'; keyId: Uint8Array }

/** Content of IssuerAndSerialNumber. */
export function readIssuerAndSerial(reader: Asn1Reader): CertificateIdentifier {
  const issuer = reader.element(TAG.sequence).encoded
  const serial = reader.integer()
  reader.end()
  return { by: 'issuer-and-serial', issuer, serial }
}

/** IssuerAndSerialNumber or `[0] IMPLICIT SubjectKeyIdentifier`. */
export function readCertificateIdentifier(reader: Asn1Reader): CertificateIdentifier {
  const keyId = contextPrimitive(0)
  if (reader.has(keyId, keyId | CONSTRUCTED)) {
    return { by: 'subject-key-id', keyId: reader.octetString(keyId) }
  }
  return readIssuerAndSerial(reader.sequence())
}

/** True when the identifier names this certificate. */
export function identifies(identifier: CertificateIdentifier, certificate: Certificate): boolean {
  switch (identifier.by) {
    case 'issuer-and-serial':
      return (
        equalBytes(identifier.serial, certificate.serial) &&
        equalBytes(identifier.issuer, certificate.issuer.der)
      )
    case 'subject-key-id':
      return (
        certificate.subjectKeyId !== undefined &&
        equalBytes(identifier.keyId, certificate.subjectKeyId)
      )
  }
}

/** IssuerAndSerialNumber of a certificate. */
export function encodeIssuerAndSerial(certificate: Certificate): Uint8Array {
  return sequence(certificate.issuer.der, integer(certificate.serial))
}

/** `[0] IMPLICIT` SubjectKeyIdentifier; constructed `[0]` around more where KARI wants that. */
export function encodeKeyId(keyId: Uint8Array): Uint8Array {
  return element(contextPrimitive(0), keyId)
}

/** `[0] IMPLICIT RecipientKeyIdentifier` with the key identifier alone (RFC 5652 section 6.2.2). */
export function encodeRecipientKeyId(keyId: Uint8Array): Uint8Array {
  return element(contextConstructed(0), element(TAG.octetString, keyId))
}

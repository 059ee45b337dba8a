/** X.509 certificates: from DER to what they say (RFC 5280 section 4.1). */

import { toHex } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm, sameAlgorithm } from './algorithm.ts'
import {
  type CertificateExtensions,
  type Extension,
  readExtensions,
  understandExtensions,
} from './extensions.ts'
import { type Fingerprint, fingerprintOf } from './fingerprint.ts'
import { readingAs } from './malformed.ts'
import { Name } from './name.ts'
import { ATTRIBUTE } from './oids.ts'
import { type PublicKey, parsePublicKey } from './public-key.ts'

/**
 * What a certificate says. Nothing of it is believed yet: signature, dates, strength and usage are
 * judged by `certificates/validate.ts`.
 */
export interface Certificate extends CertificateExtensions {
  readonly der: Uint8Array
  readonly fingerprint: Fingerprint
  /** 1 or 3 mostly. */
  readonly version: 1 | 2 | 3
  /** Content octets of the INTEGER. May be zero or negative, which `validate` refuses. */
  readonly serial: Uint8Array
  readonly serialHex: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: PublicKey
  /**
   * Mailboxes of the subject alternative name; those of the subject (`emailAddress`) only when
   * there are none (RFC 8550 section 3). As written: in no particular case.
   */
  readonly emailAddresses: readonly string[]
  /** All extensions in order, also those that are understood above. */
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** The bytes that are signed. */
  readonly tbs: Uint8Array
  readonly signature: Uint8Array
}

/** RFC 5280 section 4.1.2.2. */
const MAX_SERIAL_BYTES = 20

/** Certificates have 1–3 KB, post-quantum ones up to 30 KB. */
const MAX_CERTIFICATE_BYTES = 128 * 1024

/**
 * Reads one certificate in strict DER; nothing may follow it.
 *
 * Refused besides what is not DER: a serial number over 20 octets, an extension that appears twice,
 * extensions below version 3, and two different signature algorithms (inside and outside of what is
 * signed). The bytes are kept, not copied.
 *
 * @throws HubError `certificate.malformed`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.byteLength > MAX_CERTIFICATE_BYTES) {
    throw new HubError('certificate.malformed', `a certificate of ${der.byteLength} bytes`)
  }
  return readingAs('certificate.malformed', 'a certificate', () => readCertificate(der))
}

function readCertificate(der: Uint8Array): Certificate {
  const outer = Asn1Reader.der(der)
  const reader = outer.sequence()
  outer.end()
  const tbs = reader.element(TAG.sequence)
  const signatureAlgorithm = readAlgorithm(reader)
  const signature = reader.bitString()
  reader.end()
  const { innerAlgorithm, ...signed } = readSigned(reader.within(tbs))
  if (!sameAlgorithm(innerAlgorithm, signatureAlgorithm)) {
    throw new HubError('certificate.malformed', 'a certificate names two signature algorithms')
  }
  return {
    der,
    fingerprint: fingerprintOf(der),
    ...signed,
    signatureAlgorithm,
    tbs: tbs.encoded,
    signature,
  }
}

function readSigned(reader: Asn1Reader) {
  const version = readVersion(reader)
  const serial = reader.integer()
  if (serial.byteLength > MAX_SERIAL_BYTES) {
    throw new HubError('certificate.malformed', 'a serial number has at most 20 octets')
  }
  const innerAlgorithm = readAlgorithm(reader)
  const issuer = Name.parse(reader.element(TAG.sequence).encoded)
  const validity = reader.sequence()
  const notBefore = validity.time()
  const notAfter = validity.time()
  validity.end()
  const subject = Name.parse(reader.element(TAG.sequence).encoded)
  const publicKey = parsePublicKey(reader.element(TAG.sequence).encoded)
  // Unique identifiers of issuer and subject: read over, as everyone does (section 4.1.2.8).
  reader.optional(0x81)
  reader.optional(0x82)
  const extensions = readExtensionsOf(reader, version)
  reader.end()
  const understood = understandExtensions(extensions)
  return {
    version,
    serial,
    serialHex: toHex(serial),
    innerAlgorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    ...understood,
    emailAddresses: addressesOf(subject, understood),
  }
}

function readVersion(reader: Asn1Reader): 1 | 2 | 3 {
  const explicit = reader.optionalExplicit(0)
  if (explicit === undefined) return 1
  const version = explicit.smallInteger() + 1
  explicit.end()
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new HubError('certificate.malformed', `a certificate of version ${version}`)
  }
  return version
}

function readExtensionsOf(reader: Asn1Reader, version: number): Extension[] {
  const explicit = reader.optionalExplicit(3)
  if (explicit === undefined) return []
  if (version < 3) {
    throw new HubError('certificate.malformed', 'a certificate below version 3 has extensions')
  }
  const extensions = readExtensions(explicit.sequence())
  explicit.end()
  return extensions
}

function addressesOf(subject: Name, { subjectAltName = [] }: CertificateExtensions): string[] {
  const named = subjectAltName.flatMap((name) =>
    name.kind === 'email' || name.kind === 'utf8-email' ? [name.value] : [],
  )
  return named.length > 0 ? named : subject.valuesOf(ATTRIBUTE.emailAddress)
}

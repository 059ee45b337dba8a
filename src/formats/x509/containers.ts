/**
 * Files that hold certificates and revocation lists: PEM, DER, and certificates-only CMS (`.p7b`,
 * `.p7c`; RFC 8551 section 3.8), told apart by content.
 */

import { decodeLatin1 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { isPem, parsePem } from '../pem.ts'
import { type Certificate, parseCertificate } from './certificate.ts'
import { type Crl, parseCrl } from './crl.ts'
import { readingAs } from './malformed.ts'

/** What was found, in the order in which it stood. */
export interface ContainerContent {
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  /** Of each object that cannot be read: why. The others are there all the same. */
  readonly unreadable: readonly HubError[]
  /** Labels of PEM blocks of other kinds, such as `PRIVATE KEY`; they are not looked into. */
  readonly otherLabels: readonly string[]
}

const SIGNED_DATA = '1.2.840.113549.1.7.2'

/** Above the number of trust anchors and intermediates that any system carries. */
const MAX_OBJECTS = 10_000

/**
 * Reads everything a file holds. A file may hold nothing: one that is empty, or only white space and
 * lines that begin with `#`. Several DER objects may follow each other.
 *
 * @throws HubError `container.unreadable`: none of the formats, or more than 10,000 objects
 * @throws HubError `pem.malformed`
 */
export function readContainer(bytes: Uint8Array): ContainerContent {
  const into = new Collector()
  if (isPem(bytes)) readPem(bytes, into)
  else if (bytes[0] === TAG.sequence) readDer(bytes, into)
  else if (!isBlank(bytes)) {
    throw new HubError('container.unreadable', 'a file is neither PEM nor DER nor P7B')
  }
  return into
}

/**
 * All certificates of a file, in order.
 *
 * @throws HubError as `readContainer`, and `certificate.malformed` if one cannot be read
 */
export function readCertificates(bytes: Uint8Array): readonly Certificate[] {
  const { certificates, unreadable } = readContainer(bytes)
  if (unreadable[0] !== undefined) throw unreadable[0]
  return certificates
}

class Collector implements ContainerContent {
  readonly certificates: Certificate[] = []
  readonly crls: Crl[] = []
  readonly unreadable: HubError[] = []
  readonly otherLabels: string[] = []
  #left = MAX_OBJECTS

  /** Takes one object; one that cannot be read does not hide the others. */
  take(read: () => void): void {
    this.#left -= 1
    if (this.#left < 0) {
      throw new HubError('container.unreadable', `a file has more than ${MAX_OBJECTS} objects`)
    }
    try {
      read()
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      this.unreadable.push(error)
    }
  }

  certificate(der: Uint8Array): void {
    this.take(() => this.certificates.push(parseCertificate(der)))
  }

  crl(der: Uint8Array): void {
    this.take(() => this.crls.push(parseCrl(der)))
  }
}

function readPem(bytes: Uint8Array, into: Collector): void {
  for (const { label, der } of parsePem(bytes)) {
    switch (label) {
      case 'CERTIFICATE':
      case 'X509 CERTIFICATE':
        into.certificate(der)
        break
      case 'X509 CRL':
        into.crl(der)
        break
      case 'PKCS7':
      case 'CMS':
        into.take(() => readBag(der, into))
        break
      default:
        into.otherLabels.push(label)
    }
  }
}

function readDer(bytes: Uint8Array, into: Collector): void {
  const [outer, first] = readingAs('container.unreadable', 'a file', () => {
    const reader = Asn1Reader.ber(bytes)
    const element = reader.element(TAG.sequence)
    return [reader, element] as const
  })
  if (outer.within(first).has(TAG.objectIdentifier)) {
    into.take(() => readBag(bytes, into))
    return
  }
  const reader = Asn1Reader.ber(bytes)
  while (!reader.isAtEnd) {
    const { encoded } = readingAs('container.unreadable', 'a file', () => reader.element())
    if (looksLikeCrl(encoded)) into.crl(encoded)
    else into.certificate(encoded)
  }
}

/**
 * A list has a time where a certificate has its validity: after version (optional), algorithm and
 * issuer.
 */
function looksLikeCrl(encoded: Uint8Array): boolean {
  try {
    const reader = Asn1Reader.ber(encoded).sequence().sequence()
    reader.optional(TAG.integer)
    reader.element(TAG.sequence)
    reader.element(TAG.sequence)
    return reader.has(TAG.utcTime, TAG.generalizedTime)
  } catch (error) {
    if (error instanceof HubError) return false
    throw error
  }
}

/** Certificates and lists of a SignedData (RFC 5652 section 5.1); signatures are not looked at. */
function readBag(bytes: Uint8Array, into: Collector): void {
  const { certificates, crls } = readingAs('container.unreadable', 'a P7B', () => {
    const contentInfo = Asn1Reader.ber(bytes).sequence()
    if (contentInfo.objectIdentifier() !== SIGNED_DATA) {
      throw new HubError('container.unreadable', 'a CMS file that is not signed data')
    }
    const signedData = contentInfo.explicit(0).sequence()
    signedData.smallInteger()
    signedData.set()
    signedData.sequence()
    return {
      certificates: elementsOf(signedData.enterOptional(contextConstructed(0))),
      crls: elementsOf(signedData.enterOptional(contextConstructed(1))),
    }
  })
  // Attribute certificates and other formats have context tags; they are not ours to read.
  for (const { tag, encoded } of certificates) if (tag === TAG.sequence) into.certificate(encoded)
  for (const { tag, encoded } of crls) if (tag === TAG.sequence) into.crl(encoded)
}

function elementsOf(reader: Asn1Reader | undefined): { tag: number; encoded: Uint8Array }[] {
  const elements: { tag: number; encoded: Uint8Array }[] = []
  while (reader !== undefined && !reader.isAtEnd) elements.push(reader.element())
  return elements
}

function isBlank(bytes: Uint8Array): boolean {
  return decodeLatin1(bytes)
    .split('\n')
    .every((line) => line.trim() === '' || line.startsWith('#'))
}

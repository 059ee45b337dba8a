/** Extensions of certificates and CRLs, and those of certificates that are looked into (RFC 5280 section 4.2). */

import { HubError } from '../../base/errors.ts'
import { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextPrimitive } from '../asn1/tags.ts'
import { type GeneralName, readGeneralNames } from './general-name.ts'
import { EXTENSION } from './oids.ts'

export interface Extension {
  /** Dotted object identifier. */
  readonly oid: string
  readonly critical: boolean
  /** What is inside the OCTET STRING. */
  readonly value: Uint8Array
}

/** In the order of their bits (RFC 5280 section 4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'crlSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsage = (typeof KEY_USAGES)[number]

export interface BasicConstraints {
  readonly isCa: boolean
  /** How many CAs may follow before the end entity; undefined: any number. */
  readonly pathLength?: number
}

/** What certificates of mail say about themselves in extensions. Absent means not said. */
export interface CertificateExtensions {
  readonly subjectKeyId?: Uint8Array
  readonly authorityKeyId?: Uint8Array
  readonly keyUsage?: ReadonlySet<KeyUsage>
  readonly extendedKeyUsage?: readonly string[]
  readonly basicConstraints?: BasicConstraints
  readonly subjectAltName?: readonly GeneralName[]
}

/** Real certificates have about ten; each may appear once only. */
const MAX_EXTENSIONS = 100

/**
 * Reads `Extensions` that a reader has entered.
 *
 * @throws HubError `asn1.malformed`: also when one appears twice (RFC 5280 section 4.2)
 * @throws HubError `asn1.too_large`
 */
export function readExtensions(reader: Asn1Reader): Extension[] {
  const extensions: Extension[] = []
  const seen = new Set<string>()
  do {
    const extension = readExtension(reader.sequence())
    if (seen.has(extension.oid)) {
      throw new HubError('asn1.malformed', `the extension ${extension.oid} appears twice`)
    }
    if (seen.size >= MAX_EXTENSIONS) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_EXTENSIONS} extensions`)
    }
    seen.add(extension.oid)
    extensions.push(extension)
  } while (!reader.isAtEnd)
  return extensions
}

/**
 * Looks into the extensions above; the others are left as they are.
 *
 * @throws HubError `asn1.malformed`, `asn1.too_large`
 */
export function understandExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const facts: { -readonly [K in keyof CertificateExtensions]: CertificateExtensions[K] } = {}
  for (const { oid, value } of extensions) {
    switch (oid) {
      case EXTENSION.subjectKeyIdentifier:
        facts.subjectKeyId = whole(value, (reader) => reader.octetString())
        break
      case EXTENSION.authorityKeyIdentifier: {
        const keyId = whole(value, readAuthorityKeyId)
        if (keyId !== undefined) facts.authorityKeyId = keyId
        break
      }
      case EXTENSION.keyUsage:
        facts.keyUsage = whole(value, readKeyUsage)
        break
      case EXTENSION.extendedKeyUsage:
        facts.extendedKeyUsage = whole(value, readExtendedKeyUsage)
        break
      case EXTENSION.basicConstraints:
        facts.basicConstraints = whole(value, readBasicConstraints)
        break
      case EXTENSION.subjectAltName:
        facts.subjectAltName = whole(value, (reader) => {
          const names = readGeneralNames(reader.sequence())
          if (names.length === 0) throw new HubError('asn1.malformed', 'an empty list of names')
          return names
        })
        break
    }
  }
  return facts
}

/** Reads a value that must be all there is. */
function whole<T>(value: Uint8Array, read: (reader: Asn1Reader) => T): T {
  const reader = Asn1Reader.der(value)
  const result = read(reader)
  reader.end()
  return result
}

function readExtension(reader: Asn1Reader): Extension {
  const oid = reader.objectIdentifier()
  // DER leaves out a FALSE that is the default; certificates that write it are too common to refuse.
  const critical = reader.has(TAG.boolean) ? reader.boolean() : false
  const value = reader.octetString()
  reader.end()
  return { oid, critical, value }
}

/** The key identifier only: issuer and serial number say nothing that the chain does not. */
function readAuthorityKeyId(outer: Asn1Reader): Uint8Array | undefined {
  const reader = outer.sequence()
  const keyId = reader.optional(contextPrimitive(0))?.content
  while (!reader.isAtEnd) reader.element()
  return keyId
}

function readKeyUsage(reader: Asn1Reader): ReadonlySet<KeyUsage> {
  const { octets } = reader.bits()
  return new Set(
    KEY_USAGES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0),
  )
}

function readExtendedKeyUsage(outer: Asn1Reader): readonly string[] {
  const reader = outer.sequence()
  const purposes: string[] = []
  do purposes.push(reader.objectIdentifier())
  while (!reader.isAtEnd && purposes.length < MAX_EXTENSIONS)
  reader.end()
  return purposes
}

function readBasicConstraints(outer: Asn1Reader): BasicConstraints {
  const reader = outer.sequence()
  const isCa = reader.has(TAG.boolean) ? reader.boolean() : false
  const pathLength = reader.has(TAG.integer) ? reader.smallInteger() : undefined
  reader.end()
  return pathLength === undefined ? { isCa } : { isCa, pathLength }
}

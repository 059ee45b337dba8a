/** Certificates and revocation lists made in the process, for tests that need many, or odd ones. */

import {
  type KeyObject,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto'
import { encodeUtf8 } from '../../src/base/bytes.ts'
import {
  bitString,
  enumerated,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  boolean,
  sequence,
  time,
} from '../../src/formats/asn1/writer.ts'
import {
  authorityConstraints,
  authorityKeyIdentifier,
  buildCertificate,
  extendedKeyUsage,
  keyUsage,
  mailboxes,
  subjectKeyIdentifier,
} from '../../src/formats/x509/build.ts'
import { type Certificate, parseCertificate } from '../../src/formats/x509/certificate.ts'
import { type Crl, parseCrl } from '../../src/formats/x509/crl.ts'
import type { Extension } from '../../src/formats/x509/extensions.ts'
import { buildName } from '../../src/formats/x509/name.ts'
import { ATTRIBUTE, EXTENSION, PURPOSE } from '../../src/formats/x509/oids.ts'
import { keyIdentifierOf, parsePublicKey } from '../../src/formats/x509/public-key.ts'

/** A certificate with its private key. */
export interface Issued {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

export interface IssueRecipe {
  /** The common name. */
  readonly name: string
  /** Itself when absent. */
  readonly issuer?: Issued
  readonly key?: 'p256' | 'rsa1024' | 'rsa2048'
  /** An existing key instead of a new one. */
  readonly privateKey?: KeyObject
  /** Instead of the usual ones of its kind; identifiers are always there. */
  readonly extensions?: readonly Extension[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly serial?: Uint8Array
}

/** Extensions of a CA. */
export function anAuthority(pathLength?: number): Extension[] {
  return [authorityConstraints(pathLength), keyUsage('keyCertSign', 'crlSign')]
}

/** Extensions of a person's certificate for signing and, with EC and RSA, encrypting. */
export function aPerson(...addresses: readonly string[]): Extension[] {
  return [
    keyUsage('digitalSignature', 'keyEncipherment', 'keyAgreement'),
    extendedKeyUsage(PURPOSE.emailProtection),
    mailboxes(addresses, { critical: false }),
  ]
}

/** Makes one; by default a CA on P-256, valid from 2026 to 2030. */
export async function issue(recipe: IssueRecipe): Promise<Issued> {
  const privateKey = recipe.privateKey ?? newKey(recipe.key ?? 'p256')
  const publicKey = publicOf(privateKey)
  const subject = buildName([{ type: ATTRIBUTE.commonName, value: recipe.name }])
  const ownId = keyIdentifierOf(parsePublicKey(publicKey))
  const issuerKey = recipe.issuer?.privateKey ?? privateKey
  const der = await buildCertificate(
    {
      serial: recipe.serial ?? Buffer.concat([Buffer.of(0x40), randomBytes(8)]),
      issuer: recipe.issuer?.certificate.subject ?? subject,
      subject,
      notBefore: recipe.notBefore ?? new Date('2026-01-01T00:00:00Z'),
      notAfter: recipe.notAfter ?? new Date('2030-01-01T00:00:00Z'),
      publicKey,
      extensions: [
        subjectKeyIdentifier(ownId),
        authorityKeyIdentifier(recipe.issuer?.certificate.subjectKeyId ?? ownId),
        ...(recipe.extensions ?? anAuthority()),
      ],
    },
    {
      signature: issuerKey.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256',
      sign: (tbs) => sign('sha256', tbs, issuerKey),
    },
  )
  return { certificate: parseCertificate(der), privateKey }
}

export interface CrlRecipe {
  readonly issuer: Issued
  readonly revoked?: readonly { serial: Uint8Array; at: Date; reason?: number }[]
  readonly thisUpdate?: Date
  readonly nextUpdate?: Date
  /** With their critical bits as given. */
  readonly extensions?: readonly Extension[]
  /** Extensions of the first entry. */
  readonly entryExtensions?: readonly Extension[]
}

/** Makes a revocation list; by default of November 2026. */
export function issueCrl(recipe: CrlRecipe): Crl {
  const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  const entries = (recipe.revoked ?? []).map(({ serial, at, reason }) => {
    const code: Extension[] =
      reason === undefined
        ? []
        : [{ oid: EXTENSION.reasonCode, critical: false, value: enumerated(reason) }]
    const extensions = [...code, ...(recipe.entryExtensions ?? [])].map(encode)
    return sequence(
      integer(serial),
      time(at),
      ...(extensions.length === 0 ? [] : [sequence(...extensions)]),
    )
  })
  const tbs = sequence(
    integer(1),
    algorithm,
    recipe.issuer.certificate.subject.der,
    time(recipe.thisUpdate ?? new Date('2026-11-01T00:00:00Z')),
    time(recipe.nextUpdate ?? new Date('2026-12-01T00:00:00Z')),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...((recipe.extensions ?? []).length === 0
      ? []
      : [explicit(0, sequence(...(recipe.extensions ?? []).map(encode)))]),
  )
  const signature = sign('sha256', tbs, recipe.issuer.privateKey)
  return parseCrl(sequence(tbs, algorithm, bitString(signature)))
}

/** An extension that nobody knows. */
export function unknownExtension({ critical }: { critical: boolean }): Extension {
  return { oid: '1.3.6.1.4.1.99999.1', critical, value: octetString(encodeUtf8('?')) }
}

function encode({ oid, critical, value }: Extension): Uint8Array {
  const parts = critical ? [boolean(true), octetString(value)] : [octetString(value)]
  return sequence(objectIdentifier(oid), ...parts)
}

function newKey(kind: 'p256' | 'rsa1024' | 'rsa2048'): KeyObject {
  switch (kind) {
    case 'p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    case 'rsa1024':
      return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    case 'rsa2048':
      return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  }
}

function publicOf(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
}

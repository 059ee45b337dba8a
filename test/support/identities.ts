/**
 * Keys and certificates for tests: made on the spot, each for one mailbox, issued by a CA made the
 * same way. Certificates are written here with the DER writer alone, so that a test of the code
 * that builds certificates does not rest on that code.
 */

import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  boolean,
  explicit,
  ia5String,
  implicit,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from '../../src/formats/asn1/writer.ts'
import { type Certificate, parseCertificate } from '../../src/formats/x509/certificate.ts'

export type TestKey = 'rsa-1024' | 'rsa-2048' | 'rsa-3072' | 'p-256' | 'p-384' | 'p-521' | 'ed25519'

/** A private key and its certificate, as values and as the text that other software reads. */
export interface Identity {
  readonly certificate: Certificate
  readonly privateKey: KeyObject
  readonly certificatePem: string
  /** PKCS#8. */
  readonly keyPem: string
}

export interface IdentityOptions {
  /** P-256 unless said: RSA keys take a fifth of a second each. */
  readonly key?: TestKey
  /** The mailbox; goes into the subject alternative name. */
  readonly address?: string
  /** Common name; the address when absent. */
  readonly name?: string
  /** Who issues it; itself when absent. */
  readonly issuer?: Identity
  readonly isCa?: boolean
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Named bits of key usage, the first octet: 0xa0 is digitalSignature and keyEncipherment. */
  readonly keyUsage?: number
  /** Dotted purposes; emailProtection for mailboxes when absent. */
  readonly extendedKeyUsage?: readonly string[]
  /** Content octets of the serial number. */
  readonly serial?: Uint8Array
  /** Left out when false. */
  readonly subjectKeyId?: boolean
}

const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4'

/** Makes a key and a certificate. Without an issuer it is signed by its own key. */
export function makeIdentity(options: IdentityOptions = {}): Identity {
  const { publicKey, privateKey } = makeKey(options.key ?? 'p-256')
  const name = options.name ?? options.address ?? 'Sealpost test'
  const subject = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const issuerKey = options.issuer?.privateKey ?? privateKey
  const algorithm = signatureAlgorithm(issuerKey)
  const tbs = sequence(
    explicit(0, integer(2)),
    integer(options.serial ?? Uint8Array.of(0x40, ...randomBytes(15))),
    algorithm,
    options.issuer?.certificate.subject.der ?? subject,
    sequence(
      time(options.notBefore ?? new Date('2020-01-01T00:00:00Z')),
      time(options.notAfter ?? new Date('2049-12-31T00:00:00Z')),
    ),
    subject,
    spki,
    explicit(3, sequence(...extensions(options, spki))),
  )
  const digest = issuerKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const der = sequence(tbs, algorithm, bitString(sign(digest, tbs, issuerKey)))
  return {
    certificate: parseCertificate(der),
    privateKey,
    certificatePem: pem('CERTIFICATE', der),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** A CA that signs with P-256 and may issue certificates of mailboxes. */
export function makeCa(options: IdentityOptions = {}): Identity {
  return makeIdentity({ name: 'Sealpost test CA', isCa: true, ...options })
}

/** Text of a PEM block. */
export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function makeKey(key: TestKey): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (key) {
    case 'rsa-1024':
    case 'rsa-2048':
    case 'rsa-3072':
      return generateKeyPairSync('rsa', { modulusLength: Number(key.slice(4)) })
    case 'p-256':
    case 'p-384':
    case 'p-521':
      return generateKeyPairSync('ec', { namedCurve: key.toUpperCase() })
    case 'ed25519':
      return generateKeyPairSync('ed25519')
  }
}

function signatureAlgorithm(key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType === 'rsa') {
    return sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())
  }
  const oid = key.asymmetricKeyType === 'ec' ? '1.2.840.10045.4.3.2' : '1.3.101.112'
  return sequence(objectIdentifier(oid))
}

function extensions(options: IdentityOptions, spki: Uint8Array): Uint8Array[] {
  const isCa = options.isCa === true
  const usage = options.keyUsage ?? (isCa ? 0x06 : defaultUsage(options.key ?? 'p-256'))
  const found = [
    extension('2.5.29.19', isCa ? sequence(boolean(true)) : sequence(), { isCritical: true }),
    extension('2.5.29.15', bitString(Uint8Array.of(usage), trailingZeros(usage)), {
      isCritical: true,
    }),
  ]
  if (options.subjectKeyId !== false) {
    const keyId = createHash('sha1').update(spki).digest()
    found.push(extension('2.5.29.14', octetString(keyId)))
  }
  const issuerKeyId = options.issuer?.certificate.subjectKeyId
  if (issuerKeyId !== undefined) {
    found.push(extension('2.5.29.35', sequence(implicit(0, octetString(issuerKeyId)))))
  }
  const purposes = options.extendedKeyUsage ?? (isCa ? [] : [EMAIL_PROTECTION])
  if (purposes.length > 0) {
    found.push(extension('2.5.29.37', sequence(...purposes.map(objectIdentifier))))
  }
  if (options.address !== undefined) {
    found.push(extension('2.5.29.17', sequence(implicit(1, ia5String(options.address)))))
  }
  return found
}

/** digitalSignature with what the key can do besides: keyEncipherment or keyAgreement. */
function defaultUsage(key: TestKey): number {
  if (key.startsWith('rsa')) return 0xa0
  return key === 'ed25519' ? 0x80 : 0x88
}

function trailingZeros(octet: number): number {
  return octet === 0 ? 0 : 31 - Math.clz32(octet & -octet)
}

function extension(oid: string, value: Uint8Array, more?: { isCritical: boolean }): Uint8Array {
  const critical = more?.isCritical === true ? [boolean(true)] : []
  return sequence(objectIdentifier(oid), ...critical, octetString(value))
}

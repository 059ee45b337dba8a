/**
 * What the certificates of the hub's own authority say. They follow the S/MIME Baseline Requirements
 * of the CA/Browser Forum (1.0.10, multipurpose, mailbox-validated) as far as a private authority
 * can: no policy of the Forum is claimed, and there is a place of the revocation list only where one
 * is configured.
 */

import { randomBytes } from 'node:crypto'
import {
  type CertificateTemplate,
  authorityConstraints,
  authorityKeyIdentifier,
  certificatePolicies,
  crlDistributionPoint,
  extendedKeyUsage,
  hostNames,
  keyUsage,
  mailboxes,
  subjectKeyIdentifier,
} from '../formats/x509/build.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import type { Extension } from '../formats/x509/extensions.ts'
import { type Name, buildName } from '../formats/x509/name.ts'
import { ANY_POLICY, ATTRIBUTE, PURPOSE } from '../formats/x509/oids.ts'
import { type PublicKey, keyIdentifierOf, parsePublicKey } from '../formats/x509/public-key.ts'

/** What a person's key is for. Apart, so that the one that decrypts can be kept in escrow (BR 7.1.2.3). */
export type PersonalUse = 'signing' | 'encryption'

const DAY_MS = 86_400_000

/** Recipients import the root once; they should not have to do it again soon. */
const ROOT_DAYS = 20 * 365
const ISSUING_DAYS = 10 * 365

/** B-03 allows 825; two years are renewed more evenly. */
const PERSON_DAYS = 730

/** A hub that runs for longer has certificates from files. */
const LISTENER_DAYS = 397

/** Clocks of recipients go wrong by minutes; B-03 allows to begin up to 48 hours before. */
const BACKDATED_MS = 10 * 60_000

/** RFC 5280 appendix A: the longest common name and organisation, in characters. */
const MAX_NAME_CHARACTERS = 64
const MAX_EMAIL_ATTRIBUTE_CHARACTERS = 255

/** The certificate of a root, which it signs itself. */
export function rootProfile({
  organization,
  publicKey,
  at,
}: {
  organization: string
  publicKey: Uint8Array
  at: Date
}): CertificateTemplate {
  const subject = authorityName(organization, 'Root CA')
  const { keyId } = keyOf(publicKey)
  return {
    serial: newSerial(),
    issuer: subject,
    subject,
    ...validity(at, ROOT_DAYS),
    publicKey,
    extensions: [
      authorityConstraints(),
      keyUsage('keyCertSign', 'crlSign'),
      subjectKeyIdentifier(keyId),
    ],
  }
}

/** The certificate of the authority that issues for people: for mail only, and no authority below it (B-12). */
export function issuingProfile({
  organization,
  publicKey,
  root,
  at,
}: {
  organization: string
  publicKey: Uint8Array
  root: Certificate
  at: Date
}): CertificateTemplate {
  const { keyId } = keyOf(publicKey)
  return {
    serial: newSerial(),
    issuer: root.subject,
    subject: authorityName(organization, 'Issuing CA'),
    ...validity(at, ISSUING_DAYS, root.notAfter),
    publicKey,
    extensions: [
      authorityConstraints(0),
      keyUsage('keyCertSign', 'crlSign'),
      FOR_MAIL,
      certificatePolicies(ANY_POLICY),
      subjectKeyIdentifier(keyId),
      authorityKeyIdentifier(keyIdOf(root)),
    ],
  }
}

/** The certificate of a mailbox, for one use of its key (B-04 to B-08). */
export function personProfile({
  address,
  use,
  publicKey,
  issuer,
  at,
  crlUrl,
}: {
  address: string
  use: PersonalUse
  publicKey: Uint8Array
  issuer: Certificate
  at: Date
  crlUrl?: string
}): CertificateTemplate {
  const { key, keyId } = keyOf(publicKey)
  const subject = mailboxName(address)
  const revocation: Extension[] = crlUrl === undefined ? [] : [crlDistributionPoint(crlUrl)]
  return {
    serial: newSerial(),
    issuer: issuer.subject,
    subject,
    ...validity(at, PERSON_DAYS, issuer.notAfter),
    publicKey,
    extensions: [
      usageOf(use, key),
      FOR_MAIL,
      mailboxes([address], { critical: subject.isEmpty }),
      subjectKeyIdentifier(keyId),
      authorityKeyIdentifier(keyIdOf(issuer)),
      ...revocation,
    ],
  }
}

/** The certificate of the hub's own listeners (STARTTLS). Their key is new at every start. */
export function listenerProfile({
  hostName,
  publicKey,
  root,
  at,
}: {
  hostName: string
  publicKey: Uint8Array
  root: Certificate
  at: Date
}): CertificateTemplate {
  const { keyId } = keyOf(publicKey)
  return {
    serial: newSerial(),
    issuer: root.subject,
    subject: buildName([{ type: ATTRIBUTE.commonName, value: cut(hostName, MAX_NAME_CHARACTERS) }]),
    ...validity(at, LISTENER_DAYS, root.notAfter),
    publicKey,
    extensions: [
      keyUsage('digitalSignature'),
      extendedKeyUsage(PURPOSE.serverAuth),
      hostNames(hostName),
      subjectKeyIdentifier(keyId),
      authorityKeyIdentifier(keyIdOf(root)),
    ],
  }
}

/** B-08: one bit each. */
function usageOf(use: PersonalUse, key: PublicKey): Extension {
  if (use === 'signing') return SIGNS
  return key.kind === 'rsa' ? ENCIPHERS : AGREES
}

// Encoded once: a hub may issue thousands in a row.
const SIGNS = keyUsage('digitalSignature')
const ENCIPHERS = keyUsage('keyEncipherment')
const AGREES = keyUsage('keyAgreement')
const FOR_MAIL = extendedKeyUsage(PURPOSE.emailProtection)

/** 16 octets, 126 of their bits random: positive, and of one length for all (B-10). */
function newSerial(): Uint8Array {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

/** To the second, the last one included: a certificate of 730 days has exactly those seconds. */
function validity(
  at: Date,
  days: number,
  notBeyond?: Date,
): Pick<CertificateTemplate, 'notBefore' | 'notAfter'> {
  const beginMs = Math.floor((at.getTime() - BACKDATED_MS) / 1000) * 1000
  const endMs = beginMs + days * DAY_MS - 1000
  return {
    notBefore: new Date(beginMs),
    notAfter: new Date(Math.min(endMs, notBeyond?.getTime() ?? Infinity)),
  }
}

function authorityName(organization: string, role: string): Name {
  const short = cut(organization, MAX_NAME_CHARACTERS - role.length - 1)
  return buildName([
    { type: ATTRIBUTE.organizationName, value: cut(organization, MAX_NAME_CHARACTERS) },
    { type: ATTRIBUTE.commonName, value: `${short} ${role}` },
  ])
}

/** B-06: the mailbox alone. Empty when it is too long for every attribute that could hold it. */
function mailboxName(address: string): Name {
  if (address.length <= MAX_NAME_CHARACTERS) {
    return buildName([{ type: ATTRIBUTE.commonName, value: address }])
  }

  if (/^[\0-\x7f]*$/.test(address) && address.length <= MAX_EMAIL_ATTRIBUTE_CHARACTERS) {
    return buildName([{ type: ATTRIBUTE.emailAddress, value: address }])
  }
  return buildName([])
}

function cut(text: string, characters: number): string {
  return [...text].slice(0, characters).join('').trim()
}

function keyOf(spki: Uint8Array): { key: PublicKey; keyId: Uint8Array } {
  const key = parsePublicKey(spki)
  return { key, keyId: keyIdentifierOf(key) }
}

function keyIdOf(authority: Certificate): Uint8Array {
  return authority.subjectKeyId ?? keyIdentifierOf(authority.publicKey)
}

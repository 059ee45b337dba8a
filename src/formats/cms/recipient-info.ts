/** RecipientInfos as they were sent: who can open a message, and how (RFC 5652 section 6.2). */

import { HubError } from '../../base/errors.ts'
import type { Asn1Reader } from '../asn1/reader.ts'
import { TAG, contextConstructed } from '../asn1/tags.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../x509/algorithm.ts'
import type { Certificate } from '../x509/certificate.ts'
import {
  type CertificateIdentifier,
  identifies,
  readCertificateIdentifier,
  readIssuerAndSerial,
} from './certificate-identifier.ts'

export type RecipientInfo =
  | KeyTransport
  | KeyAgreement
  /** Passwords, shared keys, KEMs and whatever comes: `[n]` by number. Passed over (C-14). */
  | { kind: 'other'; tag: number }

/** The content key encrypted with the public key of a certificate: RSA. */
export interface KeyTransport {
  readonly kind: 'key-transport'
  readonly identifier: CertificateIdentifier
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
}

/** The content key wrapped with a key agreed on with a certificate's: ECDH (RFC 5753). */
export interface KeyAgreement {
  readonly kind: 'key-agreement'
  /** The sender's key for this message alone; undefined when it is another kind of originator. */
  readonly ephemeral: EphemeralKey | undefined
  /** User keying material. */
  readonly ukm: Uint8Array | undefined
  readonly algorithm: AlgorithmIdentifier
  readonly recipients: readonly { identifier: CertificateIdentifier; encryptedKey: Uint8Array }[]
}

export interface EphemeralKey {
  readonly algorithm: AlgorithmIdentifier
  /** Octets of the BIT STRING: a point. */
  readonly bits: Uint8Array
}

/** One encrypted content key with what is needed to open it. */
export type EncryptedKey =
  KeyTransport | (Omit<KeyAgreement, 'recipients'> & { readonly encryptedKey: Uint8Array })

/**
 * The largest mailing that can be expected in one message. Each costs its sender a public key
 * operation; for us the cost of one more is its memory.
 */
const MAX_RECIPIENTS = 10_000

/** Reads RecipientInfos to the end. */
export function readRecipientInfos(reader: Asn1Reader): readonly RecipientInfo[] {
  const infos: RecipientInfo[] = []
  while (!reader.isAtEnd) {
    if (infos.length >= MAX_RECIPIENTS) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_RECIPIENTS} recipients`)
    }
    infos.push(readRecipientInfo(reader))
  }
  return infos
}

function readRecipientInfo(reader: Asn1Reader): RecipientInfo {
  const element = reader.element()
  if (element.tag === TAG.sequence) return readKeyTransport(reader.within(element))
  if (element.tag === contextConstructed(1)) return readKeyAgreement(reader.within(element))
  return { kind: 'other', tag: element.tag }
}

function readKeyTransport(reader: Asn1Reader): KeyTransport {
  reader.smallInteger()
  const identifier = readCertificateIdentifier(reader)
  const algorithm = readAlgorithm(reader)
  const encryptedKey = reader.octetString()
  reader.end()
  return { kind: 'key-transport', identifier, algorithm, encryptedKey }
}

function readKeyAgreement(reader: Asn1Reader): KeyAgreement {
  reader.smallInteger()
  const ephemeral = readOriginator(reader.explicit(0))
  const ukm = reader.optionalExplicit(1)?.octetString()
  const algorithm = readAlgorithm(reader)
  const keys = reader.sequence()
  reader.end()
  const recipients: { identifier: CertificateIdentifier; encryptedKey: Uint8Array }[] = []
  while (!keys.isAtEnd) {
    if (recipients.length >= MAX_RECIPIENTS) {
      throw new HubError('asn1.too_large', `there are more than ${MAX_RECIPIENTS} recipients`)
    }
    const key = keys.sequence()
    recipients.push({ identifier: readKariIdentifier(key), encryptedKey: key.octetString() })
    key.end()
  }
  return { kind: 'key-agreement', ephemeral, ukm, algorithm, recipients }
}

/** `[1] OriginatorPublicKey`; the other two name a certificate of the sender's, which RFC 5753 does not use. */
function readOriginator(reader: Asn1Reader): EphemeralKey | undefined {
  const key = reader.enterOptional(contextConstructed(1))
  if (key === undefined) return undefined
  const algorithm = readAlgorithm(key)
  const bits = key.bitString()
  key.end()
  return { algorithm, bits }
}

/** KeyAgreeRecipientIdentifier: `[0]` is a sequence here, with a date that is not needed. */
function readKariIdentifier(reader: Asn1Reader): CertificateIdentifier {
  const keyId = reader.enterOptional(contextConstructed(0))
  if (keyId === undefined) return readIssuerAndSerial(reader.sequence())
  return { by: 'subject-key-id', keyId: keyId.octetString(TAG.octetString) }
}

/** The identifiers of everyone who can open the message, in order. */
export function recipientIdentifiers(
  infos: readonly RecipientInfo[],
): readonly CertificateIdentifier[] {
  return infos.flatMap((info) => {
    switch (info.kind) {
      case 'key-transport':
        return [info.identifier]
      case 'key-agreement':
        return info.recipients.map((each) => each.identifier)
      case 'other':
        return []
    }
  })
}

/**
 * The encrypted content key that is meant for a certificate. Chosen by the certificate alone, never
 * by trying keys: trying would tell an attacker which one failed.
 */
export function findEncryptedKey(
  infos: readonly RecipientInfo[],
  certificate: Certificate,
): EncryptedKey | undefined {
  for (const info of infos) {
    if (info.kind === 'key-transport' && identifies(info.identifier, certificate)) return info
    if (info.kind !== 'key-agreement') continue
    const own = info.recipients.find((each) => identifies(each.identifier, certificate))
    if (own !== undefined) return { ...info, encryptedKey: own.encryptedKey }
  }
  return undefined
}

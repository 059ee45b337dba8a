/** Verdicts as JSON and as sentences. */

import { toHex } from '../base/bytes.ts'
import type { PathProblem } from '../certificates/path-verdict.ts'
import type { CertificateIdentifier } from '../formats/cms/certificate-identifier.ts'
import type { SignatureFlaw } from '../formats/cms/verify.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { Name } from '../formats/x509/name.ts'
import type {
  ClosedBecause,
  Layer,
  LayerFlaw,
  MessageVerdict,
  SignerVerdict,
  UnboundBecause,
  UnreadableLayer,
  UnsignedBecause,
} from '../smime/verdicts.ts'
import { algorithmName } from './algorithm-names.ts'
import type { JsonObject } from './reply.ts'

/** The verdict on a message for `--json`. */
export function verdictView(verdict: MessageVerdict): JsonObject {
  if (verdict.is !== 'valid') return verdict
  const { certificate, ...rest } = verdict
  return { ...rest, certificate: certificateView(certificate) }
}

/** A layer for `--json`. */
export function layerView(layer: Layer): JsonObject {
  switch (layer.kind) {
    case 'unreadable':
      return { ...layer }
    case 'encrypted': {
      const { outcome, recipients, cipher, ...rest } = layer
      const by = outcome.is === 'opened' ? { by: certificateView(outcome.by) } : {}
      return {
        ...rest,
        cipher: algorithmName(cipher),
        recipients: recipients.map(identifierView),
        outcome: { ...outcome, ...by },
      }
    }
    case 'signed': {
      const { signers, certificates, ...rest } = layer
      return {
        ...rest,
        signers: signers.map(signerView),
        certificates: certificates.map(certificateView),
      }
    }
  }
}

function signerView(signer: SignerVerdict): JsonObject {
  const { certificate, ...rest } = signer
  const view = certificate === undefined ? {} : { certificate: certificateView(certificate) }
  return 'at' in rest ? { ...rest, ...view, at: certificateView(rest.at) } : { ...rest, ...view }
}

/** What identifies a certificate to people and programs. */
export function certificateView(certificate: Certificate): JsonObject {
  const { subject, issuer, serialHex, fingerprint, emailAddresses, notAfter } = certificate
  return {
    subject: subject.text,
    issuer: issuer.text,
    serialHex,
    fingerprint,
    emailAddresses,
    notAfter,
  }
}

/** How a recipient or signer is named in CMS. */
export function identifierView(identifier: CertificateIdentifier): JsonObject {
  return identifier.by === 'subject-key-id'
    ? { keyIdHex: toHex(identifier.keyId) }
    : { issuer: nameText(identifier.issuer), serialHex: toHex(identifier.serial) }
}

/** The verdict as a sentence. */
export function verdictLine(verdict: MessageVerdict): string {
  switch (verdict.is) {
    case 'valid':
      return `valid: the whole message is signed by ${verdict.signer}`
    case 'unbound':
      return `not valid: ${UNBOUND[verdict.because]}`
    case 'untrusted':
      return `not valid: the signer is not trusted: ${PATH[verdict.because] ?? verdict.because}`
    case 'broken':
      return `not valid: ${FLAWS[verdict.because] ?? verdict.because}`
    case 'unsigned':
      return `not signed: ${UNSIGNED[verdict.because]}`
    case 'closed':
      return `cannot be decrypted: ${CLOSED[verdict.because]}`
    case 'unreadable':
      return `cannot be read: ${UNREADABLE[verdict.because]}`
  }
}

/** What there is to say of a layer, line by line. */
export function layerLines(layer: Layer): readonly string[] {
  switch (layer.kind) {
    case 'unreadable':
      return [`  layer: ${UNREADABLE[layer.because]}`]
    case 'encrypted': {
      const { cipher, outcome } = layer
      const result =
        outcome.is === 'opened'
          ? `opened with the key of ${outcome.by.subject.text}`
          : CLOSED[outcome.because]
      return [`  encrypted with ${algorithmName(cipher)}: ${result}`]
    }
    case 'signed':
      if (layer.signers.length === 0) return [`  signed (${layer.form}): nobody's signature`]
      return layer.signers.map((signer) => `  signed (${layer.form}): ${signerLine(signer)}`)
  }
}

function signerLine(signer: SignerVerdict): string {
  const name = signer.certificate?.subject.text ?? 'an unknown certificate'
  switch (signer.is) {
    case 'valid':
      return `valid, by ${name}, ${signer.method}`
    case 'untrusted':
      return `not trusted, by ${name}: ${PATH[signer.because] ?? signer.because}`
    case 'broken':
      return `broken, by ${name}: ${FLAWS[signer.because] ?? signer.because}`
  }
}

const UNBOUND: Readonly<Record<UnboundBecause, string>> = {
  from_missing: 'it has no From for the signature to be held against',
  several_from: 'it has more than one From address',
  from_malformed: 'its From is no address',
  other_address: 'it is signed by someone else than the address in its From',
  sender_only: 'it is signed by the address in Sender, not by that in From',
  no_address: "the signer's certificate names no address",
  other_from_inside: 'what is signed has another From than the message around it',
}

const UNSIGNED: Readonly<Record<UnsignedBecause, string>> = {
  no_signature: 'there is no signature',
  only_part_signed: 'only a part of the message is signed or encrypted, not the message as a whole',
  no_signers: 'there is a place for signatures and none in it',
  certificates_only: 'it carries certificates, not a signature',
}

const CLOSED: Readonly<Record<ClosedBecause, string>> = {
  no_key: 'it is not encrypted to any of the keys given',
  cannot_decrypt: 'the key does not open it, or it was changed on the way',
  unsupported_cipher: 'it is encrypted with an algorithm that is not supported',
  content_missing: 'there is no content in it',
}

const UNREADABLE: Readonly<Record<UnreadableLayer['because'], string>> = {
  malformed: 'a part that says it is S/MIME is not',
  unsupported_content: 'S/MIME of a kind that is not supported',
}

/** In words where the name alone does not say it. */
const PATH: Readonly<Partial<Record<PathProblem, string>>> = {
  unknown_issuer: 'no path leads to a trusted certificate',
  bad_signature: 'a certificate was not signed by its issuer',
  expired: 'a certificate has expired',
  not_yet_valid: 'a certificate is not valid yet',
  revoked: 'a certificate was revoked',
  wrong_usage: 'the certificate is not for signing mail',
  weak_key: 'a key is too weak',
  weak_signature: 'a certificate was signed with an algorithm that is too weak',
}

const FLAWS: Readonly<Partial<Record<SignatureFlaw | LayerFlaw, string>>> = {
  digest_mismatch: 'the content was changed after it was signed',
  bad_signature: 'the signature does not fit the content and the key',
  weak_algorithm: 'it is signed with an algorithm that is too weak',
  unsupported_algorithm: 'it is signed with an algorithm that is not supported',
  no_certificate: "the signer's certificate is not there",
  malformed: 'the signature cannot be read',
  wrong_parts: 'a signed message has two parts, and this one has not',
  other_content_inside: 'the signature is over other content than the message shows',
  content_missing: 'there is a signature, and not what was signed',
  ambiguous_header: 'its header can be read in two ways',
  other_content_type: 'what is signed is no mail',
}

function nameText(der: Uint8Array): string {
  return Name.parse(der).text
}

/**
 * Reads a protected message back before it may leave, by the reading side, and compares it with what
 * was decided: a defect of the writing side, a bit flipped in memory or a certificate mixed up shows
 * here and not at the recipient's.
 */

import { equalBytes } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { identifies } from '../formats/cms/certificate-identifier.ts'
import type { ContentKey } from '../formats/cms/content-key.ts'
import { openWithContentKey } from '../formats/cms/decrypt.ts'
import {
  type EnvelopedData,
  type EnvelopeKind,
  parseEnvelopedData,
} from '../formats/cms/enveloped-data.ts'
import { recipientIdentifiers } from '../formats/cms/recipient-info.ts'
import { countRecipients, type RecipientCount } from '../formats/cms/recipient-kinds.ts'
import { parseSignedData, type SignedData } from '../formats/cms/signed-data.ts'
import type { SignerInfo } from '../formats/cms/signer-info.ts'
import { digestsOf, verifySigner } from '../formats/cms/verify.ts'
import { type Entity, splitMessage } from '../formats/mime/entity.ts'
import { prepareForSigning } from '../formats/mime/seven-bit.ts'
import { type ByteSource, collect, readWhole, sourceOf } from '../formats/mime/source.ts'
import { decodeBody } from '../formats/mime/transfer-encoding.ts'
import type { Certificate } from '../formats/x509/certificate.ts'
import { smimeFormOf } from './forms.ts'
import { insideFields } from './layout.ts'
import type { ProtectedMessage, ProtectRequest } from './protect.ts'
import { algorithmsOf } from './signatures.ts'
import type { SignerAlgorithms } from './verdicts.ts'

/** What the reading side found. */
export type SecondOpinion =
  ({ readonly is: 'agrees' } & Found) | { readonly is: 'differs'; readonly because: Difference }

/** How a message that agrees is protected, as it was read back. */
export interface Found {
  readonly signature?: SignerAlgorithms
  readonly envelope?: {
    readonly kind: EnvelopeKind
    readonly recipients: readonly RecipientCount[]
  }
}

export type Difference =
  /** A field travels that must not. */
  | 'header'
  | 'not_encrypted'
  /** Encrypted though nobody was to be able to read it but everyone. */
  | 'encrypted'
  /** Another cipher than decided. */
  | 'cipher'
  /** The certificates that can open it are not exactly those decided on. */
  | 'recipients'
  /** The content key that is at hand does not open what travels. */
  | 'content_key'
  | 'not_signed'
  /** The signature is not valid, or is another certificate's. */
  | 'signature'
  /** What the recipient reads is not what was handed over. */
  | 'content'
  /** It cannot even be read. */
  | 'unreadable'

/** Compares what travels with what was asked for. Anything that differs holds the message. */
export function secondOpinion(
  message: ProtectedMessage,
  expected: ProtectRequest,
): Promise<SecondOpinion> {
  const found = readBack(message, expected)
  return Promise.resolve(
    typeof found === 'string' ? { is: 'differs', because: found } : { is: 'agrees', ...found },
  )
}

function readBack(message: ProtectedMessage, expected: ProtectRequest): Difference | Found {
  try {
    return compare(message, expected)
  } catch (error) {
    // What cannot be read here cannot be read there. Anything but a HubError is a defect.
    if (error instanceof HubError) return 'unreadable'
    throw error
  }
}

/** Bytes of an entity, split. */
interface Read {
  readonly source: ByteSource
  readonly entity: Entity
}

function compare(
  { bytes, contentKey }: ProtectedMessage,
  expected: ProtectRequest,
): Difference | Found {
  const outer = read(bytes)
  const isLeaking = outer.entity.fields.some(({ key }) => /^(resent-)?bcc$|^x-sealpost-/.test(key))
  if (isLeaking) return 'header'
  const opened = openEnvelope(outer, contentKey, expected)
  if (typeof opened === 'string') return opened
  const signed = openSignature(opened, expected)
  if (typeof signed === 'string') return signed
  const { envelope } = opened
  const { signature, content } = signed
  if (!equalBytes(content, contentOf(read(expected.message)))) return 'content'
  return {
    ...(signature === undefined ? {} : { signature }),
    ...(envelope === undefined ? {} : { envelope }),
  }
}

/** The message inside of the encryption; the message itself when there is to be none. */
function openEnvelope(
  outer: Read,
  contentKey: ContentKey | undefined,
  { recipients, cipher }: ProtectRequest,
): (Read & Pick<Found, 'envelope'>) | Difference {
  if (recipients.length === 0) return contentKey === undefined ? outer : 'encrypted'
  if (smimeFormOf(outer.entity) !== 'cms' || contentKey === undefined) return 'not_encrypted'
  const data = parseEnvelopedData(cmsOf(outer))
  if (data.encryption.is !== 'known' || data.encryption.cipher !== cipher) return 'cipher'
  if (
    !isExactlyFor(
      data,
      recipients.map(({ certificate }) => certificate),
    )
  )
    return 'recipients'
  try {
    const envelope = { kind: data.kind, recipients: countRecipients(data.recipientInfos) }
    return { ...read(openWithContentKey(data, contentKey)), envelope }
  } catch (error) {
    if (error instanceof HubError && error.code === 'cms.cannot_decrypt') return 'content_key'
    throw error
  }
}

/** True when every certificate has its RecipientInfo, in order, and there is no other. */
function isExactlyFor(data: EnvelopedData, certificates: readonly Certificate[]): boolean {
  const identifiers = recipientIdentifiers(data.recipientInfos)
  return (
    data.recipientInfos.every((info) => info.kind !== 'other') &&
    identifiers.length === certificates.length &&
    certificates.every((certificate, index) => {
      const identifier = identifiers[index]
      return identifier !== undefined && identifies(identifier, certificate)
    })
  )
}

/** The content that a recipient gets to read: what was signed, when something was to be. */
function openSignature(
  opened: Read,
  { signer, isOpaque = false, recipients }: ProtectRequest,
): (Pick<Found, 'signature'> & { readonly content: Uint8Array }) | Difference {
  if (signer === undefined) {
    return { content: recipients.length === 0 ? contentOf(opened) : wholeOf(opened) }
  }
  const { source, entity } = opened
  if (smimeFormOf(entity) !== (isOpaque ? 'cms' : 'clear-signed')) return 'not_signed'
  const [signedPart, signaturePart, more] = entity.parts
  if (more !== undefined) return 'not_signed'
  const data = parseSignedData(cmsOf({ source, entity: signaturePart ?? entity }))
  const content = isOpaque ? data.content : signedPart && readWhole(source, signedPart.range)
  if (content === undefined) return 'not_signed'
  const [info, another] = data.signerInfos
  if (info === undefined || another !== undefined) return 'signature'
  if (!isSignedBy(signer.certificate, { data, info, content })) return 'signature'
  return { content, signature: algorithmsOf(info) }
}

/** True when the signature is valid, and by the key of this certificate. */
function isSignedBy(
  certificate: Certificate,
  { data, info, content }: { data: SignedData; info: SignerInfo; content: Uint8Array },
): boolean {
  const result = verifySigner(info, {
    contentType: data.contentType,
    digest: digestsOf(content),
    content,
    certificates: [certificate],
  })
  return result.is === 'valid'
}

function read(bytes: Uint8Array): Read {
  const source = sourceOf(bytes)
  return { source, entity: splitMessage(source) }
}

function cmsOf({ source, entity }: Read): Uint8Array {
  return collect(decodeBody(source, entity))
}

function wholeOf({ source }: Read): Uint8Array {
  return source.read(0, source.sizeBytes)
}

/** The content of a message as it is signed. */
function contentOf({ source, entity }: Read): Uint8Array {
  return collect(prepareForSigning(source, entity, insideFields(entity.fields)).pieces())
}

/** What a message is made of, for people who look into it: nothing is decrypted and nothing judged. */

import { HubError } from '../base/errors.ts'
import type { CertificateIdentifier } from '../formats/cms/certificate-identifier.ts'
import { findDigest } from '../formats/cms/digests.ts'
import type { RecipientInfo } from '../formats/cms/recipient-info.ts'
import type { SignerInfo } from '../formats/cms/signer-info.ts'
import { type CmsSink, CmsStreamReader } from '../formats/cms/stream-reader.ts'
import { type Entity, splitMessage } from '../formats/mime/entity.ts'
import type { ByteSource } from '../formats/mime/source.ts'
import { decodeBody } from '../formats/mime/transfer-encoding.ts'
import { type Certificate, parseCertificate } from '../formats/x509/certificate.ts'
import { fileNameOf, smimeFormOf } from './forms.ts'
import { MAX_LAYERS } from './open.ts'
import { SealedSpool } from './sealed-spool.ts'
import { unwrapFile } from './wrapped.ts'

/** An entity and its parts. */
export interface PartView {
  /** Empty for the message itself, then `1`, `2.1`… */
  readonly path: string
  readonly type: string
  readonly smimeType?: string
  readonly fileName?: string
  readonly transferEncoding: string
  /** Size of the body as it travels. */
  readonly sizeBytes: number
  /** What the CMS object holds that this part is. */
  readonly cms?: CmsView
  readonly parts: readonly PartView[]
}

export type CmsView =
  | {
      readonly is: 'signed'
      readonly hasContent: boolean
      readonly signers: readonly SignerView[]
      readonly certificates: readonly Certificate[]
      /** The message inside, when the content is there. */
      readonly content?: PartView
    }
  | {
      readonly is: 'encrypted'
      readonly envelope: string
      /** A name of ours, or a dotted object identifier. */
      readonly cipher: string
      readonly recipients: readonly RecipientView[]
    }
  | { readonly is: 'unreadable'; readonly because: string }

export interface SignerView {
  readonly identifier: CertificateIdentifier
  /** A name of ours, or a dotted object identifier. */
  readonly digest: string
  /** Dotted object identifier. */
  readonly algorithm: string
}

export interface RecipientView {
  readonly kind: RecipientInfo['kind']
  readonly identifier?: CertificateIdentifier
  /** Dotted object identifier of the key encryption. */
  readonly algorithm?: string
}

/**
 * Looks through a message, into signed content too.
 *
 * @throws HubError `mime.*`, `smime.too_deep`, `spool.failed`
 */
export function inspectMessage(source: ByteSource): PartView {
  const { entity } = unwrapFile(source)
  return viewOf(source, entity, 0)
}

function viewOf(source: ByteSource, entity: Entity, layer: number): PartView {
  const fileName = fileNameOf(entity)
  const smimeType = entity.contentType.parameters.get('smime-type')
  const isCms = smimeFormOf(entity) === 'cms'
  return {
    path: entity.path,
    type: entity.contentType.value,
    ...(smimeType === undefined ? {} : { smimeType }),
    ...(fileName === undefined ? {} : { fileName }),
    transferEncoding: entity.transferEncoding,
    sizeBytes: entity.body.end - entity.body.start,
    ...(isCms ? { cms: cmsView(source, entity, layer) } : {}),
    parts: entity.parts.map((part) => viewOf(source, part, layer)),
  }
}

function cmsView(source: ByteSource, entity: Entity, layer: number): CmsView {
  if (layer >= MAX_LAYERS) {
    throw new HubError('smime.too_deep', `a message has at most ${MAX_LAYERS} layers of S/MIME`)
  }
  const spool = new SealedSpool()
  try {
    const found = readView(decodeBody(source, entity), spool)
    if (found.is !== 'signed' || !found.hasContent) return found
    spool.finish()
    return { ...found, content: viewOf(spool, splitMessage(spool), layer + 1) }
  } catch (error) {
    if (error instanceof HubError && /^(cms|asn1)\./.test(error.code)) {
      return { is: 'unreadable', because: error.message }
    }
    throw error
  } finally {
    spool.close()
  }
}

function readView(pieces: Iterable<Uint8Array>, spool: SealedSpool): CmsView {
  let view: CmsView = { is: 'unreadable', because: 'it is cut short' }
  let hasContent = false
  const sink: CmsSink = {
    header(header) {
      if (header.is === 'signed') {
        hasContent = header.hasContent
        return
      }
      const { kind: envelope, encryption, recipientInfos } = header
      const cipher = encryption.is === 'known' ? encryption.cipher : encryption.oid
      view = {
        is: 'encrypted',
        envelope,
        cipher,
        recipients: recipientInfos.flatMap(recipientViews),
      }
    },
    content(chunk) {
      if (view.is !== 'encrypted') spool.write(chunk)
    },
    trailer(trailer) {
      if (trailer.is !== 'signed') return
      view = {
        is: 'signed',
        hasContent,
        signers: trailer.signerInfos.map(signerView),
        certificates: trailer.certificates.flatMap(readable),
      }
    },
  }
  const reader = new CmsStreamReader(sink)
  for (const piece of pieces) reader.push(piece)
  reader.finish()
  return view
}

function signerView({ identifier, digestAlgorithm, signatureAlgorithm }: SignerInfo): SignerView {
  const digest = findDigest(digestAlgorithm.oid) ?? digestAlgorithm.oid
  return { identifier, digest, algorithm: signatureAlgorithm.oid }
}

function recipientViews(info: RecipientInfo): readonly RecipientView[] {
  switch (info.kind) {
    case 'key-transport':
      return [{ kind: info.kind, identifier: info.identifier, algorithm: info.algorithm.oid }]
    case 'key-agreement':
      return info.recipients.map(({ identifier }) => ({
        kind: info.kind,
        identifier,
        algorithm: info.algorithm.oid,
      }))
    case 'other':
      return [{ kind: info.kind }]
  }
}

function readable(der: Uint8Array): readonly Certificate[] {
  try {
    return [parseCertificate(der)]
  } catch (error) {
    // Strangers send what they like; the other certificates are shown all the same.
    if (error instanceof HubError) return []
    throw error
  }
}

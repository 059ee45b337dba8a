/** Writes SignedData, EnvelopedData and AuthEnvelopedData of any size, chunk by chunk. */

import { createHash } from 'node:crypto'
import { releaseBytes } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { TAG, contextConstructed, contextPrimitive } from '../asn1/tags.ts'
import { header, objectIdentifier } from '../asn1/writer.ts'
import { CONTENT_CIPHERS, type ContentCipher } from './content-ciphers.ts'
import { type ContentKey, encryptedBytes, tagBytes } from './content-key.ts'
import { ENVELOPE_TYPE, describeContent, prepareEnvelope } from './encrypt.ts'
import { CONTENT_TYPE } from './oids.ts'
import type { CmsRecipient } from './recipient.ts'
import { type SignOptions, digestOf, encodeSignerInfos, makeSignature, versionOf } from './sign.ts'
import { type CmsSigner, templateOf } from './signing-template.ts'

/** Takes what is written, in order. The memory is the taker's only during the call. */
export type Write = (bytes: Uint8Array) => void

/** A tag with an indefinite length, and what ends it. */
const open = (tag: number) => Uint8Array.of(tag, 0x80)
const END = Uint8Array.of(0, 0)

export interface SignedDataWriter {
  update(content: Uint8Array): void
  /**
   * Writes the signature and the end.
   *
   * @throws what the signer's `sign` throws
   */
  finish(): Promise<void>
}

/**
 * Starts SignedData with its content inside, in BER of indefinite lengths: each chunk becomes a
 * piece of the content, so chunks of 64 KB are right and chunks of ten octets wasteful.
 *
 * @throws HubError `cms.key_unfit`
 */
export function writeSignedData(
  signer: CmsSigner,
  options: SignOptions,
  write: Write,
): SignedDataWriter {
  const template = templateOf(signer)
  const contentType = options.contentType ?? CONTENT_TYPE.data
  const digest = createHash(digestOf(signer))
  write(
    Buffer.concat([
      open(TAG.sequence),
      objectIdentifier(CONTENT_TYPE.signedData),
      open(contextConstructed(0)),
      open(TAG.sequence),
      versionOf(contentType),
      template.digestAlgorithms,
      open(TAG.sequence),
      objectIdentifier(contentType),
      open(contextConstructed(0)),
      open(TAG.octetString | 0x20),
    ]),
  )
  return {
    update(content) {
      digest.update(content)
      writePiece(content, write)
    },
    async finish() {
      const made = await makeSignature(digest.digest(), signer, options)
      const infos = encodeSignerInfos(template, made)
      write(Buffer.concat([END, END, END, template.certificates, infos, END, END, END]))
    },
  }
}

function writePiece(content: Uint8Array, write: Write): void {
  if (content.byteLength === 0) return
  write(header(TAG.octetString, content.byteLength))
  write(content)
}

export interface EnvelopeOptions {
  readonly cipher: ContentCipher
  /** Octets of the content, when known: then all lengths are definite. */
  readonly contentBytes?: number
}

export interface EnvelopedDataWriter {
  /** The key of this content, with which a second opinion opens it. */
  readonly contentKey: ContentKey
  update(content: Uint8Array): void
  /**
   * Writes the rest and the end.
   *
   * @throws HubError `cms.wrong_length`: the content had not the length that was said
   */
  finish(): void
}

/**
 * Starts EnvelopedData (AES-CBC) or AuthEnvelopedData (AES-GCM), in DER but for the order of the
 * recipients when the length of the content is known, otherwise with indefinite lengths and a piece
 * of encrypted content per chunk.
 *
 * @throws HubError `cms.no_recipients`, `cms.key_unfit`, `key.unsupported`
 */
export function writeEnvelopedData(
  recipients: readonly CmsRecipient[],
  options: EnvelopeOptions,
  write: Write,
): EnvelopedDataWriter {
  const { cipher, contentBytes } = options
  const envelope = prepareEnvelope(recipients, cipher)
  const encryptor = envelope.contentKey.encrypt(envelope.nonce)
  const described = describeContent(cipher, envelope.nonce)
  const isDefinite = contentBytes !== undefined
  const before = [envelope.version, ...envelope.recipientInfos]
  const type =
    ENVELOPE_TYPE[CONTENT_CIPHERS[cipher].isAuthenticated ? 'auth-enveloped' : 'enveloped']
  const head = isDefinite
    ? definiteHead({ type, before, described, cipher, contentBytes })
    : indefiniteHead({ type, before, described })
  write(head)
  let writtenBytes = 0
  const put = (encrypted: Uint8Array) => {
    if (!isDefinite) writePiece(encrypted, write)
    else if (encrypted.byteLength > 0) write(encrypted)
    releaseBytes(encrypted)
  }
  return {
    contentKey: envelope.contentKey,
    update(content) {
      writtenBytes += content.byteLength
      put(encryptor.update(content))
    },
    finish() {
      if (isDefinite && writtenBytes !== contentBytes) {
        throw new HubError('cms.wrong_length', `${writtenBytes} octets came, not ${contentBytes}`)
      }
      const { rest, tag } = encryptor.finish()
      put(rest)
      if (!isDefinite) write(Buffer.concat([END, END]))
      if (tag !== undefined) write(Buffer.concat([header(TAG.octetString, tag.byteLength), tag]))
      if (!isDefinite) write(Buffer.concat([END, END, END]))
    },
  }
}

function indefiniteHead(from: {
  type: Uint8Array
  before: readonly Uint8Array[]
  described: Uint8Array
}): Uint8Array {
  return Buffer.concat([
    open(TAG.sequence),
    from.type,
    open(contextConstructed(0)),
    open(TAG.sequence),
    ...from.before,
    open(TAG.sequence),
    from.described,
    open(contextConstructed(0)),
  ])
}

/** All headers up to the content: sizes from the inside out. */
function definiteHead(from: {
  type: Uint8Array
  before: readonly Uint8Array[]
  described: Uint8Array
  cipher: ContentCipher
  contentBytes: number
}): Uint8Array {
  const innerBytes = encryptedBytes(from.cipher, from.contentBytes)
  const tagSize = tagBytes(from.cipher)
  const afterBytes = tagSize === 0 ? 0 : 2 + tagSize
  const parts: Uint8Array[] = []
  let bytes = innerBytes
  const put = (part: Uint8Array) => {
    parts.unshift(part)
    bytes += part.byteLength
  }
  put(header(contextPrimitive(0), bytes))
  put(from.described)
  put(header(TAG.sequence, bytes))
  bytes += afterBytes
  for (const part of from.before.toReversed()) put(part)
  put(header(TAG.sequence, bytes))
  put(header(contextConstructed(0), bytes))
  put(from.type)
  put(header(TAG.sequence, bytes))
  return Buffer.concat(parts)
}

/** Protects messages of any size, from a source to wherever they are written. */

import { createHash } from 'node:crypto'
import { digestOf, signDigest } from '../formats/cms/sign.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import { writeEnvelopedData, writeSignedData, type Write } from '../formats/cms/stream-writer.ts'
import { Base64Encoder, encodeBase64Lines } from '../formats/mime/base64.ts'
import { readHeader } from '../formats/mime/entity.ts'
import { prepareForSigning } from '../formats/mime/seven-bit.ts'
import { type ByteSource, readWhole } from '../formats/mime/source.ts'
import { clearSignedFrame, cmsHeader, envelopeType, insideFields, outsideHeader } from './layout.ts'
import { protect, type Protection } from './protect.ts'

/** Up to here a message is protected in memory: in DER, which every reader reads. */
const MEMORY_BYTES = 1024 * 1024

/** What a stage of protection writes into. */
interface Stage {
  update: Write
  /** Nothing more comes. */
  finish(): Promise<void> | void
}

/**
 * Does what `protect` does. Larger messages are signed and encrypted in one pass, in memory of a few
 * chunks; their CMS has indefinite lengths.
 *
 * @throws HubError as `protect`, and what `write` throws; what was written by then is worthless
 */
export async function protectSource(
  source: ByteSource,
  protection: Protection,
  write: Write,
): Promise<void> {
  if (source.sizeBytes <= MEMORY_BYTES) {
    const message = readWhole(source, { start: 0, end: source.sizeBytes })
    write((await protect({ message, ...protection })).bytes)
    return
  }
  const { signer, recipients } = protection
  const root = readHeader(source)
  for (const piece of outsideHeader(root.fields)) write(piece)
  const last = recipients.length === 0 ? passOn(write) : encrypting(protection, write)
  const first = signer === undefined ? last : signing(signer, { protection, next: last })
  for (const piece of prepareForSigning(source, root, insideFields(root.fields)).pieces()) {
    first.update(piece)
  }
  await first.finish()
}

function passOn(write: Write): Stage {
  return { update: write, finish: () => undefined }
}

function encrypting({ recipients, cipher }: Protection, write: Write): Stage {
  const base64 = new Base64Encoder()
  write(cmsHeader(envelopeType(cipher)))
  const writer = writeEnvelopedData(recipients, { cipher }, (bytes) => write(base64.update(bytes)))
  return {
    update: (bytes) => writer.update(bytes),
    finish() {
      writer.finish()
      write(base64.final())
    },
  }
}

function signing(
  signer: CmsSigner,
  { protection, next }: { protection: Protection; next: Stage },
): Stage {
  return protection.isOpaque === true
    ? signingInside(signer, { protection, next })
    : signingBeside(signer, { protection, next })
}

function signingBeside(
  signer: CmsSigner,
  { protection: { at }, next }: { protection: Protection; next: Stage },
): Stage {
  const digest = digestOf(signer)
  const hash = createHash(digest)
  const { start, middle, end } = clearSignedFrame(digest)
  next.update(start)
  return {
    update(bytes) {
      hash.update(bytes)
      next.update(bytes)
    },
    async finish() {
      next.update(middle)
      next.update(encodeBase64Lines(await signDigest(hash.digest(), signer, { at })))
      next.update(end)
      await next.finish()
    },
  }
}

function signingInside(
  signer: CmsSigner,
  { protection: { at }, next }: { protection: Protection; next: Stage },
): Stage {
  const base64 = new Base64Encoder()
  next.update(cmsHeader('signed-data'))
  const writer = writeSignedData(signer, { at }, (bytes) => next.update(base64.update(bytes)))
  return {
    update: (bytes) => writer.update(bytes),
    async finish() {
      await writer.finish()
      next.update(base64.final())
      await next.finish()
    },
  }
}

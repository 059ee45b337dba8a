/**
 * Protects messages: signs them, encrypts them, or both, and always in this order.
 *
 * The header stays outside and as it was; the fields that describe the content (`Content-*`) move
 * inside with it. `Bcc` and `X-Sealpost-*` are left out. What is signed is made safe for every mail
 * server on the way first. For messages that do not fit in memory see `protect-stream.ts`.
 */

import { concat } from '../base/bytes.ts'
import type { ContentCipher } from '../formats/cms/content-ciphers.ts'
import type { ContentKey } from '../formats/cms/content-key.ts'
import { encryptContent } from '../formats/cms/encrypt.ts'
import type { CmsRecipient } from '../formats/cms/recipient.ts'
import { digestOf, signDetached, signEnclosed } from '../formats/cms/sign.ts'
import type { CmsSigner } from '../formats/cms/signing-template.ts'
import { encodeBase64Lines } from '../formats/mime/base64.ts'
import { readHeader } from '../formats/mime/entity.ts'
import { prepareForSigning } from '../formats/mime/seven-bit.ts'
import { collect, sourceOf } from '../formats/mime/source.ts'
import { clearSignedFrame, cmsHeader, envelopeType, insideFields, outsideHeader } from './layout.ts'

/** What is to be done to a message. */
export interface Protection {
  /** Who signs; nobody when absent. */
  readonly signer?: CmsSigner
  /** Signed content inside of the CMS object, which changes nothing on the way and few can read. */
  readonly isOpaque?: boolean
  /** Who can read it; everyone when there is none. */
  readonly recipients: readonly CmsRecipient[]
  readonly cipher: ContentCipher
  /** When it is signed. */
  readonly at: Date
}

/** A message and what is to be done to it. */
export interface ProtectRequest extends Protection {
  /** A whole message: header and body, with any line ends. */
  readonly message: Uint8Array
}

/** A message that is ready to travel. */
export interface ProtectedMessage {
  readonly bytes: Uint8Array
  /** Opens the content that travels, for a second opinion; absent when it is not encrypted. */
  readonly contentKey?: ContentKey
}

/**
 * Signs, then encrypts. Without signer and recipients the message only becomes canonical.
 *
 * Whether certificates may be used is not looked at: that is decided before.
 *
 * @throws HubError `mime.*`: the message is beyond the limits; `cms.key_unfit`, `key.unsupported`;
 *   what the signer's `sign` throws
 */
export async function protect(request: ProtectRequest): Promise<ProtectedMessage> {
  const { message, signer, recipients, cipher } = request
  const source = sourceOf(message)
  const root = readHeader(source)
  const outside = collect(outsideHeader(root.fields))
  let entity = collect(prepareForSigning(source, root, insideFields(root.fields)).pieces())
  if (signer !== undefined) entity = await signEntity(entity, signer, request)
  if (recipients.length === 0) return { bytes: concat([outside, entity]) }
  const { bytes, contentKey } = encryptContent(entity, recipients, { cipher })
  const encrypted = [cmsHeader(envelopeType(cipher)), encodeBase64Lines(bytes)]
  return { bytes: concat([outside, ...encrypted]), contentKey }
}

async function signEntity(
  entity: Uint8Array,
  signer: CmsSigner,
  { at, isOpaque = false }: Protection,
): Promise<Uint8Array> {
  if (isOpaque) {
    const signed = await signEnclosed(entity, signer, { at })
    return concat([cmsHeader('signed-data'), encodeBase64Lines(signed)])
  }
  const { start, middle, end } = clearSignedFrame(digestOf(signer))
  const signature = await signDetached(entity, signer, { at })
  return concat([start, entity, middle, encodeBase64Lines(signature), end])
}

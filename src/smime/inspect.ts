/** What a message is made of, for people who look into it: nothing is decrypted and nothing judged. */

import { type Entity, splitMessage } from '../formats/mime/entity.ts'
import type { ByteSource } from '../formats/mime/source.ts'
import { fileNameOf, smimeFormOf, type SmimeForm } from './forms.ts'

/** An entity and its parts. */
export interface PartView {
  /** Empty for the message itself, then `1`, `2.1`… */
  readonly path: string
  readonly type: string
  readonly fileName?: string
  readonly transferEncoding: string
  /** Size of the body as it travels. */
  readonly sizeBytes: number
  readonly smime?: SmimeForm
  readonly parts: readonly PartView[]
}

/**
 * Looks through a message.
 *
 * @throws HubError `mime.header_too_large`, `mime.too_deep`, `mime.too_many_parts`
 */
export function inspectMessage(source: ByteSource): PartView {
  return viewOf(splitMessage(source))
}

function viewOf(entity: Entity): PartView {
  const fileName = fileNameOf(entity)
  const smime = smimeFormOf(entity)
  return {
    path: entity.path,
    type: entity.contentType.value,
    ...(fileName === undefined ? {} : { fileName }),
    transferEncoding: entity.transferEncoding,
    sizeBytes: entity.body.end - entity.body.start,
    ...(smime === undefined ? {} : { smime }),
    parts: entity.parts.map(viewOf),
  }
}

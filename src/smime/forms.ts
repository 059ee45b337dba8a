/** The forms in which S/MIME travels, told by what an entity says of itself (RFC 8551 section 3). */

import { parseDisposition } from '../formats/mime/content-type.ts'
import type { Entity } from '../formats/mime/entity.ts'
import { findField } from '../formats/mime/header-fields.ts'

/**
 * `clear-signed` is multipart/signed: content that everyone can read, and its signature. `cms` is one
 * CMS object, whatever is in it: signed, encrypted, certificates only.
 */
export type SmimeForm = 'clear-signed' | 'cms'

const SIGNATURE_TYPES = ['application/pkcs7-signature', 'application/x-pkcs7-signature']

const CMS_TYPES = [...SIGNATURE_TYPES, 'application/pkcs7-mime', 'application/x-pkcs7-mime']

/** Undefined when the entity is no S/MIME. */
export function smimeFormOf(entity: Entity): SmimeForm | undefined {
  const type = entity.contentType.value
  if (type === 'multipart/signed') return isClearSigned(entity) ? 'clear-signed' : undefined
  if (CMS_TYPES.includes(type)) return 'cms'
  // Mail programs that do not know the type send it as any file (RFC 8551 section 3.9).
  const isFile =
    type === 'application/octet-stream' && /\.p7[mszc]$/i.test(fileNameOf(entity) ?? '')
  return isFile ? 'cms' : undefined
}

/** The protocol decides; without one, the type of the second part does. */
function isClearSigned(entity: Entity): boolean {
  const protocol = entity.contentType.parameters.get('protocol')?.toLowerCase()
  if (protocol !== undefined) return SIGNATURE_TYPES.includes(protocol)
  const second = entity.parts[1]
  return second !== undefined && smimeFormOf(second) === 'cms'
}

/** The name an entity would be saved under: for display, never for a path. */
export function fileNameOf(entity: Entity): string | undefined {
  const disposition = findField(entity.fields, 'content-disposition')
  const named = disposition && parseDisposition(disposition.value).parameters.get('filename')
  return named ?? entity.contentType.parameters.get('name')
}

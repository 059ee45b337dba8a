/**
 * Headers that readers differ on. A signature speaks only for what everyone reads alike: where another
 * program ends the header sooner, sees a From that we do not, or splits the parts elsewhere, it shows
 * what nobody signed.
 */

import { decodeLatin1 } from '../base/bytes.ts'
import { repeatedParameters } from '../formats/mime/content-type.ts'
import type { Entity } from '../formats/mime/entity.ts'
import { findField, findFields, type HeaderField } from '../formats/mime/header-fields.ts'

/** True when the header of an entity can be read in two ways. */
export function isAmbiguous({ fields }: Entity): boolean {
  const isTwice = ['content-type', 'content-transfer-encoding'].some(
    (key) => findFields(fields, key).length > 1,
  )
  if (isTwice || fields.some(isReadDifferently)) return true
  const repeated = repeatedParameters(findField(fields, 'content-type')?.value ?? '')
  return repeated.has('boundary') || repeated.has('protocol')
}

/**
 * For some programs a line that is no field, or nothing but white space, is where the body begins; a
 * lone CR ends a line, and a NUL a text.
 */
function isReadDifferently({ name, raw }: HeaderField, index: number): boolean {
  const text = decodeLatin1(raw)
  // The line that a mailbox file puts before each message, as everyone knows.
  if (name === '' && !(index === 0 && /^>?From /.test(text))) return true
  return /\0|\r(?!\n)|\n[ \t]+\r?\n/.test(text)
}

/**
 * Makes a message name exactly those whom Graph is to send it to.
 *
 * Graph has no envelope: it sends to whomever `To`, `Cc` and `Bcc` of the message name, and takes `Bcc`
 * out on the way. So a field whose addresses are all due stays byte for byte, one that names somebody
 * else is replaced by its due part, and everybody not named goes into `Bcc`. What a replaced field
 * said is kept as `X-Original-To` and `X-Original-Cc`, for those who got to see it anyway. The body,
 * and with it every signature, is untouched. See docs/decisions/0008-graph-has-no-envelope.md.
 */

import { concat, encodeUtf8 } from '../../base/bytes.ts'
import { HubError } from '../../base/errors.ts'
import { normalizeAddress, parseAddressList } from '../../formats/mime/addresses.ts'
import { readHeader } from '../../formats/mime/entity.ts'
import type { HeaderField } from '../../formats/mime/header-fields.ts'
import { sourceOf } from '../../formats/mime/source.ts'

/** Fields that name recipients, or could be taken to. */
const NAMES_RECIPIENTS = /^(?:resent-)?(?:to|cc|bcc)$/

/** RFC 5322 section 2.1.1, with the line end. */
const MAX_LINE = 1000
const COLON = 0x3a

/**
 * The same message for exactly these recipients: none more, none less, none twice.
 *
 * @throws HubError `mime.header_too_large`
 */
export function addressTo(content: Uint8Array, recipients: readonly string[]): Uint8Array {
  const { fields, body } = readHeader(sourceOf(content))
  const due = new Map(recipients.map((address) => [keyOf(address), address]))
  const header: Uint8Array[] = []
  for (const field of fields) header.push(...rewritten(field, due))
  if (due.size > 0) header.push(recipientField('Bcc', [...due.values()]))
  return concat([...header, encodeUtf8('\r\n'), content.subarray(body.start, body.end)])
}

/** What becomes of a field. Whom it names is not due any more. */
function rewritten(field: HeaderField, due: Map<string, string>): Uint8Array[] {
  // A line that is no field here may be one to somebody else.
  if (field.key === '') return []
  if (!NAMES_RECIPIENTS.test(field.key)) return [field.raw]
  const isVisible = field.key === 'to' || field.key === 'cc'
  const named = isVisible ? addressesIn(field.value) : undefined
  if (named === undefined) return keptAs(field)
  const keys = named.map(keyOf)
  const isExact = keys.every((key) => due.has(key)) && new Set(keys).size === keys.length
  const taken = [...new Set(keys)].flatMap((key) => {
    const address = due.get(key)
    due.delete(key)
    return address === undefined ? [] : [address]
  })
  // Only a plain `To:` is one to everybody.
  if (isExact && keys.length > 0 && field.raw[2] === COLON) return [field.raw]
  const name = field.key === 'to' ? 'To' : 'Cc'
  return [...keptAs(field), ...(taken.length === 0 ? [] : [recipientField(name, taken)])]
}

/** Undefined for what cannot be read: it is replaced whole. */
function addressesIn(value: string): string[] | undefined {
  try {
    return parseAddressList(value).map(({ address }) => address)
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}

/** Nobody gets to see a blind recipient, and no line gets too long. */
function keptAs(field: HeaderField): Uint8Array[] {
  if (field.key.endsWith('bcc')) return []
  const kept = concat([encodeUtf8('X-Original-'), field.raw])
  const firstLine = kept.indexOf(10) + 1
  return firstLine > 0 && firstLine <= MAX_LINE ? [kept] : []
}

function recipientField(name: string, addresses: readonly string[]): Uint8Array {
  return encodeUtf8(`${name}: ${addresses.map((address) => `<${address}>`).join(',\r\n ')}\r\n`)
}

/** Exchange takes a local part in any case. */
function keyOf(address: string): string {
  return normalizeAddress(address).toLowerCase()
}

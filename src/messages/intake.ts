/**
 * Reads the header of a message that comes in, and makes of it what is stored.
 *
 * Stored is the message as it will go through the pipeline: with a Received field, without Bcc and
 * without the fields that speak to this hub only, with the Message-ID and Date that a submission may
 * lack. Every other byte is as it came.
 */

import { concat, encodeUtf8 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { normalizeAddress, parseAddressList } from '../formats/mime/addresses.ts'
import { formatDate } from '../formats/mime/compose.ts'
import { parseContentType, PLAIN_TEXT } from '../formats/mime/content-type.ts'
import {
  findField,
  findFields,
  parseHeaderFields,
  type HeaderField,
} from '../formats/mime/header-fields.ts'
import { protectionOf, type ProtectionBefore } from './protection-before.ts'
import { receivedField } from './received.ts'
import type { Arrival } from './submission.ts'

/** RFC 5321 section 6.3: a message that passed this many hosts goes in circles. */
const MAX_RECEIVED_FIELDS = 100

/** Fields that speak to this hub and never travel. */
const HUB_PREFIX = 'x-sealpost-'
const ENCRYPT_FIELD = 'x-sealpost-encrypt'

/** Who else got a copy is nobody's business (RFC 5322 section 3.6.3). */
const BLIND_FIELDS = ['bcc', 'resent-bcc']

/** Fields that name recipients openly. */
const NAMING_FIELDS = ['to', 'cc', 'resent-to', 'resent-cc']

/** What the header says, and the content to store. */
export interface Intake {
  readonly content: Uint8Array
  /** Addresses of the From field; none when it cannot be read. */
  readonly authors: readonly string[]
  /** True for an address that a To or Cc field names. */
  readonly isNamed: (address: string) => boolean
  readonly encryptionRequired: boolean
  readonly protection: ProtectionBefore
  /** The Message-ID field, with the one that was added if it had none. */
  readonly messageIdField: string | undefined
}

/**
 * Reads a message's header and prepares its content.
 *
 * @throws HubError `mime.header_too_large`, `message.loop`, `message.encryption_header`
 */
export function takeIn(arrival: Arrival, { hostName }: { hostName: string }): Intake {
  const fields = parseHeaderFields(arrival.content)
  if (findFields(fields, 'received').length > MAX_RECEIVED_FIELDS) {
    throw new HubError('message.loop', `more than ${MAX_RECEIVED_FIELDS} Received fields: a loop`)
  }
  const bodyStart = fields.reduce((sum, { raw }) => sum + raw.byteLength, 0)
  const added = addedFields(arrival, fields, hostName)
  const named = namedAddresses(fields)
  const type = findField(fields, 'content-type')
  return {
    content: concat([
      encodeUtf8(receivedField(arrival, hostName)),
      ...added.map(({ raw }) => raw),
      ...fields.filter(travels).map(({ raw }) => raw),
      arrival.content.subarray(bodyStart),
    ]),
    authors: addressesOf(findFields(fields, 'from')),
    isNamed: (address) => named.has(normalizeAddress(address).toLowerCase()),
    encryptionRequired: requiresEncryption(fields),
    protection: protectionOf(
      type === undefined ? PLAIN_TEXT : parseContentType(type.value),
      afterBlankLine(arrival.content, bodyStart),
    ),
    messageIdField: findField([...fields, ...added], 'message-id')?.value,
  }
}

function travels({ key }: HeaderField): boolean {
  return !key.startsWith(HUB_PREFIX) && !BLIND_FIELDS.includes(key)
}

/** A demand that is not understood is refused: to read it as "not required" might send it in clear. */
function requiresEncryption(fields: readonly HeaderField[]): boolean {
  const demands = findFields(fields, ENCRYPT_FIELD)
  for (const { value } of demands) {
    if (value.toLowerCase() !== 'required') {
      throw new HubError('message.encryption_header', 'X-Sealpost-Encrypt can only say: required')
    }
  }
  return demands.length > 0
}

function namedAddresses(fields: readonly HeaderField[]): ReadonlySet<string> {
  const naming = fields.filter(({ key }) => NAMING_FIELDS.includes(key))
  return new Set(naming.flatMap((field) => addressesOf([field])).map((each) => each.toLowerCase()))
}

/** A field that cannot be read names nobody: the safe side, since who is not named is hidden. */
function addressesOf(fields: readonly HeaderField[]): string[] {
  try {
    return fields
      .flatMap(({ value }) => parseAddressList(value))
      .map(({ address }) => normalizeAddress(address))
  } catch (error) {
    if (error instanceof HubError && error.code === 'address.malformed') return []
    throw error
  }
}

/** RFC 6409 section 8: a submission server completes what a mail program left out; a relay does not. */
function addedFields(
  { id, at, via }: Arrival,
  fields: readonly HeaderField[],
  hostName: string,
): readonly HeaderField[] {
  if (via === 'relay') return []
  const missing: [name: string, value: string][] = []
  if (findField(fields, 'date') === undefined) missing.push(['Date', formatDate(at)])
  if (findField(fields, 'message-id') === undefined) {
    missing.push(['Message-ID', `<${id}@${hostName}>`])
  }
  return missing.map(([name, value]) => ({
    name,
    key: name.toLowerCase(),
    value,
    raw: encodeUtf8(`${name}: ${value}\r\n`),
  }))
}

function afterBlankLine(content: Uint8Array, bodyStart: number): Uint8Array {
  return content.subarray(bodyStart + (content[bodyStart] === 0x0d ? 2 : 1))
}

/** Identifiers of messages. */

import { randomBytes } from 'node:crypto'
import { isRowId } from '../db/row-id.ts'

/**
 * A UUID of version 7 (RFC 9562 section 5.7): they sort by the time they were made, so that new rows
 * lie together in every index and a list by identifier is a list by time.
 */
export function newMessageId(at: Date): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at.getTime(), 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}

/** True for text in the form of a UUID, in lower case: anything else names no message. */
export function isMessageId(text: string): boolean {
  return isRowId(text)
}

/** The first identifier that a message of this moment could have; one of milliseconds, like `Date`. */
export function firstMessageId(at: Date): string {
  const ms = Math.min(Math.max(at.getTime(), 0), 2 ** 48 - 1)
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** When a message was accepted, by its identifier. */
export function momentOfMessageId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

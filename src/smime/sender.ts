/** Who a message says it is from (RFC 8550 section 3). */

import { HubError } from '../base/errors.ts'
import { parseAddressList, parseMailbox, sameAddress } from '../formats/mime/addresses.ts'
import { findFields, type HeaderField } from '../formats/mime/header-fields.ts'
import type { Certificate } from '../formats/x509/certificate.ts'

/** What a `From` header says. Only one single address can be held against a signature. */
export type From =
  | { readonly is: 'single'; readonly address: string }
  | { readonly is: 'missing' }
  /** Several fields, or several addresses in it. */
  | { readonly is: 'several' }
  | { readonly is: 'malformed' }

/** Reads `From`. Names that look like addresses are names; groups are not one address. */
export function readFrom(fields: readonly HeaderField[]): From {
  return readSingle(fields, 'from')
}

/** The single address of `Sender`, if that is what it holds. */
export function findSender(fields: readonly HeaderField[]): string | undefined {
  const sender = readSingle(fields, 'sender')
  return sender.is === 'single' ? sender.address : undefined
}

/** True when the certificate is for this address (RFC 8550 section 3: no part of one, no name). */
export function isFor(certificate: Certificate, address: string): boolean {
  return certificate.emailAddresses.some((own) => sameAddress(own, address))
}

function readSingle(fields: readonly HeaderField[], key: string): From {
  const found = findFields(fields, key)
  const [field] = found
  if (field === undefined) return { is: 'missing' }
  if (found.length > 1) return { is: 'several' }
  const mailboxes = findParsed(() => parseAddressList(field.value))
  if (mailboxes !== undefined && mailboxes.length > 1) return { is: 'several' }
  // A group beside the address, though nobody is in it, is displayed like another address.
  const mailbox = findParsed(() => parseMailbox(field.value))
  // No address has encoded words (RFC 2047 section 5), but some programs decode and display them.
  if (mailbox === undefined || mailbox.address.includes('=?')) return { is: 'malformed' }
  return { is: 'single', address: mailbox.address }
}

function findParsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof HubError) return undefined
    throw error
  }
}

/** Mail addresses of the organisation's own people. */

import { domainToASCII } from 'node:url'
import { HubError } from '../base/errors.ts'

/** An address in the forms it is needed in. Only this file makes one. */
export interface OwnAddress {
  /** As written, the domain in lower case and, if international, as A-labels (RFC 5890). */
  readonly address: string
  /** The whole of it in lower case: equal for addresses that reach the same mailbox. */
  readonly key: string
  readonly domain: string
  readonly brand: 'OwnAddress'
}

/** RFC 5321 section 4.5.3.1: octets of a local part, of a domain, of a path without its brackets. */
const MAX_LOCAL_BYTES = 64
const MAX_DOMAIN_BYTES = 253
const MAX_ADDRESS_BYTES = 254

/**
 * What cannot be seen, or changes what is seen: controls, line ends, spaces, marks of direction, joiners
 * (RFC 8264 section 9). Two addresses that look alike would be a trap.
 */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

/** Atoms with dots between them (RFC 5321 section 4.1.2), and UTF-8 (RFC 6531 section 3.3). */
const LOCAL =
  /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u

/**
 * Letters, digits and hyphens, two labels at least: nobody has mail at a bare host. The last label
 * begins with a letter, so that an IP address is none.
 */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/

/** What may be written for one, before it is made into A-labels; no percent signs above all. */
const WRITTEN_DOMAIN = /^[a-z0-9.\u0080-\u{10ffff}-]+$/iu

/**
 * Reads an address of ours. Upper and lower case of the local part are one mailbox here: RFC 5321
 * section 2.4 leaves that to the host that owns the mailbox, which for these addresses is us; no
 * mail server in use tells them apart, and two people who differ only in case would be a trap.
 * Local parts in quotes are not for people and are refused.
 *
 * @throws HubError `address.malformed`
 */
export function parseOwnAddress(text: string): OwnAddress {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(at, 0)).normalize('NFC')
  if (!LOCAL.test(local) || UNSEEN.test(local) || Buffer.byteLength(local) > MAX_LOCAL_BYTES)
    throw malformed(text)
  const domain = parseDomain(text.slice(at + 1))
  const address = `${local}@${domain}`
  if (Buffer.byteLength(address) > MAX_ADDRESS_BYTES) throw malformed(text)
  return { address, key: address.toLowerCase(), domain, brand: 'OwnAddress' }
}

/**
 * Reads a mail domain: lower case, international ones as A-labels.
 *
 * @throws HubError `address.malformed`
 */
export function parseDomain(text: string): string {
  const domain = WRITTEN_DOMAIN.test(text) ? domainToASCII(text) : ''
  if (!DOMAIN.test(domain) || domain.length > MAX_DOMAIN_BYTES) {
    throw malformed(text, 'mail domain such as example.com')
  }
  return domain
}

/** What stands before the @. */
export function localPartOf({ address }: OwnAddress): string {
  return address.slice(0, address.lastIndexOf('@'))
}

/** What is looked up for an address as it stands in an envelope; one that is not ours finds nobody. */
export function addressKey(address: string): string {
  const key = address.normalize('NFC').toLowerCase()
  const domain = key.slice(key.lastIndexOf('@') + 1)
  if (/^[\0-\x7f]*$/.test(domain) || !WRITTEN_DOMAIN.test(domain)) return key
  return key.slice(0, key.length - domain.length) + domainToASCII(domain)
}

function malformed(text: string, wanted = 'mail address such as anna@example.com'): HubError {
  const shown = JSON.stringify(text.slice(0, MAX_ADDRESS_BYTES))
  return new HubError('address.malformed', `${shown} is no ${wanted}`)
}

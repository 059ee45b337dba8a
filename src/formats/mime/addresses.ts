/** Mail addresses as header fields hold them (RFC 5322 section 3.4, RFC 6532). */

import { domainToASCII } from 'node:url'
import { HubError } from '../../base/errors.ts'
import { decodeWords } from './encoded-words.ts'
import {
  peek,
  readerOf,
  skipComments,
  take,
  takeAtom,
  takeQuoted,
  type FieldReader,
} from './structured-field.ts'

/** One mailbox of a field. */
export interface Mailbox {
  /** The name as displayed; anyone can write anything there. */
  readonly name?: string
  /** `local@domain`; a local part that needs quotes has them. */
  readonly address: string
  /** The group it was listed in (`team: a@example.org, b@example.org;`). */
  readonly group?: string
}

/**
 * Reads the value of `From`, `To`, `Cc`…: mailboxes and groups, comments and empty elements passed
 * over. Empty groups have no mailboxes, so `undisclosed-recipients:;` gives none.
 *
 * Strict where leniency would let a name pass for an address: `a@b.example <c@d.example>` is an error.
 *
 * @throws HubError `address.malformed`
 */
export function parseAddressList(value: string): readonly Mailbox[] {
  const reader = readerOf(value)
  const mailboxes: Mailbox[] = []
  skipSeparators(reader)
  while (reader.at < value.length) {
    takeAddress(reader, mailboxes)
    skipComments(reader)
    if (reader.at < value.length && peek(reader) !== ',') throw malformed()
    skipSeparators(reader)
  }
  return mailboxes
}

/**
 * Reads the value of a field that names one mailbox and nothing besides: no group, no empty element.
 *
 * @throws HubError `address.malformed`
 */
export function parseMailbox(value: string): Mailbox {
  const reader = readerOf(value)
  const mailbox = takeMailbox(reader)
  skipComments(reader)
  if (reader.at !== value.length) throw malformed()
  return mailbox
}

/**
 * Reads one address with nothing around it, `local@domain`.
 *
 * @throws HubError `address.malformed`
 */
export function parseAddress(text: string): string {
  const reader = readerOf(text)
  const address = takeAddressSpec(reader)
  if (address === undefined || reader.at !== text.length) throw malformed()
  return address
}

/**
 * True when both are the same address: the domain in any case and as A-labels, the local part as
 * written (RFC 8550 section 3).
 */
export function sameAddress(a: string, b: string): boolean {
  return normalizeAddress(a) === normalizeAddress(b)
}

/** The address with its domain in lower case and as A-labels. */
export function normalizeAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${normalizeDomain(address.slice(at + 1))}`
}

function normalizeDomain(domain: string): string {
  const lower = domain.toLowerCase()
  if (/^[\0-\x7f]*$/.test(lower) || NO_DOMAIN.test(lower)) return lower
  // What IDNA refuses stays as it is: it equals only itself.
  return domainToASCII(lower) || lower
}

/**
 * ASCII that is in no domain. `domainToASCII` reads as a URL does: the host of `a.example/b.example`
 * would be `a.example`, and one with `%61` that with `a`.
 */
const NO_DOMAIN = /[\0-,/:-@[-`{-\x7f]/

function takeAddress(reader: FieldReader, mailboxes: Mailbox[]): void {
  const start = reader.at
  const phrase = takePhrase(reader)
  skipComments(reader)
  if (phrase !== undefined && take(reader, ':')) {
    takeGroup(reader, phrase, mailboxes)
    return
  }
  reader.at = start
  mailboxes.push(takeMailbox(reader))
}

function takeGroup(reader: FieldReader, group: string, mailboxes: Mailbox[]): void {
  skipSeparators(reader)
  while (!take(reader, ';')) {
    if (reader.at >= reader.text.length) throw malformed()
    mailboxes.push({ ...takeMailbox(reader), group })
    skipComments(reader)
    if (peek(reader) !== ',' && peek(reader) !== ';') throw malformed()
    skipSeparators(reader)
  }
}

function takeMailbox(reader: FieldReader): Mailbox {
  const start = reader.at
  const bare = takeAddressSpec(reader)
  if (bare !== undefined) {
    skipComments(reader)
    if (peek(reader) !== '<') return { address: bare }
    throw malformed()
  }
  reader.at = start
  const name = takePhrase(reader)
  skipComments(reader)
  if (!take(reader, '<')) throw malformed()
  skipRoute(reader)
  const address = takeAddressSpec(reader)
  skipComments(reader)
  if (address === undefined || !take(reader, '>')) throw malformed()
  return name === undefined || name === '' ? { address } : { name, address }
}

/** `@a.example,@b.example:` before the address (RFC 5322 section 4.4): read over. */
function skipRoute(reader: FieldReader): void {
  skipComments(reader)
  if (peek(reader) !== '@') return
  const colon = reader.text.indexOf(':', reader.at)
  if (colon < 0 || !/^[@\w.,\- \t]+$/.test(reader.text.slice(reader.at, colon))) throw malformed()
  reader.at = colon + 1
}

/** Words of a display name, joined by spaces. A dot in it is common though obsolete. */
function takePhrase(reader: FieldReader): string | undefined {
  const words: string[] = []
  for (;;) {
    skipComments(reader)
    const quoted = takeQuoted(reader)
    const word = quoted ?? takeAtom(reader) ?? (take(reader, '.') ? '.' : undefined)
    if (word === undefined) break
    words.push(word)
  }
  return words.length === 0 ? undefined : decodeWords(words.join(' ').replaceAll(' .', '.'))
}

/** `local@domain`, or undefined: the reader is then anywhere. */
function takeAddressSpec(reader: FieldReader): string | undefined {
  skipComments(reader)
  const local = takeDotted(reader, () => takeQuotedLocal(reader) ?? takeAtom(reader))
  skipComments(reader)
  if (local === undefined || !take(reader, '@')) return undefined
  skipComments(reader)
  const domain = takeLiteral(reader) ?? takeDotted(reader, () => takeAtom(reader))
  return domain === undefined ? undefined : `${local}@${domain}`
}

/** Words with a dot between each two; comments around the dots are obsolete and refused. */
function takeDotted(reader: FieldReader, word: () => string | undefined): string | undefined {
  const words: string[] = []
  do {
    const next = word()
    if (next === undefined) return undefined
    words.push(next)
  } while (take(reader, '.'))
  return words.join('.')
}

/** A quoted local part, without the quotes if it does not need them. */
function takeQuotedLocal(reader: FieldReader): string | undefined {
  const content = takeQuoted(reader)
  if (content === undefined || /[\x00-\x08\x0a-\x1f\x7f]/.test(content)) return undefined
  const bare = readerOf(content)
  const dotted = takeDotted(bare, () => takeAtom(bare))
  if (dotted !== undefined && bare.at === content.length) return content
  return `"${content.replace(/["\\]/g, '\\$&')}"`
}

/** `[192.0.2.1]` */
function takeLiteral(reader: FieldReader): string | undefined {
  const match = /^\[[!-Z^-~]*\]/.exec(reader.text.slice(reader.at, reader.at + 256))
  if (match === null) return undefined
  reader.at += match[0].length
  return match[0]
}

function skipSeparators(reader: FieldReader): void {
  do skipComments(reader)
  while (take(reader, ','))
}

function malformed(): HubError {
  return new HubError('address.malformed', 'an address has the form name <local@domain>')
}

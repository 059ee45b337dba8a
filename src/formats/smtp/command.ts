/**
 * Commands of SMTP: RFC 5321 section 4.1.1, with the parameters of RFC 1870 (SIZE), 3207 (STARTTLS),
 * 4954 (AUTH), 6152 (8BITMIME) and 6531 (SMTPUTF8).
 */

import { HubError } from '../../base/errors.ts'
import { findLineText, findMailbox, formatMailbox, isDomain, needsSmtpUtf8 } from './path.ts'

/**
 * Octets of a command line with its CRLF. RFC 5321 section 4.5.3.1.4 says 512, and each extension
 * adds to it: AUTH= 500, SIZE 26, SMTPUTF8 10 and BODY 17. Long secrets fit too.
 */
export const COMMAND_LINE_OCTETS = 2048

export type Command =
  | { verb: 'EHLO' | 'HELO'; name: string }
  | { verb: 'MAIL'; from: string; sizeBytes?: number; eightBit: boolean; smtpUtf8: boolean }
  | { verb: 'RCPT'; to: string }
  | { verb: 'AUTH'; mechanism: string; initialResponse?: string }
  | { verb: 'VRFY'; name: string }
  | { verb: 'DATA' | 'RSET' | 'NOOP' | 'QUIT' | 'STARTTLS' | 'HELP' }

/** Known, and left out on purpose: EXPN tells strangers addresses, BDAT and the rest aren't offered. */
const UNSUPPORTED = new Set(['EXPN', 'BDAT', 'ETRN', 'TURN', 'ATRN', 'SEND', 'SOML', 'SAML'])

/**
 * Words that begin a request of HTTP. A page in the browser of someone inside can make it send one
 * here, with SMTP commands as its body: the first line must end that, not be one error of several.
 */
const OTHER_PROTOCOL = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
])

/**
 * Reads one command line, without its CRLF. Addresses come out in one form (see `formatMailbox`);
 * the recipient `<Postmaster>` without a domain comes out as `postmaster`.
 *
 * @throws HubError `smtp.command_unknown`, `smtp.command_unsupported`, `smtp.command_malformed`,
 * `smtp.other_protocol` after which nothing more is to be read,
 * `smtp.sender_malformed`, `smtp.recipient_malformed`, `smtp.parameter_unknown`, `smtp.utf8_required`
 */
export function parseCommand(line: Uint8Array): Command {
  const text = findLineText(line)
  if (text === undefined) throw malformed('commands are ASCII or UTF-8')
  const space = text.indexOf(' ')
  const verb = (space < 0 ? text : text.slice(0, space)).toUpperCase()
  // White space at the end is taken from careless clients: RFC 5321 section 4.1.1.
  const rest = space < 0 ? '' : text.slice(space + 1).trimEnd()
  switch (verb) {
    case 'EHLO':
    case 'HELO':
      return parseHello(verb, rest)
    case 'MAIL':
      return parseMail(rest)
    case 'RCPT':
      return parseRecipient(rest)
    case 'AUTH':
      return parseAuth(rest)
    case 'VRFY':
      if (rest === '') throw malformed('VRFY needs a name')
      return { verb, name: rest }
    case 'NOOP':
    case 'HELP':
      return { verb }
    case 'DATA':
    case 'RSET':
    case 'QUIT':
    case 'STARTTLS':
      if (rest !== '') throw malformed(`${verb} takes no argument`)
      return { verb }
    default:
      if (UNSUPPORTED.has(verb)) throw new HubError('smtp.command_unsupported', `${verb} is known`)
      if (OTHER_PROTOCOL.has(verb)) throw new HubError('smtp.other_protocol', 'this is not SMTP')
      throw new HubError('smtp.command_unknown', 'no such command')
  }
}

/**
 * The name must be printable, and no more: machines call themselves all kinds of things, and it
 * decides nothing. Whether it is a domain is told by `isDomain`.
 */
function parseHello(verb: 'EHLO' | 'HELO', rest: string): Command {
  if (!/^[!-~]{1,255}$/.test(rest) && !isDomain(rest)) throw malformed(`${verb} needs a name`)
  return { verb, name: rest }
}

function parseMail(rest: string): Command {
  const { path, parameters } = splitPath(rest, 'FROM')
  const command: Command = { verb: 'MAIL', from: '', eightBit: false, smtpUtf8: false }
  const seen = new Set<string>()
  for (const parameter of parameters) {
    const [, keyword = '', value] =
      /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?$/.exec(parameter) ?? []
    const name = keyword.toUpperCase()
    if (seen.has(name)) throw malformed(`MAIL has ${name} twice`)
    seen.add(name)
    switch (name) {
      case 'SIZE':
        if (!/^\d{1,20}$/.test(value ?? '')) throw malformed('SIZE is a number of octets')
        command.sizeBytes = Number(value)
        break
      case 'BODY':
        command.eightBit = parseBody(value)
        break
      case 'SMTPUTF8':
        if (value !== undefined) throw malformed('SMTPUTF8 has no value')
        command.smtpUtf8 = true
        break
      case 'AUTH':
        // Who the message is from by another server's word: read and not believed (RFC 4954 5).
        if (value === undefined) throw malformed('AUTH needs a value')
        break
      default:
        throw new HubError('smtp.parameter_unknown', 'MAIL has an unknown parameter')
    }
  }
  const from = path === '' ? '' : mailboxOf(path)
  if (from === undefined) throw new HubError('smtp.sender_malformed', 'the sender is no address')
  if (needsSmtpUtf8(from) && !command.smtpUtf8) throw utf8Required()
  return { ...command, from }
}

function parseBody(value: string | undefined): boolean {
  const body = value?.toUpperCase()
  if (body !== '7BIT' && body !== '8BITMIME') throw malformed('BODY is 7BIT or 8BITMIME')
  return body === '8BITMIME'
}

/** Whether a UTF-8 address may stand here depends on the MAIL before it: the caller asks that. */
function parseRecipient(rest: string): Command {
  const { path, parameters } = splitPath(rest, 'TO')
  if (parameters.length > 0) {
    throw new HubError('smtp.parameter_unknown', 'RCPT has an unknown parameter')
  }
  if (path.toLowerCase() === 'postmaster') return { verb: 'RCPT', to: 'postmaster' }
  const to = mailboxOf(path)
  if (to === undefined)
    throw new HubError('smtp.recipient_malformed', 'the recipient is no address')
  return { verb: 'RCPT', to }
}

/**
 * Takes `FROM:<path> parameters` apart. Blanks after the colon are taken from careless clients; a
 * path without angle brackets is not.
 */
function splitPath(rest: string, keyword: 'FROM' | 'TO'): { path: string; parameters: string[] } {
  const colon = rest.indexOf(':')
  if (rest.slice(0, colon).toUpperCase() !== keyword) throw malformed(`expected ${keyword}:<…>`)
  const text = rest.slice(colon + 1).trimStart()
  const end = endOfPath(text)
  if (end === undefined) throw malformed(`expected ${keyword}:<…>`)
  const after = text.slice(end + 1)
  if (after !== '' && !after.startsWith(' ')) throw malformed('a path ends with its bracket')
  return { path: text.slice(1, end), parameters: after.split(' ').filter((word) => word !== '') }
}

/** Where the `>` stands; one inside a quoted local part does not count. */
function endOfPath(text: string): number | undefined {
  if (!text.startsWith('<')) return undefined
  let quoted = false
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at]
    if (quoted && character === '\\') at += 1
    else if (character === '"') quoted = !quoted
    else if (character === '>' && !quoted) return at
  }
  return undefined
}

/** A source route before the address must be taken and should be ignored: RFC 5321 appendix C. */
function mailboxOf(path: string): string | undefined {
  const route = /^(@[^:"]*):(.*)$/su.exec(path)
  if (route !== null) {
    const [, domains = '', address = ''] = route
    const isRoute = domains.split(',').every((at) => at.startsWith('@') && isDomain(at.slice(1)))
    return isRoute ? mailboxOf(address.startsWith('@') ? '' : address) : undefined
  }
  const mailbox = findMailbox(path)
  return mailbox === undefined ? undefined : formatMailbox(mailbox)
}

function parseAuth(rest: string): Command {
  const [, mechanism, initial] =
    /^([A-Za-z0-9_-]{1,20})(?: ([A-Za-z0-9+/]*={0,2}))?$/.exec(rest) ?? []
  if (mechanism === undefined) throw malformed('AUTH needs a mechanism')
  const command: Command = { verb: 'AUTH', mechanism: mechanism.toUpperCase() }
  // A lone "=" is the empty response: RFC 4954 section 4.
  return initial === undefined
    ? command
    : { ...command, initialResponse: initial === '=' ? '' : initial }
}

function malformed(message: string): HubError {
  return new HubError('smtp.command_malformed', message)
}

function utf8Required(): HubError {
  return new HubError('smtp.utf8_required', 'a UTF-8 address needs SMTPUTF8')
}

import { HubError } from '../base/errors.ts'
import { RELAY_TLS, type RelayAddress } from '../db/tables/organization.ts'

/** Where mail servers take mail from each other (RFC 5321 section 4.5.4.2). */
const SMTP_PORT = 25

/** Where they take it over TLS from the first byte (RFC 8314 section 3.3). */
const SUBMISSIONS_PORT = 465

/**
 * Reads the address of a mail server as an operator writes it:
 * `smtp://HOST[:PORT][?tls=none|opportunistic|required|implicit]`. Without a word about TLS it is
 * used where the server offers it, except on port 465, where it is implicit. User and password do
 * not belong here: the address is shown, and secrets come from files.
 *
 * @throws HubError `relay.malformed`
 */
export function parseRelayUrl(text: string): RelayAddress {
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'smtp:' || url.hostname === '' || !isBare(url.pathname)) {
    throw malformed('a relay is written smtp://HOST:PORT?tls=required')
  }
  if (url.username !== '' || url.password !== '') {
    throw malformed('user and password of a relay are not part of its address')
  }
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'tls')
  if (unknown.length > 0 || url.hash !== '' || url.searchParams.getAll('tls').length > 1) {
    throw malformed(`of a relay's address only tls can be chosen, once`)
  }
  const port = url.port === '' ? SMTP_PORT : Number(url.port)
  const asked =
    url.searchParams.get('tls') ?? (port === SUBMISSIONS_PORT ? 'implicit' : 'opportunistic')
  const tls = RELAY_TLS.find((each) => each === asked)
  if (tls === undefined) throw malformed(`tls of a relay is one of ${RELAY_TLS.join(', ')}`)
  if (port === 0) throw malformed('a port is a number from 1 to 65535')
  // The brackets of an IPv6 address belong to the URL.
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, tls }
}

function isBare(path: string): boolean {
  return path === '' || path === '/'
}

function malformed(message: string): HubError {
  return new HubError('relay.malformed', message)
}

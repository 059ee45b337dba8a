/** The trace field (RFC 5321 section 4.4). */

import { formatDate } from '../formats/mime/compose.ts'
import type { Arrival } from './submission.ts'

/**
 * `Received: from hello (address) by host with ESMTPSA id …; date`. It has no `for` clause, which
 * would tell one recipient of another.
 */
export function receivedField(arrival: Arrival, hostName: string): string {
  const { client, id, at } = arrival
  const from =
    arrival.via === 'hub'
      ? ''
      : `from ${word(client.hello ?? 'unknown')} ([${word(client.address)}])\r\n\t`
  const tls = client.tls === undefined ? '' : ` (${client.tls.replace(/[^\w. -]/g, '')})`
  return (
    `Received: ${from}by ${word(hostName)} (Sealpost) with ${protocol(arrival)}${tls}\r\n` +
    `\tid ${id}; ${formatDate(at)}\r\n`
  )
}

/** RFC 3848, and RFC 6531 section 4.3 for mail with SMTPUTF8. */
function protocol({ via, client, smtpUtf8 }: Arrival): string {
  if (via === 'hub') return 'local'
  if (via === 'api') return client.tls === undefined ? 'HTTP' : 'HTTPS'
  const secured = client.tls === undefined ? '' : 'S'
  const authenticated = client.credential === undefined ? '' : 'A'
  return `${smtpUtf8 ? 'UTF8SMTP' : 'ESMTP'}${secured}${authenticated}`
}

/** What a client calls itself is anything; a trace field is not. */
function word(text: string): string {
  const safe = text.slice(0, 255).replace(/[^\w.:-]/g, '')
  return safe === '' ? 'unknown' : safe
}

/** Where mail is handed on to by SMTP, and within which limits. */

export interface SmtpRoute {
  host: string
  port: number
  tls: RouteTls
  /** Log-in, when the server asks for one. */
  user?: string
  password?: string
  /** PEM of the roots to trust in place of the usual ones. */
  ca?: string
  /** What we call ourselves in EHLO: a domain name or an address literal. */
  helloName: string
}

/**
 * How a route is encrypted.
 *
 * - `none`: never.
 * - `opportunistic`: by STARTTLS if the server offers it, whatever its certificate; in clear only if
 *   it does not. An offer that then fails is not answered by sending in clear: the message waits.
 * - `required`: by STARTTLS, with a certificate that is trusted and names the host; else it waits.
 * - `implicit`: TLS from the first byte, verified like `required`.
 */
export type RouteTls = 'none' | 'opportunistic' | 'required' | 'implicit'

export interface SmtpClientLimits {
  /** Connections to one route at once. */
  connections: number
  /** Messages on one connection, after which it is closed; servers have limits of their own. */
  messagesPerConnection: number
  /** A connection without work is closed after this; servers keep them for 5 minutes. */
  idleMs: number
  connectMs: number
  handshakeMs: number
  /** The following are RFC 5321 section 4.5.3.2. */
  greetingMs: number
  commandMs: number
  dataMs: number
  contentBlockMs: number
  finalDotMs: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

export const SMTP_CLIENT_LIMITS: SmtpClientLimits = {
  connections: 20,
  messagesPerConnection: 200,
  idleMs: 20 * SECOND_MS,
  connectMs: 30 * SECOND_MS,
  handshakeMs: 30 * SECOND_MS,
  greetingMs: 5 * MINUTE_MS,
  commandMs: 5 * MINUTE_MS,
  dataMs: 2 * MINUTE_MS,
  contentBlockMs: 3 * MINUTE_MS,
  finalDotMs: 10 * MINUTE_MS,
}

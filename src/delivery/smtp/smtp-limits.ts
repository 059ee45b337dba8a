/** How much a mail server may ask of us, and how long it may take. */

export interface SmtpClientLimits {
  /** Connections to one route at once. */
  readonly connections: number
  /** Messages on one connection, after which it is closed; servers have limits of their own. */
  readonly messagesPerConnection: number
  /** A connection without work is closed after this; servers keep them for 5 minutes. */
  readonly idleMs: number
  /** Finding the addresses of the name. */
  readonly lookUpMs: number
  readonly connectMs: number
  readonly handshakeMs: number
  /** The following are RFC 5321 section 4.5.3.2. */
  readonly greetingMs: number
  readonly commandMs: number
  readonly dataMs: number
  readonly contentBlockMs: number
  readonly finalDotMs: number
  /** One attempt in all, from the first byte to the last reply; waiting for a connection is not in it. */
  readonly attemptMs: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

export const SMTP_CLIENT_LIMITS: SmtpClientLimits = {
  connections: 20,
  messagesPerConnection: 200,
  idleMs: 20 * SECOND_MS,
  lookUpMs: 30 * SECOND_MS,
  connectMs: 30 * SECOND_MS,
  handshakeMs: 30 * SECOND_MS,
  greetingMs: 5 * MINUTE_MS,
  commandMs: 5 * MINUTE_MS,
  dataMs: 2 * MINUTE_MS,
  contentBlockMs: 3 * MINUTE_MS,
  finalDotMs: 10 * MINUTE_MS,
  attemptMs: 30 * MINUTE_MS,
}

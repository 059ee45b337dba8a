/** What a stranger can make long, slow or many at an SMTP listener. Tests hand in smaller ones. */
export interface SmtpLimits {
  /** Open connections, together. Each costs some 50 KB and a descriptor. */
  readonly connections: number
  /** Open connections from one address: a busy application server has a pool of 20 to 50. */
  readonly connectionsPerAddress: number
  /** Recipients of a message; RFC 5321 section 4.5.3.1.8 asks for 100 at least. */
  readonly recipients: number
  /** Commands refused on a connection before it is closed. */
  readonly errors: number
  /** Log-ins that fail on a connection before it is closed. */
  readonly failedLogins: number
  /** Memory for content being received, of all connections together. */
  readonly contentBytes: number
  /** For a command to be whole; RFC 5321 section 4.5.3.2.7 asks for five minutes. */
  readonly commandTimeoutMs: number
  /** For a client to log in, or to leave when it is no known relay, counted from the connection. */
  readonly loginTimeoutMs: number
  /** For the next bytes of content, and for a client to take what it was answered. */
  readonly stallTimeoutMs: number
  /** For the content of one message, however steadily it drips. */
  readonly contentTimeoutMs: number
  /** For a TLS handshake. */
  readonly handshakeTimeoutMs: number
  /** For a connection; over it, the next command is answered 421. */
  readonly connectionTimeoutMs: number
  /** For a client to close its side once we have said the last word. */
  readonly lingerTimeoutMs: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

export const SMTP_LIMITS: SmtpLimits = {
  connections: 1000,
  connectionsPerAddress: 100,
  recipients: 1000,
  errors: 20,
  failedLogins: 3,
  contentBytes: 512 * 1024 * 1024,
  commandTimeoutMs: 5 * MINUTE_MS,
  loginTimeoutMs: 2 * MINUTE_MS,
  stallTimeoutMs: 5 * MINUTE_MS,
  contentTimeoutMs: 30 * MINUTE_MS,
  handshakeTimeoutMs: 30 * SECOND_MS,
  connectionTimeoutMs: 4 * 60 * MINUTE_MS,
  lingerTimeoutMs: 5 * SECOND_MS,
}

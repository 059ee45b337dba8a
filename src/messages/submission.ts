import type { Way } from '../rules/facts.ts'

/** A message as it is handed to the hub, whichever way it came. */
export interface Submission {
  /** The address mail is returned to: `local@domain`, or empty for the null return path. */
  readonly envelopeFrom: string
  /** Whom it is for: `local@domain`, at least one, none twice. */
  readonly recipients: readonly string[]
  /** The whole message: every line ends with CRLF, dots unstuffed, no NUL, no bare CR or LF. */
  readonly content: Uint8Array
  /** The sender asked for SMTPUTF8 (RFC 6531): addresses or header fields may hold UTF-8. */
  readonly smtpUtf8: boolean
  readonly via: Exclude<Way, 'hub'>
  readonly client: SubmittingClient
  /** The caller's own name for this request (HTTP `Idempotency-Key`): one message for each. */
  readonly idempotencyKey?: string
  /** SHA-256 in hex of the request as it came; a repeated key with another digest is refused. */
  readonly requestDigest?: string
}

/** What is known of who handed a message over: the facts of a Received header field. */
export interface SubmittingClient {
  /** IP address, IPv4 in its own form also when it came over an IPv6 socket. */
  address: string
  /** What it called itself in EHLO or HELO; unverified. */
  hello?: string
  /** Protocol and cipher, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`; absent in clear. */
  tls?: string
  /** The credential it proved to have. */
  credential?: string
}

/** A message on its way in; `hub` is what the hub itself writes. */
export interface Arrival {
  readonly id: string
  readonly at: Date
  readonly content: Uint8Array
  readonly smtpUtf8: boolean
  readonly via: Way
  readonly client: SubmittingClient
}

/** What became of one attempt to hand a message to a mail server. Outcomes are values. */

/** A server's reply: RFC 5321 section 4.2. */
export interface SmtpReply {
  /** 200 to 559. */
  readonly code: number
  /** Enhanced status (RFC 3463) such as `5.1.1`, when the server gave one. */
  readonly status?: string
  /** The lines' texts, without codes, joined by a line feed. */
  readonly text: string
}

export type RecipientResult =
  { recipient: string; is: 'delivered'; status: string; reply: SmtpReply } | Undelivered

/** Not delivered in this attempt: `deferred` may work later, `failed` will not. */
export interface Undelivered {
  readonly recipient: string
  readonly is: 'deferred' | 'failed'
  /** RFC 3463 status: the server's, or ours when it gave none. */
  readonly status: string
  /** In words, for the timeline and the DSN's diagnostic. */
  readonly because: string
  /** Absent when it did not come to a reply. */
  readonly reply?: SmtpReply
  /** The server asked not to be tried again before this time is over. */
  readonly retryAfterMs?: number
  /**
   * The connection was lost after the final dot and before its reply: the server may have taken the
   * message. Sending it again may make a duplicate, not sending it may lose it.
   */
  readonly ambiguous?: true
}

/** One line of the dialogue. Message content and secrets are elided. */
export interface DialogueLine {
  readonly at: Date
  readonly by: 'client' | 'server' | 'transport'
  readonly text: string
}

export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string
  readonly cipher: string
  /** The certificate chained to a trusted root and named the host. */
  readonly verified: boolean
  /** Why it is not verified. */
  readonly because?: string
  /** What had to be right, was wrong, and was taken because the route says so. */
  readonly accepted?: readonly ('invalid-certificate' | 'wrong-host-name')[]
  /** Subject of the server's certificate, when it showed one. */
  readonly peer?: string
  readonly issuer?: string
  /** Hosts that the certificate names; the first few of many. */
  readonly names?: readonly string[]
  /** ISO 8601. */
  readonly validFrom?: string
  readonly validUntil?: string
}

export interface DeliveryReport {
  /** One for each recipient asked for, in that order. */
  readonly recipients: readonly RecipientResult[]
  /** With the connection's opening when this attempt opened it. */
  readonly dialogue: readonly DialogueLine[]
  /** Absent when the message travelled, or would have travelled, in clear. */
  readonly tls?: TlsFacts
}

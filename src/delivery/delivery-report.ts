/** What became of one attempt to hand a message to a mail server. Outcomes are values. */

/** A server's reply: RFC 5321 section 4.2. */
export interface SmtpReply {
  /** 200 to 559. */
  code: number
  /** Enhanced status (RFC 3463) such as `5.1.1`, when the server gave one. */
  status?: string
  /** The lines' texts, without codes, joined by a line feed. */
  text: string
}

export type RecipientResult =
  { recipient: string; is: 'delivered'; status: string; reply: SmtpReply } | Undelivered

/** Not delivered in this attempt: `deferred` may work later, `failed` will not. */
export interface Undelivered {
  recipient: string
  is: 'deferred' | 'failed'
  /** RFC 3463 status: the server's, or ours when it gave none. */
  status: string
  /** In words, for the timeline and the DSN's diagnostic. */
  because: string
  /** Absent when it did not come to a reply. */
  reply?: SmtpReply
  /**
   * The connection was lost after the final dot and before its reply: the server may have taken the
   * message. Sending it again may make a duplicate, not sending it may lose it.
   */
  ambiguous?: true
}

/** One line of the dialogue. Message content and secrets are elided. */
export interface DialogueLine {
  at: Date
  by: 'client' | 'server' | 'transport'
  text: string
}

export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  protocol: string
  cipher: string
  /** The certificate chained to a trusted root and named the host. */
  verified: boolean
  /** Why it is not verified. */
  because?: string
  /** Subject of the server's certificate, when it showed one. */
  peer?: string
}

export interface DeliveryReport {
  /** One for each recipient asked for, in that order. */
  recipients: readonly RecipientResult[]
  /** With the connection's opening when this attempt opened it. */
  dialogue: readonly DialogueLine[]
  /** Absent when the message travelled, or would have travelled, in clear. */
  tls?: TlsFacts
}

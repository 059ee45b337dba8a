import type { SecureContext } from 'node:tls'
import type { ContentBudget } from './content-collector.ts'
import type { SmtpLimits } from './smtp-limits.ts'

/** What an SMTP server is made with; all but the kind, names and the size limit may be left out. */
export interface SmtpServerOptions {
  readonly kind: 'submission' | 'relay'
  /** What the server calls itself in its greeting. */
  readonly hostname: string
  /** Address to listen on, such as `127.0.0.1` or `::`. */
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Largest content taken. Read anew for each message, so it may be a getter. */
  readonly maxMessageBytes: number
  /** Without it no TLS is offered, and log-in works from loopback only. */
  readonly tls?: TlsMaterial
  /** TLS from the first byte (RFC 8314) in place of STARTTLS. Needs `tls`. */
  readonly implicitTls?: boolean
  /**
   * Log-in and mail in clear from this machine itself, where no wire can be listened to. To be false
   * behind a proxy that makes strangers look local. Default true.
   */
  readonly trustLoopback?: boolean
  readonly limits?: Partial<SmtpLimits>
}

/** A certificate with the chain above it, and its key. */
export interface TlsMaterial {
  readonly certificatePem: string
  readonly keyPem: string
}

/** What sessions see of their listener. */
export interface Listener {
  readonly options: SmtpServerOptions
  readonly limits: SmtpLimits
  /** Memory for content being received. */
  readonly budget: ContentBudget
  /** Changes when the certificate is renewed; undefined when TLS is not offered. */
  tls: SecureContext | undefined
}

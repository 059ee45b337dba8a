/** How mail leaves: the way that the organisation's mail configuration names, with its secrets. */

import type { RelayTls } from '../db/tables/organization.ts'
import type { SmtpClientLimits } from './smtp/smtp-limits.ts'

export type MailRoute = SmtpMailRoute | GraphMailRoute

/** Through a mail server. */
export interface SmtpMailRoute extends SmtpRoute {
  readonly is: 'smtp'
  /** Limits that are not the usual ones. */
  readonly limits?: Partial<SmtpClientLimits>
}

/** A mail server, and how it is spoken to. */
export interface SmtpRoute {
  readonly host: string
  readonly port: number
  readonly tls: RelayTls
  /** How to log in, when the server asks for it. */
  readonly login?: SmtpLogin
  /** PEM of the roots to trust in place of the usual ones. */
  readonly ca?: string
  /** What we show when the server asks who we are. */
  readonly clientCertificate?: { readonly certificatePem: string; readonly keyPem: string }
  /**
   * On `required` and `implicit` routes: a certificate is taken whoever issued it and whenever it
   * ended. It still has to name the host.
   */
  readonly acceptInvalidCertificate?: boolean
  /** On `required` and `implicit` routes: a trusted certificate is taken whatever host it names. */
  readonly acceptWrongHostName?: boolean
  /** What we call ourselves in EHLO: a domain name or an address literal. */
  readonly helloName: string
}

export type SmtpLogin =
  | { readonly by: 'password'; readonly user: string; readonly password: string }
  /** `user` is the mailbox. */
  | { readonly by: 'xoauth2'; readonly user: string; readonly source: TokenSource }

/** Through Microsoft Graph: `POST /users/{sender}/sendMail`. */
export interface GraphMailRoute {
  readonly is: 'graph'
  /** The mailbox that mail is sent from: its user principal name or id. */
  readonly sender: string
  /** Origin of Graph, by default `https://graph.microsoft.com`; national clouds have others. */
  readonly graph?: string
  readonly source: MicrosoftTokenSource
  /** PEM of the roots to trust in place of the usual ones, for Graph; the source has its own. */
  readonly ca?: string
  readonly limits?: Partial<GraphLimits>
}

export interface GraphLimits {
  /** One request, with its answer. */
  readonly requestMs: number
  /** One attempt: waiting for a turn, token, request and, after a 401, both once more. */
  readonly attemptMs: number
}

/** Where access tokens come from. */
export type TokenSource = MicrosoftTokenSource | GoogleTokenSource | RefreshTokenSource

/** Client credentials of the Microsoft identity platform. */
export interface MicrosoftTokenSource {
  readonly is: 'microsoft'
  /** Origin, by default `https://login.microsoftonline.com`; national clouds have others. */
  readonly authority?: string
  /** Directory ID or a domain of the tenant. */
  readonly tenant: string
  /** Application ID. */
  readonly clientId: string
  readonly clientSecret: string
  /** PEM of the roots that the token end point is verified by, in place of the usual ones. */
  readonly ca?: string
  /** For Graph over `https://graph.microsoft.com/.default`, for SMTP that of Exchange: by the route. */
  readonly scope?: string
}

/** A Google service account with domain-wide delegation: RFC 7523. */
export interface GoogleTokenSource {
  readonly is: 'google-service-account'
  /** By default `https://oauth2.googleapis.com/token`. */
  readonly tokenUrl?: string
  readonly clientEmail: string
  /** PKCS#8 or PKCS#1 PEM, RSA. */
  readonly privateKeyPem: string
  /** The mailbox to act for; by default the route's user. */
  readonly subject?: string
  readonly ca?: string
  /** By default `https://mail.google.com/`. */
  readonly scope?: string
}

/** A refresh token of any provider: RFC 6749 section 6. */
export interface RefreshTokenSource {
  readonly is: 'refresh-token'
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly refreshToken: string
  readonly ca?: string
  readonly scope?: string
}

/** Where the tokens of a mail server's log-in come from, if it has such. */
export function tokenSourceOf({ login }: SmtpRoute): TokenSource | undefined {
  if (login?.by !== 'xoauth2') return undefined
  const { source, user } = login
  if (source.is !== 'google-service-account') return source
  return { ...source, subject: source.subject ?? user }
}

/** Where the tokens for Graph come from. */
export function graphTokenSource({ source, graph, ca }: GraphMailRoute): MicrosoftTokenSource {
  const scope = source.scope ?? `${graphOrigin(graph)}/.default`
  return { ...source, scope, ...(ca === undefined ? {} : { ca: source.ca ?? ca }) }
}

/** Graph as it is asked, without a slash at its end. */
export function graphOrigin(graph = 'https://graph.microsoft.com'): string {
  return graph.replace(/\/+$/, '')
}

/** What a way out asks of messages before they are protected. */
export interface TransportTraits {
  /** How content is encrypted for it. */
  readonly cipher: 'aes-256-gcm' | 'aes-256-cbc'
  /** The largest message as it travels, in bytes; absent when only the server knows. */
  readonly maxMessageBytes?: number
}

/** What messages are made for when they leave by this route. */
export function traitsOf(route: MailRoute | undefined): TransportTraits {
  return route?.is === 'graph' ? GRAPH_TRAITS : SMTP_TRAITS
}

/** RFC 8551 section 2.7.1.2: for recipients whose capabilities are not known. */
const SMTP_TRAITS: TransportTraits = { cipher: 'aes-256-gcm' }

/**
 * Graph takes requests of 4 MB, and a message is in one as base64. Content that Exchange reads on
 * its way is better known to be `enveloped-data`: AES-256-CBC.
 */
const GRAPH_TRAITS: TransportTraits = { cipher: 'aes-256-cbc', maxMessageBytes: 3_000_000 }

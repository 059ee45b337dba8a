import type { ColumnType, Generated } from 'kysely'

export interface OrganizationTables {
  /** One row at most. None: the hub is not set up yet. */
  organization: OrganizationTable
  /** One-time links by which a new hub is set up in the browser. */
  setupLink: SetupLinkTable
}

/**
 * What the organisation wants when a message could be encrypted to some of its recipients only.
 *
 * - `all-or-refuse`: every recipient has a usable certificate, else the message is refused.
 * - `each-or-bounce`: those with a certificate get it encrypted, the rest bounce to the sender.
 * - `all-or-clear`: encrypted when everyone can read it, else signed only.
 * - `each-or-clear`: encrypted to those who can read it, in clear to the rest. The same content then
 *   travels at two strengths, which RFC 8551 section 6 advises against: the decision is flagged.
 * - `never`: signed only.
 */
export type EncryptionOutcome = (typeof ENCRYPTION_OUTCOMES)[number]

export const ENCRYPTION_OUTCOMES = [
  'all-or-refuse',
  'each-or-bounce',
  'all-or-clear',
  'each-or-clear',
  'never',
] as const

/**
 * How the connection to a relay is encrypted.
 *
 * - `none`: never.
 * - `opportunistic`: by STARTTLS if the server offers it, whatever its certificate; in clear only if
 *   it does not. An offer that then fails is not answered by sending in clear: the message waits.
 * - `required`: by STARTTLS, with a certificate that is trusted and names the host; else it waits.
 * - `implicit`: TLS from the first byte, verified like `required`.
 */
export type RelayTls = (typeof RELAY_TLS)[number]

export const RELAY_TLS = ['none', 'opportunistic', 'required', 'implicit'] as const

/** The mail server that everything leaves through; its user and password are sealed apart. */
export interface RelayAddress {
  readonly host: string
  readonly port: number
  readonly tls: RelayTls
}

export interface OrganizationTable {
  /** Always true, and the key: there is one organisation. */
  onlyOne: Generated<boolean>
  name: string
  /** In lower case, sorted. */
  domains: string[]
  /** Of hubs before the policy `mail`, which adopts these three once: JSON. */
  relay: ColumnType<RelayAddress | null, string | null, string | null>
  /** `{ user, password }`, sealed for the purpose `organization:relay`. */
  relayLogin: Buffer | null
  /** PEM of the roots that the relay's certificate is verified by; null for the usual ones. */
  relayRoots: string | null
  encryptionOutcome: EncryptionOutcome
  retentionDays: number
  /** Networks in CIDR form whose mail servers may hand mail over without logging in. */
  knownRelays: string[]
  sizeLimitBytes: number
  createdAt: Date
  changedAt: Date
}

export interface SetupLinkTable {
  /** SHA-256 of the token's text. */
  tokenHash: Buffer
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

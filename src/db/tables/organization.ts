import { type ColumnType, type Generated } from 'kysely'

export interface OrganizationTables {
  /** One row at most. None: the hub is not set up yet. */
  organization: OrganizationTable
  /** One-time links by which a new hub is set up in the browser. */
  setupLink: SetupLinkTable
}

/** What becomes of mail some of whose recipients have no usable certificate. */
export type EncryptionOutcome =
  'all-or-refuse' | 'each-or-bounce' | 'all-or-clear' | 'each-or-clear' | 'never'

/** The mail server that everything leaves through; its user and password are sealed apart. */
export interface RelayAddress {
  readonly host: string
  readonly port: number
  readonly tls: 'none' | 'opportunistic' | 'required' | 'implicit'
}

export interface OrganizationTable {
  /** Always true, and the key: there is one organisation. */
  onlyOne: Generated<boolean>
  name: string
  /** In lower case, sorted. */
  domains: string[]
  /** JSON; null until there is one. */
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

import type { Generated } from 'kysely'

export interface AccountTables {
  /** Somebody of the organisation, or a role mailbox: whoever sends and receives mail here. */
  person: PersonTable
  /** A program that may submit mail. */
  credential: CredentialTable
  /** Somebody who may log in to the hub itself. */
  account: AccountTable
}

export interface PersonTable {
  id: Generated<string>
  /** As written, with the domain in lower case. */
  address: string
  /** The whole address in lower case: what is looked up. Unique. */
  addressKey: string
  name: string
  createdAt: Date
}

export interface CredentialTable {
  id: Generated<string>
  /** For people: which program it is for. Unique among those not revoked. */
  name: string
  /** For the program. Unique for ever. */
  userName: string
  /** SHA-256 of the secret's text. */
  secretHash: Buffer
  createdAt: Date
  revokedAt: Date | null
}

export interface AccountTable {
  id: Generated<string>
  address: string
  /** The whole address in lower case. Unique. */
  addressKey: string
  /** argon2id, as a PHC string. */
  passwordHash: string
  role: 'administrator'
  createdAt: Date
}

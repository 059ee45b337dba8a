import type { Generated } from 'kysely'
import type { Permission, Role } from '../../contract/permissions.ts'

export interface AccountTables {
  /** Somebody of the organisation, or a role mailbox: whoever sends and receives mail here. */
  person: PersonTable
  /** A program that may submit mail. */
  credential: CredentialTable
  /** Somebody who may log in to the hub itself. */
  account: AccountTable
  /** Wrong passwords and the like, by what was tried. */
  signInFailure: SignInFailureTable
  session: SessionTable
  /** Where an account has signed in from. */
  accountPlace: AccountPlaceTable
  /** One-time links to an account. */
  accountLink: AccountLinkTable
  /** By which programs act for an account. */
  apiToken: ApiTokenTable
}

export interface PersonTable {
  id: Generated<string>
  /** As written, with the domain in lower case. */
  address: string
  /** The whole address in lower case: what is looked up. Unique. */
  addressKey: string
  name: string
  /** Of the mail that the hub writes to them, and of its pages. */
  language: Generated<'en' | 'fr' | 'ko'>
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
  /** Whose it is; address, name and language are the person's. Unique. */
  personId: string
  /** argon2id, as a PHC string; null while invited, or when somebody signs in elsewhere only. */
  passwordHash: string | null
  passwordChangedAt: Date | null
  /** Without `person`, which everybody is. */
  roles: Role[]
  status: 'invited' | 'active' | 'disabled'
  createdAt: Date
  lastSignInAt: Date | null
}

export interface SignInFailureTable {
  /** SHA-256 of what was tried, such as the password of an address; see `accounts/sign-in/lock-out.ts`. */
  subjectHash: Buffer
  /** Tries since the last right one. */
  count: number
  lastAt: Date
  lockedUntil: Date | null
}

export interface SessionTable {
  id: Generated<string>
  /** SHA-256 of the token's text. */
  tokenHash: Buffer
  accountId: string
  state: 'signed-in' | 'needs-second-factor'
  createdAt: Date
  lastSeenAt: Date
  /** Of the two ends the earlier: a while after it was last used, and `endsAt`. */
  expiresAt: Date
  endsAt: Date
  /** When its owner last gave a password, a passkey or the like. */
  authenticatedAt: Date
  /** Of the network. */
  address: string
  userAgent: string
  method: 'password' | 'passkey' | 'openid'
  secondFactor: 'totp' | 'passkey' | 'recovery-code' | null
}

export interface AccountPlaceTable {
  accountId: string
  /** SHA-256 of network address and browser. */
  placeHash: Buffer
  seenAt: Date
}

export interface AccountLinkTable {
  /** SHA-256 of the token's text. */
  tokenHash: Buffer
  accountId: string
  purpose: 'invitation' | 'password-reset'
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
}

export interface ApiTokenTable {
  /** The part of the token that is no secret. */
  id: string
  accountId: string
  name: string
  /** SHA-256 of the secret part's text. */
  secretHash: Buffer
  scopes: Permission[]
  createdAt: Date
  lastUsedAt: Date | null
  expiresAt: Date | null
  revokedAt: Date | null
}

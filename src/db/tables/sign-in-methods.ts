import type { Generated } from 'kysely'

export interface SignInMethodTables {
  /** One-time codes by time: one secret for an account at most. */
  totp: TotpTable
  recoveryCode: RecoveryCodeTable
  passkey: PasskeyTable
  /** What a browser was asked to sign. A row is taken once. */
  passkeyChallenge: PasskeyChallengeTable
  /** Sign-ins that are at the provider now. A row is taken once. */
  openidSignIn: OpenidSignInTable
  /** Whom a provider knows as what account of ours. */
  openidIdentity: OpenidIdentityTable
}

export interface TotpTable {
  accountId: string
  /** Sealed for the purpose `totp:ACCOUNT`. */
  sealedSecret: Buffer
  createdAt: Date
  /** Null until a code proved that the application has it; only then it counts. */
  confirmedAt: Date | null
  /** Of the last code that was taken: older ones and itself are not taken again. */
  lastStep: number | null
  lastUsedAt: Date | null
}

export interface RecoveryCodeTable {
  accountId: string
  /** SHA-256 of the code in its plain form. */
  codeHash: Buffer
  createdAt: Date
  usedAt: Date | null
}

export interface PasskeyTable {
  id: Generated<string>
  accountId: string
  /** The authenticator's name for it. Unique. */
  credentialId: Buffer
  /** COSE key. */
  publicKey: Buffer
  /** Of signatures, as the authenticator counts them; 0 from those that do not. */
  counter: number
  transports: string[]
  /** The authenticator copies it to other devices. */
  isSynced: boolean
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

export type ChallengePurpose = 'register' | 'sign-in' | 'second-factor'

export interface PasskeyChallengeTable {
  /** SHA-256 of the challenge's base64url text. */
  challengeHash: Buffer
  purpose: ChallengePurpose
  /** Null for `sign-in`: nobody is known yet. */
  accountId: string | null
  expiresAt: Date
}

export interface OpenidSignInTable {
  /** SHA-256 of the state's text. */
  stateHash: Buffer
  /** SHA-256 of the text in the browser's cookie. */
  browserHash: Buffer
  issuer: string
  nonce: string
  /** The PKCE verifier, sealed for the purpose `openid-sign-in:HEX OF STATE HASH`. */
  sealedVerifier: Buffer
  expiresAt: Date
}

export interface OpenidIdentityTable {
  issuer: string
  subject: string
  accountId: string
  createdAt: Date
  lastUsedAt: Date
}

/**
 * What accounts have to tell their owners, by mail. Who writes that mail comes later in the order of
 * folders and is handed in: `notifications/` by way of `hub.ts`.
 *
 * A notice is called by a job (`account-jobs.ts`), so it may come twice, and is tried again when it
 * throws. Links are whole and work once; nothing else in a notice is secret.
 */

import type { Language } from '../contract/session.ts'

/** Whom a notice is for. */
export interface NoticeReader {
  readonly accountId: string
  readonly address: string
  readonly name: string
  readonly language: Language
}

/** What changed of an account's password, as its owner is told. */
export const PASSWORD_CHANGES = ['password-changed', 'password-reset'] as const

/** The same, of all else. */
export const OTHER_CHANGES = [
  'second-factor-added',
  'second-factor-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'sign-in-linked',
  'roles-changed',
  'api-token-made',
] as const

export const ACCOUNT_CHANGES = [...PASSWORD_CHANGES, ...OTHER_CHANGES] as const

export type AccountChange = (typeof ACCOUNT_CHANGES)[number]

/** Where something was done from. */
export interface NoticePlace {
  /** Of the network. */
  readonly address: string
  readonly userAgent: string
}

export interface AccountNotices {
  passwordReset(to: NoticeReader, facts: { link: string; expiresAt: Date }): Promise<void>
  /** `by` is the name of whoever invites. */
  invitation(to: NoticeReader, facts: { link: string; expiresAt: Date; by: string }): Promise<void>
  /** Too many wrong passwords; `place` is that of the last. */
  lockedOut(to: NoticeReader, facts: { at: Date; until: Date; place: NoticePlace }): Promise<void>
  /** Signed in from where they never did before. */
  newSignIn(to: NoticeReader, facts: { at: Date; place: NoticePlace }): Promise<void>
  /** Something that whoever did not do it should know; `what` names it. */
  accountChanged(
    to: NoticeReader,
    facts: { what: AccountChange; at: Date; place: NoticePlace | undefined },
  ): Promise<void>
}

/** Signing in and out, the sessions of an account, and the ways back in by mail. */

import { z } from 'zod'
import { PERMISSIONS, ROLES } from './permissions.ts'

/** What the hub speaks: its pages, its mail. */
export const LANGUAGES = ['en', 'fr', 'ko'] as const
export const Language = z.enum(LANGUAGES)
export type Language = z.infer<typeof Language>

/** Longer is nobody's; what is entered is checked where it is used. */
export const EnteredAddress = z.string().min(1).max(320)
export const EnteredPassword = z.string().min(1).max(1024)
export const EnteredName = z.string().min(1).max(200)
const token = z.string().min(1).max(200)
const moment = z.iso.datetime()

/**
 * Pages that one-time links of mails lead to. The token follows as a fragment (`#token`), which
 * browsers keep to themselves: no log of a proxy has it.
 */
export const LINK_PAGES = { passwordReset: '/password-reset', invitation: '/invitation' } as const

/**
 * How far somebody has come. With `needs-second-factor` nothing can be done but to give it, within
 * ten minutes; with `needs-enrolment`, who is signed in can do nothing but enrol one, which the
 * sign-in settings ask of them.
 */
export const SessionState = z.enum([
  'signed-out',
  'needs-second-factor',
  'needs-enrolment',
  'signed-in',
])
export type SessionState = z.infer<typeof SessionState>

export const SECOND_FACTORS = ['totp', 'passkey', 'recovery-code'] as const
export const SecondFactor = z.enum(SECOND_FACTORS)
export type SecondFactor = z.infer<typeof SecondFactor>

/** What the web interface has to know before it shows anything. */
export const SessionView = z
  .strictObject({
    state: SessionState,
    signedIn: z.boolean(),
    isSetUp: z.boolean(),
    /** Name of the organisation, when set up. */
    organization: z.string().optional(),
    /** Only when signed in, also with `needs-enrolment`. */
    account: z
      .strictObject({
        id: z.string(),
        personId: z.string(),
        address: z.string(),
        name: z.string(),
        language: Language,
      })
      .optional(),
    sessionId: z.string().optional(),
    roles: z.array(z.enum(ROLES)).optional(),
    /** None with `needs-enrolment`. */
    permissions: z.array(z.enum(PERMISSIONS)).optional(),
    language: Language.optional(),
    /** With any session; goes back in the header `x-csrf-token` of everything but GET. */
    csrfToken: z.string().optional(),
    /** What can be given, with `needs-second-factor`. */
    secondFactors: z.array(SecondFactor).optional(),
    /** Until then sensitive changes need no password again. */
    recentUntil: moment.optional(),
    /** Codes of what somebody should know, such as `mail.not_configured`. */
    notices: z.array(z.string()),
    signInMethods: z.strictObject({
      password: z.boolean(),
      passkey: z.boolean(),
      openid: z.strictObject({ name: z.string() }).optional(),
    }),
  })
  .meta({ id: 'Session' })
export type SessionView = z.infer<typeof SessionView>

export const SignInRequest = z
  .strictObject({ address: EnteredAddress, password: EnteredPassword })
  .meta({ id: 'SignInRequest' })
export type SignInRequest = z.infer<typeof SignInRequest>

/** The password once more, before a sensitive change. */
export const ConfirmRequest = z
  .strictObject({ password: EnteredPassword })
  .meta({ id: 'ConfirmRequest' })

export const SIGN_IN_METHODS = ['password', 'passkey', 'openid'] as const
export const SignInMethod = z.enum(SIGN_IN_METHODS)
export type SignInMethod = z.infer<typeof SignInMethod>

/** One place where somebody is signed in. */
export const SessionEntry = z
  .strictObject({
    id: z.string(),
    isCurrent: z.boolean(),
    createdAt: moment,
    lastSeenAt: moment,
    expiresAt: moment,
    address: z.string().meta({ description: 'of the network' }),
    userAgent: z.string(),
    method: SignInMethod,
    secondFactor: SecondFactor.nullable(),
  })
  .meta({ id: 'SessionEntry' })
export type SessionEntry = z.infer<typeof SessionEntry>

export const SessionList = z
  .strictObject({ sessions: z.array(SessionEntry) })
  .meta({ id: 'SessionList' })

/** How many sessions were ended. */
export const EndedSessions = z.strictObject({ ended: z.int() }).meta({ id: 'EndedSessions' })

export const PasswordResetRequest = z
  .strictObject({ address: EnteredAddress })
  .meta({ id: 'PasswordResetRequest' })

/** The same for every address, known or not. */
export const PasswordResetAccepted = z
  .strictObject({ status: z.literal('accepted') })
  .meta({ id: 'PasswordResetAccepted' })

/** The token of a one-time link. */
export const LinkToken = z.strictObject({ token }).meta({ id: 'LinkToken' })

/** Whom a one-time link is for; a link that is not valid is the error `link.invalid`. */
export const LinkView = z
  .strictObject({
    address: z.string(),
    name: z.string(),
    language: Language,
    organization: z.string(),
    expiresAt: moment,
  })
  .meta({ id: 'LinkView' })
export type LinkView = z.infer<typeof LinkView>

export const CompletePasswordReset = z
  .strictObject({ token, password: EnteredPassword })
  .meta({ id: 'CompletePasswordReset' })

export const AcceptInvitation = z
  .strictObject({ token, name: EnteredName, language: Language, password: EnteredPassword })
  .meta({ id: 'AcceptInvitation' })

/** The account that can sign in now. */
export const LinkUsed = z.strictObject({ address: z.string() }).meta({ id: 'LinkUsed' })

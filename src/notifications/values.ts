/**
 * What each notification has to be told. Everything is plain JSON, since it waits in a job until it
 * is sent; moments are ISO 8601.
 */

import { z } from 'zod'
import { LANGUAGES } from '../contract/languages.ts'
import type { NotificationName } from '../contract/notifications.ts'

/** Whoever a notification is for. */
export const Reader = z.strictObject({
  /** `local@domain`. */
  address: z.string(),
  name: z.string(),
  language: z.enum(LANGUAGES),
})

export type Reader = z.infer<typeof Reader>

const moment = z.iso.datetime()

/** Where something was done from: an IP address, and what the browser or program calls itself. */
const origin = { clientAddress: z.string().optional(), agent: z.string().optional() }

/** A link that works once. The only secret that a notification may carry. */
const oneTimeLink = { link: z.url(), validUntil: moment }

/** How somebody signed in. */
export const SIGN_IN_METHODS = ['password', 'totp', 'passkey', 'recovery-code', 'oidc'] as const

/** What happened to the ways in which somebody can sign in. */
export const METHOD_CHANGES = [
  'totp-added',
  'totp-removed',
  'passkey-added',
  'passkey-removed',
  'recovery-codes-made',
  'recovery-code-used',
  'oidc-linked',
  'oidc-unlinked',
] as const

export const NOTIFICATION_VALUES = {
  'password-reset': z.strictObject({ ...oneTimeLink, at: moment, ...origin }),
  invitation: z.strictObject({
    ...oneTimeLink,
    /** Name of whoever invites. */
    invitedBy: z.string(),
  }),
  'new-sign-in': z.strictObject({ at: moment, method: z.enum(SIGN_IN_METHODS), ...origin }),
  'lock-out': z.strictObject({
    at: moment,
    /** When signing in is possible again. */
    until: moment,
    /** Attempts that failed. */
    failures: z.int().min(1),
    ...origin,
  }),
  'password-changed': z.strictObject({
    at: moment,
    /** `self`: on the profile page. `reset`: by a link in a mail. */
    by: z.enum(['self', 'reset', 'administrator']),
    ...origin,
  }),
  'sign-in-method-changed': z.strictObject({
    at: moment,
    change: z.enum(METHOD_CHANGES),
    /** What a passkey or provider is called. */
    name: z.string().optional(),
    /** Recovery codes that are left, after one was used or new ones were made. */
    remaining: z.int().min(0).optional(),
    by: z.enum(['self', 'administrator']).default('self'),
    ...origin,
  }),
  'test-mail': z.strictObject({
    at: moment,
    /** Name of whoever asked for it. */
    requestedBy: z.string(),
    /** Which values were used: those in the form, or those of a version. */
    tested: z.union([
      z.strictObject({ is: z.literal('form') }),
      z.strictObject({ is: z.literal('version'), number: z.int().min(1) }),
    ]),
    protection: z.enum(['signed', 'signed-and-encrypted', 'encrypted', 'none']),
  }),
  'certificate-expiring': z.strictObject({
    at: moment,
    /** Soonest first, at least one. */
    certificates: z
      .array(
        z.strictObject({
          address: z.string(),
          uses: z.array(z.enum(['signing', 'encryption', 'authority'])),
          notAfter: moment,
          /** The beginning of its fingerprint. */
          fingerprint: z.string(),
        }),
      )
      .min(1),
    /** Certificates beyond those listed. */
    more: z.int().min(0),
    /** The page that lists them. */
    page: z.url(),
  }),
} as const satisfies Record<NotificationName, z.ZodType>

/** What the notification of this name has to be told. */
export type NotificationValues<Name extends NotificationName> = z.input<
  (typeof NOTIFICATION_VALUES)[Name]
>

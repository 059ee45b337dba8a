/**
 * What each notification has to be told. Everything is plain JSON, since it waits in a job until it
 * is sent; moments are ISO 8601.
 */

import { z } from 'zod'
import { OTHER_CHANGES } from '../accounts/notices.ts'
import { LANGUAGES } from '../contract/session.ts'
import type { NotificationName } from '../contract/notifications.ts'
import { REQUEST_ACTIONS } from '../contract/policy-lifecycle.ts'

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

/** What is asked for, or was done without asking. */
const policyRequest = {
  at: moment,
  action: z.enum(REQUEST_ACTIONS),
  /** Of the policy; its name is empty where there is one of the kind. */
  kind: z.string(),
  name: z.string(),
  /** Names of people. */
  requester: z.string(),
  comment: z.string(),
  /** What production would become, a line for each field: `[#] port: 25 → 587`. */
  changes: z.array(z.string()),
  /** Beyond those. */
  more: z.int().min(0),
  page: z.url(),
}

export const NOTIFICATION_VALUES = {
  'password-reset': z.strictObject(oneTimeLink),
  invitation: z.strictObject({
    ...oneTimeLink,
    /** Name of whoever invites. */
    invitedBy: z.string(),
  }),
  'new-sign-in': z.strictObject({ at: moment, ...origin }),
  'lock-out': z.strictObject({
    at: moment,
    /** When signing in is possible again. */
    until: moment,
    ...origin,
  }),
  'password-changed': z.strictObject({
    at: moment,
    /** `self`: on the profile page. `reset`: by a link in a mail. */
    by: z.enum(['self', 'reset']),
    ...origin,
  }),
  'account-changed': z.strictObject({ at: moment, change: z.enum(OTHER_CHANGES), ...origin }),
  'test-mail': z.strictObject({
    at: moment,
    /** Name of whoever asked for it. */
    requestedBy: z.string(),
    /** The saved values of a version, or those of a form that had begun from it (0: from none). */
    tested: z.strictObject({ values: z.enum(['saved', 'shown']), version: z.int().min(0) }),
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
  'policy-request': z.strictObject(policyRequest),
  'policy-decision': z.strictObject({
    ...policyRequest,
    verdict: z.enum(['approved', 'rejected']),
    decidedBy: z.string(),
    /** What they said to it. */
    answer: z.string(),
  }),
  /** `failure` is the code of an error. */
  'policy-failure': z.strictObject({ ...policyRequest, failure: z.string() }),
  'break-glass': z.strictObject({ ...policyRequest, reason: z.string() }),
} as const satisfies Record<NotificationName, z.ZodType>

/** What the notification of this name has to be told. */
export type NotificationValues<Name extends NotificationName> = z.input<
  (typeof NOTIFICATION_VALUES)[Name]
>

/** Mail that the hub itself writes, as the interface shows it. */

import { z } from 'zod'
import { LANGUAGES } from './session.ts'

/** Each is a template in every language, as text and as HTML. */
export const NOTIFICATION_NAMES = [
  'password-reset',
  'invitation',
  'new-sign-in',
  'lock-out',
  'password-changed',
  'account-changed',
  'test-mail',
  'certificate-expiring',
  'policy-request',
  'policy-decision',
  'policy-failure',
  'break-glass',
] as const

export const NotificationName = z.enum(NOTIFICATION_NAMES)

export type NotificationName = z.infer<typeof NotificationName>

const language = z.enum(LANGUAGES)

/** `language` is that of the titles and descriptions, or of the notification. */
export const NotificationQuery = z.strictObject({ language: language.default('en') })

export const NotificationList = z
  .strictObject({
    notifications: z.array(
      z.strictObject({
        name: NotificationName,
        title: z.string(),
        description: z.string().meta({ description: 'when it is sent, and to whom' }),
      }),
    ),
  })
  .meta({ id: 'NotificationList' })

export type NotificationList = z.infer<typeof NotificationList>

/** A notification with values that are made up: its links lead nowhere. */
export const NotificationPreview = z
  .strictObject({
    name: NotificationName,
    language,
    from: z.string().meta({ description: 'Name <local@domain>' }),
    subject: z.string(),
    text: z.string(),
    html: z.string().meta({ description: 'a whole document that loads nothing' }),
  })
  .meta({ id: 'NotificationPreview' })

export type NotificationPreview = z.infer<typeof NotificationPreview>

/** The sample is sent to the acting account, in a language of its choice. */
export const SendSample = z.strictObject({ language: language.optional() })

/** The sample is on stable storage and will be delivered: a message as all others. */
export const SentSample = z
  .strictObject({ messageId: z.string(), recipient: z.string() })
  .meta({ id: 'SentSample' })

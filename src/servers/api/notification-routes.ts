/** Routes of notifications: what the hub writes to people, and how it looks. */

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { HubError } from '../../base/errors.ts'
import {
  NotificationList,
  NotificationName,
  NotificationPreview,
  NotificationQuery,
  SendSample,
  SentSample,
} from '../../contract/notifications.ts'
import { NOTIFICATION_STYLE } from '../../notifications/document.ts'
import { route } from './route.ts'

export const listNotifications = route({
  method: 'GET',
  path: '/api/v1/notifications',
  summary: 'What the hub writes to people, and when',
  permission: 'notifications.read',
  query: NotificationQuery,
  replies: { 200: NotificationList },
  handle({ query }, hub) {
    const notifications = hub.notifications.list(query.language)
    return Promise.resolve({ status: 200, body: { notifications } })
  },
})

export const previewNotification = route({
  method: 'GET',
  path: '/api/v1/notifications/:name',
  summary: 'A notification with values that are made up',
  permission: 'notifications.read',
  query: NotificationQuery,
  replies: { 200: NotificationPreview },
  async handle({ params, query: { language } }, hub) {
    const name = nameOf(params.name)
    const { sender, subject, text, html } = await hub.notifications.preview(name, language)
    const from = sender.name === undefined ? sender.address : `${sender.name} <${sender.address}>`
    return { status: 200, body: { name, language, from, subject, text, html } }
  },
})

/** Its own style sheet and nothing else, in a frame of ours that runs no scripts. */
const NOTIFICATION_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(NOTIFICATION_STYLE).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ')

/**
 * A document made into a page by its text would be held to the policy of that page, which knows
 * nothing of the style of mail. So it comes from an address of its own, under its own policy.
 */
export const showNotificationPage = route({
  method: 'GET',
  path: '/api/v1/notifications/:name/html',
  summary: 'The HTML of a notification with values that are made up, as a page for a frame',
  permission: 'notifications.read',
  query: NotificationQuery,
  replies: { 200: z.string() },
  async handle({ params, query: { language } }, hub) {
    const { html } = await hub.notifications.preview(nameOf(params.name), language)
    return {
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': NOTIFICATION_POLICY,
        'x-frame-options': 'SAMEORIGIN',
      },
      body: html,
    }
  },
})

export const sendNotificationSample = route({
  method: 'POST',
  path: '/api/v1/notifications/:name/send-to-me',
  summary: 'Send a notification with values that are made up to the acting account',
  permission: 'notifications.read',
  body: SendSample,
  replies: { 202: SentSample },
  async handle({ params, body, caller }, hub) {
    const name = nameOf(params.name)
    const messageId = await hub.notifications.sendSample(name, caller, body.language)
    return { status: 202, body: { messageId, recipient: caller.address } }
  },
})

/** @throws HubError `api.not_found` */
function nameOf(text: string | undefined): NotificationName {
  const { success, data } = NotificationName.safeParse(text)
  if (success) return data
  throw new HubError('api.not_found', 'there is no such notification')
}

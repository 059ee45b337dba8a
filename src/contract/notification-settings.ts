/** Who is told by mail of requests (table A2): a policy of the kind `notification`. */

import { z } from 'zod'

export const NotificationSettings = z
  .strictObject({
    from: z
      .string()
      .max(320)
      .meta({ description: 'e-mail address of the sender; empty: that of the mail configuration' }),
    to: z
      .string()
      .max(10_000)
      .meta({ description: 'e-mail addresses of approvers, with commas between them' }),
    tellsDecisions: z
      .boolean()
      .meta({ description: 'whether requesters are told of approval and rejection' }),
  })
  .readonly()
  .meta({ id: 'NotificationSettings' })

export type NotificationSettings = z.infer<typeof NotificationSettings>

export const NOTIFICATION_DEFAULTS: NotificationSettings = {
  from: '',
  to: '',
  tellsDecisions: false,
}

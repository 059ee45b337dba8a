/** What a person may do with messages that are not delivered, one or many at once. */

import { z } from 'zod'

export const MESSAGE_ORDERS = ['retry', 'hold', 'release', 'cancel'] as const

const MAX_IDS = 500
/** As many as one message can have. */
const MAX_RECIPIENTS = 1000

export const MessageOrderRequest = z
  .strictObject({
    order: z.enum(MESSAGE_ORDERS),
    recipients: z
      .array(z.int().min(0).max(2_147_483_647))
      .min(1)
      .max(MAX_RECIPIENTS)
      .optional()
      .meta({ description: 'positions of the recipients it is for; absent for all of them' }),
  })
  .meta({ id: 'MessageOrderRequest' })

export type MessageOrderRequest = z.infer<typeof MessageOrderRequest>

export const MessageOrderReply = z
  .strictObject({ id: z.string(), deliveries: z.int() })
  .meta({ id: 'MessageOrderReply' })

export const MessageOrdersRequest = z
  .strictObject({
    order: z.enum(MESSAGE_ORDERS),
    ids: z.array(z.string().max(100)).min(1).max(MAX_IDS),
  })
  .meta({ id: 'MessageOrdersRequest' })

export type MessageOrdersRequest = z.infer<typeof MessageOrdersRequest>

/** In the order of the request. `code` is that of a problem: `message.not_possible`. */
export const MessageOrdersReply = z
  .strictObject({
    results: z.array(
      z.discriminatedUnion('is', [
        z.strictObject({ id: z.string(), is: z.literal('done'), deliveries: z.int() }),
        z.strictObject({ id: z.string(), is: z.literal('refused'), code: z.string() }),
      ]),
    ),
  })
  .meta({ id: 'MessageOrdersReply' })

export type MessageOrdersReply = z.infer<typeof MessageOrdersReply>

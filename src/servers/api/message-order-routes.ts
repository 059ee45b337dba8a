/** What people do with messages that are not delivered. */

import {
  MessageOrderReply,
  MessageOrderRequest,
  MessageOrdersReply,
  MessageOrdersRequest,
} from '../../contract/message-orders.ts'
import { route } from './route.ts'

export const orderMessage = route({
  method: 'POST',
  path: '/api/v1/messages/:id/orders',
  summary: 'Try again, hold, release or cancel what is not delivered of a message',
  permission: 'messages.manage',
  body: MessageOrderRequest,
  replies: { 200: MessageOrderReply },
  async handle({ params, body, caller }, hub) {
    const id = params.id ?? ''
    const deliveries = await hub.messages.orders.order(body.order, id, {
      by: caller.id,
      name: caller.name,
      positions: body.recipients,
    })
    return { status: 200, body: { id, deliveries } }
  },
})

/** Answers 200 also when some, or all, were refused: each result says what became of it. */
export const orderMessages = route({
  method: 'POST',
  path: '/api/v1/message-orders',
  summary: 'One order for many messages',
  permission: 'messages.manage',
  body: MessageOrdersRequest,
  replies: { 200: MessageOrdersReply },
  timeoutMs: 60_000,
  async handle({ body, caller }, hub) {
    const who = { by: caller.id, name: caller.name }
    const results = await hub.messages.orders.orderAll(body.order, [...new Set(body.ids)], who)
    return { status: 200, body: { results } }
  },
})

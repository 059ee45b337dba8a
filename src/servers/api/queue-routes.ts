/** The mail queue. */

import { QueueQuery, QueueRetryReply, QueueRetryRequest, QueueView } from '../../contract/queue.ts'
import { route } from './route.ts'

export const showQueue = route({
  method: 'GET',
  path: '/api/v1/queue',
  summary: 'What waits and what is held, by domain and by last answer',
  permission: 'messages.read',
  query: QueueQuery,
  replies: { 200: QueueView },
  async handle({ query }, hub) {
    return { status: 200, body: await hub.messages.waiting.look(query) }
  },
})

export const retryQueue = route({
  method: 'POST',
  path: '/api/v1/queue/retry',
  summary: 'Have all that waits tried now, of one domain or of all',
  permission: 'messages.manage',
  body: QueueRetryRequest,
  replies: { 200: QueueRetryReply },
  async handle({ body, caller }, hub) {
    const { domain } = body
    const deliveries = await hub.messages.orders.retryWaiting({
      by: caller.id,
      name: caller.name,
      domain: domain?.replaceAll('\0', ''),
    })
    return { status: 200, body: { deliveries } }
  },
})

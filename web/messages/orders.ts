import {
  MessageOrderReply,
  MessageOrdersReply,
  type MessageOrderRequest,
} from '../../src/contract/message-orders.ts'
import type { DELIVERY_STATES } from '../../src/contract/message-list.ts'
import { useApi, useChange } from '../api/data.ts'

type DeliveryState = (typeof DELIVERY_STATES)[number]

export type MessageOrder = MessageOrderRequest['order']

/** In the order of their buttons: what cannot be undone stands last. */
export const ORDERS = ['retry', 'release', 'hold', 'cancel'] as const

/** What an order changes is read again: the message, lists of messages, the queue, the overview. */
const REFRESHES = ['/api/v1/messages', '/api/v1/queue', '/api/v1/overview']

/** As many as the hub takes at once. */
const MAX_AT_ONCE = 500

export type OrderResult = MessageOrdersReply['results'][number]

/** Of the states of a delivery, what can be ordered in it. */
export const POSSIBLE_ORDERS: Readonly<Record<DeliveryState, readonly MessageOrder[]>> = {
  waiting: ['retry', 'hold', 'cancel'],
  held: ['release', 'cancel'],
  failed: ['retry'],
  delivered: [],
  cancelled: [],
}

/** An order for one message, or for some of its recipients. */
export function useOrder() {
  const api = useApi()
  return useChange(
    ({ id, ...request }: MessageOrderRequest & { id: string }) =>
      api.call(`/api/v1/messages/${encodeURIComponent(id)}/orders`, {
        method: 'POST',
        body: request,
        reply: MessageOrderReply,
      }),
    { refreshes: REFRESHES },
  )
}

/** One order for many messages; what became of each is in the reply. */
export function useBulkOrder() {
  const api = useApi()
  return useChange(
    async ({ order, ids }: { order: MessageOrder; ids: readonly string[] }) => {
      const results: OrderResult[] = []
      for (let at = 0; at < ids.length; at += MAX_AT_ONCE) {
        const reply = await api.call('/api/v1/message-orders', {
          method: 'POST',
          body: { order, ids: ids.slice(at, at + MAX_AT_ONCE) },
          reply: MessageOrdersReply,
        })
        results.push(...reply.results)
      }
      return { order, results }
    },
    { refreshes: REFRESHES },
  )
}

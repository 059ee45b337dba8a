/** Routes of messages: hand one over, ask what became of it. */

import { z } from 'zod'
import { HubError } from '../../base/errors.ts'
import {
  AcceptedMessage,
  MessageView,
  RawMessageQuery,
  SendMessage,
} from '../../contract/messages.ts'
import { MessageDetail } from '../../contract/message-detail.ts'
import type { MessageRecord } from '../../messages/record/store.ts'
import { composeSubmission } from './composed-message.ts'
import { readRawMessage } from './raw-message.ts'
import { route } from './route.ts'

/**
 * Answers 202 once the message is on stable storage. The same `Idempotency-Key` with the same request
 * is one message and the same answer; with another request it is refused.
 */
export const sendMessage = route({
  method: 'POST',
  path: '/api/v1/messages',
  summary: 'Hand a message over, as JSON or as it is (message/rfc822)',
  permission: 'messages.send',
  credentials: true,
  query: RawMessageQuery,
  body: SendMessage.optional(),
  rawType: 'message/rfc822',
  bodySize: 'message',
  replies: { 202: AcceptedMessage },
  async handle({ query, body, bytes, client, idempotencyKey, digest }, hub) {
    const message = body === undefined ? readRawMessage(bytes, query) : composeSubmission(body)
    const repetition = idempotencyKey === undefined ? {} : { idempotencyKey, requestDigest: digest }
    const { id } = await hub.accept({ ...message, via: 'api', client, ...repetition })
    return { status: 202, body: { id }, headers: { location: `/api/v1/messages/${id}` } }
  },
})

export const showMessage = route({
  method: 'GET',
  path: '/api/v1/messages/:id',
  summary: 'What became of a message: to an account all that is known of it, to a program less',
  permission: 'messages.read',
  credentials: true,
  replies: { 200: z.union([MessageView, MessageDetail]) },
  async handle({ params, caller }, hub) {
    if (caller.is === 'account') {
      const detail = await hub.messageDetails.find(params.id ?? '')
      if (detail === undefined) throw new HubError('api.not_found', 'there is no such message')
      return { status: 200, body: detail }
    }
    const message = await hub.findMessage(params.id ?? '', caller)
    if (message === undefined) throw new HubError('api.not_found', 'there is no such message')
    return { status: 200, body: view(message) }
  },
})

/** Names every field, so that a new column reaches the API only when someone adds it here. */
function view(message: MessageRecord): MessageView {
  const { id, acceptedAt, via, envelopeFrom, sizeBytes, deliveries, events } = message
  return {
    id,
    acceptedAt: acceptedAt.toISOString(),
    via,
    from: envelopeFrom,
    sizeBytes,
    deliveries: deliveries.map(
      ({ recipient, state, strength, attempts, status, reply, dueAt, finishedAt }) => ({
        recipient,
        state,
        strength,
        attempts,
        status,
        reply,
        dueAt: state === 'waiting' ? dueAt.toISOString() : null,
        finishedAt: finishedAt?.toISOString() ?? null,
      }),
    ),
    timeline: events.map(({ at, step, detail }) => ({ at: at.toISOString(), step, detail })),
  }
}

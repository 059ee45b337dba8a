/** The list of messages, for people with an account. */

import { MessageList, MessageListQuery, type MessageLine } from '../../contract/message-list.ts'
import type { FoundMessage } from '../../messages/finding/store.ts'
import { facetOf } from '../../messages/listing/facets.ts'
import { route } from './route.ts'

export const listMessages = route({
  method: 'GET',
  path: '/api/v1/messages',
  summary: 'Messages, by what is searched and filtered',
  permission: 'messages.read',
  query: MessageListQuery,
  replies: { 200: MessageList },
  async handle({ query }, hub) {
    const { messages, lookedUntil, ...page } = await hub.messages.finding.find(query)
    const body: MessageList = {
      ...page,
      messages: messages.map(lineOf),
      lookedUntil: lookedUntil?.toISOString() ?? null,
    }
    return { status: 200, body }
  },
})

/** A message as a line of a list. */
export function lineOf(message: FoundMessage): MessageLine {
  const { id, acceptedAt, envelopeFrom, headerMessageId, sizeBytes, recipients } = message
  return {
    id,
    acceptedAt: acceptedAt.toISOString(),
    from: envelopeFrom,
    messageIdField: headerMessageId,
    sizeBytes,
    ...facetOf(message.facet),
    recipients,
    recipientCount: message.recipientCount,
    contentErased: message.contentErasedAt !== null,
  }
}

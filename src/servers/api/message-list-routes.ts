/** The list of messages, for people with an account. */

import { MessageList, MessageListQuery } from '../../contract/message-list.ts'
import { lineOf } from '../../messages/finding/message-line.ts'
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

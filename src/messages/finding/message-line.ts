import type { MessageLine } from '../../contract/message-list.ts'
import { facetOf } from '../listing/facets.ts'
import type { FoundMessage } from './store.ts'

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

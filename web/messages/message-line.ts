import { useTranslation } from 'react-i18next'
import type { MessageLine } from '../../src/contract/message-list.ts'

/** The first recipient and how many more: *ben@partner.example and 3 more*. */
export function useRecipientWords(): (
  line: Pick<MessageLine, 'recipients' | 'recipientCount'>,
) => string {
  const { t } = useTranslation('messages')
  return ({ recipients, recipientCount }) => {
    const recipient = recipients[0]?.address ?? ''
    if (recipientCount <= 1) return recipient
    return t('recipientAndMore', { recipient, count: recipientCount - 1 })
  }
}

export function hrefOf({ id }: { readonly id: string }): string {
  return `/messages/${encodeURIComponent(id)}`
}

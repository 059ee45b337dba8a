import { useTranslation } from 'react-i18next'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { Identifier } from '../ui/Identifier.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts } from './Facts.tsx'

/** Identifiers, and how and from whom the message came. */
export function MessageFacts({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation(['message', 'messages'])
  const format = useFormat()
  const { id, messageIdField, from, authors, acceptedAt, via, sizeBytes, client, smtpUtf8 } =
    message
  return (
    <Facts
      facts={[
        [t('fact.id'), <Identifier key="id" value={id} label={t('fact.id')} maxLength={40} />],
        [
          t('fact.messageId'),
          messageIdField && (
            <Identifier value={messageIdField} label={t('fact.messageId')} maxLength={60} />
          ),
        ],
        [t('fact.from'), from === '' ? t('messages:noSender') : from],
        [t('fact.authors'), format.list(authors)],
        [t('fact.accepted'), <RelativeTime key="at" at={acceptedAt} absolute />],
        [t('fact.via'), t(`messages:via.${via}`)],
        [t('fact.size'), format.size(sizeBytes)],
        ...(via === 'hub'
          ? []
          : ([
              [t('fact.client'), client.address],
              [t('fact.hello'), client.hello],
              [t('fact.tls'), client.tls ?? t('fact.clear')],
              [t('fact.credential'), client.credential],
            ] as const)),
        [t('fact.utf8'), smtpUtf8 ? t('fact.utf8Needed') : null],
      ]}
    />
  )
}

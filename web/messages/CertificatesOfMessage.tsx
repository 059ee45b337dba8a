import { useTranslation } from 'react-i18next'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import { useFormat } from '../ui/format.ts'
import { Address } from '../ui/Address.tsx'
import { Identifier } from '../ui/Identifier.tsx'
import { List, type Column } from '../ui/List.tsx'
import { useNow } from '../ui/now.ts'
import { StateBadge } from '../ui/StateBadge.tsx'
import styles from './Messages.module.css'

type Certificate = MessageDetail['certificates'][number]

/** Every certificate that played a part, taken or not. */
export function CertificatesOfMessage({ message }: { readonly message: MessageDetail }) {
  const { t } = useTranslation('message')
  const format = useFormat()
  const now = useNow()
  const columns: Column<Certificate>[] = [
    {
      id: 'subject',
      title: t('certificate.subject'),
      cell: ({ subject }) => <Address>{subject}</Address>,
    },
    { id: 'issuer', title: t('certificate.issuer'), cell: ({ issuer }) => issuer },
    {
      id: 'owner',
      title: t('certificate.owner'),
      minor: true,
      cell: ({ owner }) => t(`certificate.owners.${owner}`),
    },
    {
      id: 'validity',
      title: t('certificate.validity'),
      cell: ({ notBefore, notAfter }) => (
        <span className={styles.words}>
          {t('certificate.fromTo', {
            from: format.date(new Date(notBefore)),
            to: format.date(new Date(notAfter)),
          })}
          {new Date(notAfter) < now && (
            <span>
              <StateBadge kind="warn">{t('certificate.ended')}</StateBadge>
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'serial',
      title: t('certificate.serial'),
      minor: true,
      cell: ({ serialHex }) => (
        <Identifier value={serialHex} label={t('certificate.serial')} maxLength={13} />
      ),
    },
    {
      id: 'fingerprint',
      title: t('certificate.fingerprint'),
      cell: ({ fingerprint }) => (
        <Identifier value={fingerprint} label={t('certificate.fingerprint')} maxLength={17} />
      ),
    },
  ]
  return (
    <List
      label={t('section.certificates')}
      rows={{ state: 'ready', value: message.certificates }}
      columns={columns}
      idOf={({ fingerprint }) => fingerprint}
      empty={{ title: t('certificate.noneTitle') }}
    />
  )
}

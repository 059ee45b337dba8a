import { useTranslation } from 'react-i18next'
import { NotificationList, NotificationName } from '../../src/contract/notifications.ts'
import { useRead } from '../api/data.ts'
import { mapLoadable } from '../api/loadable.ts'
import { useSession } from '../api/session.ts'
import { isLanguage } from '../app/language.ts'
import { useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { NotificationView } from './NotificationView.tsx'
import styles from './settings.module.css'

/** What the hub writes to people, and how it looks in each language. */
export function NotificationsPage() {
  const { t, i18n } = useTranslation('notifications')
  const { account } = useSession()
  const [address, change] = useAddress({ name: '', in: '' })
  const list = useRead('/api/v1/notifications', NotificationList, {
    query: { language: i18n.language },
  })
  const chosen = NotificationName.safeParse(address.name)
  const shown =
    list.state === 'ready' && chosen.success
      ? list.value.notifications.find(({ name }) => name === chosen.data)
      : undefined
  return (
    <>
      <PageHead title={t('title')} purpose={t('purpose')} />
      <div className={styles.history}>
        <List
          label={t('title')}
          rows={mapLoadable(list, ({ notifications }) => notifications)}
          idOf={({ name }) => name}
          hrefOf={({ name }) => `/settings/notifications?name=${name}`}
          columns={[
            { id: 'title', title: t('name'), cell: ({ title }) => title },
            {
              id: 'description',
              title: t('description'),
              cell: ({ description }) => description,
            },
          ]}
          empty={{ title: t('empty') }}
        />
        {shown !== undefined && (
          <NotificationView
            key={shown.name}
            name={shown.name}
            title={shown.title}
            language={isLanguage(address.in) ? address.in : account.language}
            onLanguage={(language) => change({ in: language })}
            recipient={account.address}
          />
        )}
      </div>
    </>
  )
}

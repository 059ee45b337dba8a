import { useTranslation } from 'react-i18next'
import { PolicyRequests } from '../../src/contract/policy-requests.ts'
import { useReadPieces } from '../api/data.ts'
import { useActorName } from '../ui/actor.ts'
import { useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { usePolicyNames } from './kind-name.ts'
import { REQUESTS_PATH, requestPage } from './policy-paths.ts'
import { RequestStateBadge } from './PolicyStateBadge.tsx'
import { TabLinks } from './TabLinks.tsx'
import styles from './policies.module.css'

const SHOWS = ['open', 'for-me', 'mine', 'all'] as const

/** What people asked for, and what waits for an answer. */
export function RequestsPage() {
  const { t } = useTranslation('policies')
  const [address] = useAddress({ show: 'open' })
  const show = SHOWS.find((each) => each === address.show) ?? 'open'
  const names = usePolicyNames()
  const named = useActorName()
  const { rows, more, loadingMore, first } = useReadPieces(REQUESTS_PATH, PolicyRequests, {
    query: { show },
    rowsOf: ({ requests }) => requests,
    nextOf: ({ next }) => next,
  })
  return (
    <div className={styles.page}>
      <PageHead title={t('requests.title')} purpose={t('requests.purpose')} />
      <TabLinks
        label={t('requests.tabs')}
        current={show}
        tabs={SHOWS.map((value) => ({
          value,
          label: t(`requests.show.${value}`),
          to: value === 'open' ? '/policies/requests' : `/policies/requests?show=${value}`,
        }))}
      />
      <List
        label={t(`requests.show.${show}`)}
        rows={rows}
        idOf={({ id }) => id}
        hrefOf={({ id }) => requestPage(id)}
        columns={[
          {
            id: 'policy',
            title: t('requests.policy'),
            cell: ({ policy, action }) =>
              t(`requests.line.${action}`, { name: names.policy(policy) }),
          },
          {
            id: 'state',
            title: t('column.state'),
            cell: ({ state }) => <RequestStateBadge state={state} />,
          },
          { id: 'by', title: t('requests.by'), cell: ({ by }) => named(by.id, by.name) },
          { id: 'at', title: t('requests.at'), cell: ({ at }) => <RelativeTime at={at} /> },
          {
            id: 'expires',
            title: t('requests.expires'),
            minor: true,
            cell: ({ expiresAt }) =>
              expiresAt === null ? t('requests.never') : <RelativeTime at={expiresAt} />,
          },
          { id: 'comment', title: t('column.comment'), cell: ({ comment }) => comment },
        ]}
        count={first && t('requests.count', { count: first.count })}
        empty={{ title: t(`requests.empty.${show}`), text: t('requests.emptyText') }}
        more={more}
        loadingMore={loadingMore}
      />
    </div>
  )
}

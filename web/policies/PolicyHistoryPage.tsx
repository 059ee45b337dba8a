import { useTranslation } from 'react-i18next'
import {
  PolicyEvents,
  PolicyView,
  type PolicyEventView,
} from '../../src/contract/change-control.ts'
import { useRead, useReadPieces } from '../api/data.ts'
import { usePathParameter, useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { usePolicyNames } from './kind-name.ts'
import { useEventColumns } from './event-columns.tsx'
import { policyPage, policyPath } from './policy-paths.ts'
import { TabLinks } from './TabLinks.tsx'
import { VersionComparison } from './VersionComparison.tsx'
import styles from './policies.module.css'

const SHOWS = ['all', 'unique'] as const

/** Everything that was done with a policy, or its versions alone; two of them compared. */
export function PolicyHistoryPage() {
  const { t } = useTranslation('policies')
  const id = usePathParameter('id')
  const names = usePolicyNames()
  const [address, change] = useAddress({ show: 'all', version: '', with: '' })
  const show = SHOWS.find((each) => each === address.show) ?? 'all'
  const loaded = useRead(policyPath(id), PolicyView)
  const { rows, more, loadingMore } = useReadPieces(`${policyPath(id)}/history`, PolicyEvents, {
    query: { show },
    rowsOf: ({ events }) => events,
    nextOf: ({ before }) => (before === null ? null : String(before)),
    cursor: 'before',
  })
  const view = loaded.state === 'ready' ? loaded.value : undefined
  const versions = versionsOf(rows.state === 'ready' ? rows.value : [])
  const chosen = versions.find(({ version }) => String(version) === address.version) ?? versions[0]
  const page = `${policyPage(id)}/history`
  return (
    <div className={styles.page}>
      <PageHead
        title={
          view === undefined
            ? t('history.title')
            : t('history.of', { name: names.policy(view.policy) })
        }
        purpose={t('history.purpose')}
        back={
          <PageLink to={policyPage(id)}>
            {view === undefined ? t('policy.title') : names.policy(view.policy)}
          </PageLink>
        }
      />
      <TabLinks
        label={t('history.tabs')}
        current={show}
        tabs={SHOWS.map((value) => ({
          value,
          label: t(`history.show.${value}`),
          to: value === 'all' ? page : `${page}?show=${value}`,
        }))}
      />
      <List
        label={t(`history.show.${show}`)}
        rows={rows}
        idOf={(event) => String(event.id)}
        columns={useEventColumns((version) => {
          const query = new URLSearchParams({
            ...(show === 'unique' && { show }),
            version: String(version),
          })
          return `${page}?${query.toString()}`
        })}
        empty={{ title: t('history.empty'), text: t('history.emptyText') }}
        more={more}
        loadingMore={loadingMore}
      />
      {view !== undefined && chosen !== undefined && (
        <VersionComparison
          key={chosen.version}
          view={view}
          chosen={chosen}
          versions={versions}
          with={address.with}
          onWith={(other) => change({ version: String(chosen.version), with: other })}
        />
      )}
    </div>
  )
}

export type VersionEvent = PolicyEventView & { readonly version: number }

/** What made or last touched each version, the newest first. */
function versionsOf(events: readonly PolicyEventView[]): VersionEvent[] {
  const byNumber = new Map<number, VersionEvent>()
  for (const event of events) {
    const { version } = event
    if (version !== null && !byNumber.has(version)) byNumber.set(version, { ...event, version })
  }
  return [...byNumber.values()].sort((one, two) => two.version - one.version)
}

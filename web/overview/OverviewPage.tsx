import { NativeSelect, Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Overview } from '../../src/contract/overview.ts'
import { useRead } from '../api/data.ts'
import { MailMarks } from '../messages/MailMarks.tsx'
import { useAddress } from '../ui/address.ts'
import { PageHead } from '../ui/PageHead.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ExpiringPlot } from './ExpiringPlot.tsx'
import { MailPlot } from './MailPlot.tsx'
import { Needs } from './Needs.tsx'
import { QueueAge } from './QueueAge.tsx'
import { SharePlot } from './SharePlot.tsx'
import styles from './Overview.module.css'

const RANGES = ['24', '168', '720'] as const

const RENEW_MS = 60_000

/** What needs somebody now, then how mail has been going. What one may not see is not there. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const [{ hours }, change] = useAddress({ hours: '24' })
  const range = RANGES.find((each) => each === hours) ?? '24'
  const overview = useRead('/api/v1/overview', Overview, {
    query: { hours: range },
    everyMs: RENEW_MS,
  })
  return (
    <>
      <PageHead title={t('title')} purpose={t('purpose')} />
      <div className={styles.page}>
        <MailMarks />
        {overview.state === 'loading' && <OverviewSkeleton />}
        {overview.state === 'failed' && (
          <Problem problem={overview.problem} title={t('failed')} onRetry={overview.retry} />
        )}
        {overview.state === 'ready' && (
          <>
            <Needs overview={overview.value} />
            {overview.value.mail !== null && (
              <NativeSelect
                className={styles.range ?? ''}
                label={t('range.label')}
                value={range}
                data={RANGES.map((value) => ({ value, label: t(`range.${value}`) }))}
                onChange={(event) => change({ hours: event.currentTarget.value })}
              />
            )}
            <div className={styles.plots}>
              <MailPlot overview={overview.value} />
              <SharePlot overview={overview.value} />
              <QueueAge overview={overview.value} />
              <ExpiringPlot overview={overview.value} />
            </div>
          </>
        )}
      </div>
    </>
  )
}

function OverviewSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('loading')} className={styles.page}>
      <Skeleton height={120} />
      <Skeleton height={320} />
    </div>
  )
}

import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { QueueView } from '../../src/contract/queue.ts'
import { useFormat } from '../ui/format.ts'
import { useNow } from '../ui/now.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import styles from './Queue.module.css'

/** How much waits, how much is held, since when, and when it goes on. */
export function QueueSummary({ queue }: { readonly queue: QueueView }) {
  const { t } = useTranslation('queue')
  const format = useFormat()
  const { counts, oldestAcceptedAt, nextAttemptAt } = queue
  return (
    <dl className={styles.summary}>
      <Figure name={t('summary.waiting')}>{format.number(counts.waiting)}</Figure>
      <Figure name={t('summary.held')}>{format.number(counts.held)}</Figure>
      <Figure name={t('summary.oldest')}>
        {oldestAcceptedAt === null ? t('summary.none') : <RelativeTime at={oldestAcceptedAt} />}
      </Figure>
      <Figure name={t('summary.next')}>
        <NextAttempt at={nextAttemptAt} />
      </Figure>
    </dl>
  )
}

/** When something is tried next; *now* when its time has come. */
export function NextAttempt({ at }: { readonly at: string | null }) {
  const { t } = useTranslation('queue')
  const now = useNow()
  if (at === null) return t('summary.none')
  return new Date(at) <= now ? t('summary.now') : <RelativeTime at={at} />
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

import { Button, Skeleton, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QueueRetryReply, QueueView } from '../../src/contract/queue.ts'
import { useApi, useChange, useReadPieces } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { MailMarks } from '../messages/MailMarks.tsx'
import { useAddress } from '../ui/address.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { Problem } from '../ui/Problem.tsx'
import { QueueDeliveries } from './QueueDeliveries.tsx'
import { QueueDomains } from './QueueDomains.tsx'
import { QueueErrors } from './QueueErrors.tsx'
import { QueueSummary } from './QueueSummary.tsx'
import styles from './Queue.module.css'

/** The queue moves by itself. */
const RENEW_MS = 10_000

/** What waits and what is held, and why. */
export function QueuePage() {
  const { t } = useTranslation('queue')
  const api = useApi()
  const mayManage = useMay('messages.manage')
  const [filters, change] = useAddress({ state: '', domain: '' })
  const [retried, setRetried] = useState<number>()
  const { rows, more, loadingMore, first } = useReadPieces('/api/v1/queue', QueueView, {
    query: filters,
    rowsOf: ({ deliveries }) => deliveries,
    nextOf: ({ next }) => next,
    everyMs: RENEW_MS,
  })
  const retry = useChange(
    (domain: string | undefined) =>
      api.call('/api/v1/queue/retry', {
        method: 'POST',
        body: domain === undefined ? {} : { domain },
        reply: QueueRetryReply,
      }),
    { refreshes: ['/api/v1/queue', '/api/v1/messages', '/api/v1/overview'] },
  )
  const retryNow = async (domain?: string) => {
    setRetried((await retry.run(domain))?.deliveries)
  }
  const hasWaiting = (first?.counts.waiting ?? 0) > 0
  return (
    <>
      <PageHead
        title={t('title')}
        purpose={t('purpose')}
        action={
          mayManage && hasWaiting ? (
            <Button loading={retry.busy} onClick={() => void retryNow()}>
              {t('retryAll')}
            </Button>
          ) : undefined
        }
      />
      <div className={styles.page}>
        <Problem problem={retry.problem} title={t('retryFailed')} />
        {retried !== undefined && (
          <NoteBox kind="ok" role="status">
            {t('retried', { count: retried })}
          </NoteBox>
        )}
        <MailMarks />
        {rows.state === 'loading' && <Skeleton height={88} />}
        {first && <QueueSummary queue={first} />}
        {first && first.domains.length > 0 && (
          <section className={styles.section}>
            <Title order={2}>{t('domains.title')}</Title>
            <QueueDomains
              domains={first.domains}
              busy={retry.busy}
              {...(mayManage && { onRetry: (domain: string) => void retryNow(domain) })}
            />
          </section>
        )}
        {first && first.errors.length > 0 && (
          <section className={styles.section}>
            <Title order={2}>{t('errors.title')}</Title>
            <QueueErrors errors={first.errors} />
          </section>
        )}
        <section className={styles.section}>
          <Title order={2}>{t('rows.title')}</Title>
          <QueueDeliveries {...{ rows, more, loadingMore, filters, change }} />
        </section>
      </div>
    </>
  )
}

import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { QueueView } from '../../src/contract/queue.ts'
import { addressOf } from '../api/client.ts'
import { Address } from '../ui/Address.tsx'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { NextAttempt } from './QueueSummary.tsx'

type Domain = QueueView['domains'][number]

interface Props {
  readonly domains: readonly Domain[]
  readonly busy: boolean
  /** Absent for those who may not. */
  readonly onRetry?: (domain: string) => void
}

/** What waits by domain, those with most first; each leads to its deliveries below. */
export function QueueDomains({ domains, busy, onRetry }: Props) {
  const { t } = useTranslation('queue')
  const format = useFormat()
  const columns: Column<Domain>[] = [
    {
      id: 'domain',
      title: t('domains.domain'),
      cell: ({ domain }) => <Address>{domain}</Address>,
    },
    {
      id: 'waiting',
      title: t('domains.waiting'),
      align: 'end',
      cell: ({ waiting }) => format.number(waiting),
    },
    {
      id: 'held',
      title: t('domains.held'),
      align: 'end',
      cell: ({ held }) => format.number(held),
    },
    {
      id: 'oldest',
      title: t('domains.oldest'),
      cell: ({ oldestAcceptedAt }) => <RelativeTime at={oldestAcceptedAt} />,
    },
    {
      id: 'next',
      title: t('domains.next'),
      cell: ({ nextAttemptAt }) => <NextAttempt at={nextAttemptAt} />,
    },
  ]
  if (onRetry !== undefined) {
    columns.push({
      id: 'retry',
      title: t('domains.retry'),
      cell: ({ domain, waiting }) =>
        waiting > 0 && (
          <Button
            variant="default"
            disabled={busy}
            aria-label={t('retryDomainNamed', { domain })}
            onClick={() => onRetry(domain)}
          >
            {t('retryDomain')}
          </Button>
        ),
    })
  }
  return (
    <List
      label={t('domains.title')}
      rows={{ state: 'ready', value: domains }}
      columns={columns}
      idOf={({ domain }) => domain}
      hrefOf={({ domain }) => addressOf('/queue', { domain })}
      empty={{ title: t('empty.title') }}
    />
  )
}

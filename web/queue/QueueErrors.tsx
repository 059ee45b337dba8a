import { useTranslation } from 'react-i18next'
import type { QueueView } from '../../src/contract/queue.ts'
import { ServerWords } from '../messages/ServerWords.tsx'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'

type Same = QueueView['errors'][number]

/** What servers said last, the same words once, most frequent first. */
export function QueueErrors({ errors }: { readonly errors: readonly Same[] }) {
  const { t } = useTranslation('queue')
  const format = useFormat()
  const columns: Column<Same>[] = [
    {
      id: 'reply',
      title: t('errors.reply'),
      cell: ({ status, reply }) => <ServerWords status={status} reply={reply} />,
    },
    {
      id: 'deliveries',
      title: t('errors.deliveries'),
      align: 'end',
      cell: ({ deliveries }) => format.number(deliveries),
    },
  ]
  return (
    <List
      label={t('errors.title')}
      rows={{ state: 'ready', value: errors }}
      columns={columns}
      idOf={({ status, reply }) => `${status} ${reply}`}
      empty={{ title: t('empty.title') }}
    />
  )
}

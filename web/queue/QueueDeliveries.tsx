import { useTranslation } from 'react-i18next'
import type { QueueLine } from '../../src/contract/queue.ts'
import type { Pieces } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { Address } from '../ui/Address.tsx'
import { hrefOf } from '../messages/message-line.ts'
import { MessageStateBadge } from '../messages/MessageWords.tsx'
import { OrderMenu } from '../messages/OrderMenu.tsx'
import { POSSIBLE_ORDERS, useOrder } from '../messages/orders.ts'
import { ServerWords } from '../messages/ServerWords.tsx'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { NextAttempt } from './QueueSummary.tsx'

interface Filters {
  readonly state: string
  readonly domain: string
}

interface Props extends Pieces<QueueLine> {
  readonly filters: Filters
  readonly change: (changed: Partial<Filters>) => void
}

/** One line for each recipient that waits or is held, with what can be ordered for it. */
export function QueueDeliveries({ rows, more, loadingMore, filters, change }: Props) {
  const { t } = useTranslation(['queue', 'messages'])
  const format = useFormat()
  const mayManage = useMay('messages.manage')
  const order = useOrder()
  const columns: Column<QueueLine>[] = [
    {
      id: 'recipient',
      title: t('rows.recipient'),
      cell: ({ recipient }) => <Address>{recipient}</Address>,
    },
    {
      id: 'from',
      title: t('rows.from'),
      minor: true,
      cell: ({ from }) => <Address>{from === '' ? t('messages:noSender') : from}</Address>,
    },
    {
      id: 'state',
      title: t('rows.state'),
      cell: ({ state, isUnderWay }) =>
        isUnderWay ? (
          <StateBadge kind="busy">{t('rows.underWay')}</StateBadge>
        ) : (
          <MessageStateBadge state={state} />
        ),
    },
    {
      id: 'accepted',
      title: t('rows.accepted'),
      minor: true,
      cell: ({ acceptedAt }) => <RelativeTime at={acceptedAt} />,
    },
    {
      id: 'attempts',
      title: t('rows.attempts'),
      minor: true,
      align: 'end',
      cell: ({ attempts }) => format.number(attempts),
    },
    {
      id: 'next',
      title: t('rows.next'),
      cell: ({ dueAt }) => <NextAttempt at={dueAt} />,
    },
    {
      id: 'reply',
      title: t('rows.reply'),
      cell: ({ status, reply }) => <ServerWords status={status} reply={reply} />,
    },
  ]
  if (mayManage) {
    columns.push({
      id: 'orders',
      title: t('rows.orders'),
      cell: ({ messageId, position, recipient, state }) => (
        <OrderMenu
          recipient={recipient}
          possible={POSSIBLE_ORDERS[state]}
          busy={order.busy}
          problem={order.problem}
          onOrder={async (which) => {
            const request = { id: messageId, order: which, recipients: [position] }
            return (await order.run(request)) !== undefined
          }}
        />
      ),
    })
  }
  return (
    <>
      <Problem problem={order.problem} title={t('messages:result.failed')} />
      <List
        label={t('rows.title')}
        rows={rows}
        columns={columns}
        idOf={({ messageId, position }) => `${messageId}.${position}`}
        hrefOf={({ messageId }) => hrefOf({ id: messageId })}
        search={{
          label: t('rows.domain'),
          value: filters.domain,
          onChange: (domain) => change({ domain: domain.trim() }),
        }}
        filters={[
          {
            label: t('rows.state'),
            value: filters.state,
            options: [
              { value: 'waiting', label: t('messages:state.waiting') },
              { value: 'held', label: t('messages:state.held') },
            ],
            onChange: (state) => change({ state }),
          },
        ]}
        onClear={() => change({ state: '', domain: '' })}
        empty={{ title: t('empty.title'), text: t('empty.text') }}
        more={more}
        loadingMore={loadingMore}
      />
    </>
  )
}

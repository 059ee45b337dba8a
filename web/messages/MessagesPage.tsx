import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MessageList, type MessageLine } from '../../src/contract/message-list.ts'
import { useReadPieces } from '../api/data.ts'
import { useMay } from '../api/session.ts'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { useNow } from '../ui/now.ts'
import { PageHead } from '../ui/PageHead.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Address } from '../ui/Address.tsx'
import { BulkResults } from './BulkResults.tsx'
import { MailMarks } from './MailMarks.tsx'
import { NO_FILTERS, queryOf, useFilters, useMessageFilters } from './message-filters.ts'
import { hrefOf, useRecipientWords } from './message-line.ts'
import { MessageStateBadge, SignedWord, StrengthWord } from './MessageWords.tsx'
import { MoreFilters } from './MoreFilters.tsx'
import { OrderButtons } from './OrderButtons.tsx'
import { ORDERS, useBulkOrder, type MessageOrder, type OrderResult } from './orders.ts'
import styles from './Messages.module.css'

/** New mail appears by itself. */
const RENEW_MS = 20_000

interface Bulk {
  readonly order: MessageOrder
  readonly results: readonly OrderResult[]
  readonly names: ReadonlyMap<string, string>
}

/** Every message that the hub took: searched, filtered, and ordered about in bulk. */
export function MessagesPage() {
  const { t } = useTranslation('messages')
  const format = useFormat()
  const now = useNow()
  const mayManage = useMay('messages.manage')
  const [filters, change] = useMessageFilters()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [bulk, setBulk] = useState<Bulk>()
  const recipientsInWords = useRecipientWords()
  const order = useBulkOrder()
  const { rows, more, loadingMore, first } = useReadPieces('/api/v1/messages', MessageList, {
    query: queryOf(filters, now),
    rowsOf: ({ messages }) => messages,
    nextOf: ({ next }) => next,
    everyMs: RENEW_MS,
  })
  const nameOf = (line: MessageLine) =>
    t('rowName', {
      from: line.from === '' ? t('noSender') : line.from,
      recipients: recipientsInWords(line),
    })
  const give = async (which: MessageOrder) => {
    const names = new Map(
      rows.state === 'ready' ? rows.value.map((line) => [line.id, nameOf(line)]) : [],
    )
    const done = await order.run({ order: which, ids: [...selected] })
    if (done === undefined) return false
    setBulk({ ...done, names })
    setSelected(new Set())
    return true
  }
  const isFiltered = Object.entries(filters).some(
    ([name, value]) => name !== 'order' && value !== '',
  )

  const columns: Column<MessageLine>[] = [
    {
      id: 'from',
      title: t('column.from'),
      cell: ({ from }) => <Address>{from === '' ? t('noSender') : from}</Address>,
    },
    {
      id: 'to',
      title: t('column.to'),
      cell: (line) => <Address>{recipientsInWords(line)}</Address>,
    },
    {
      id: 'state',
      title: t('column.state'),
      cell: ({ state }) => <MessageStateBadge state={state} />,
    },
    {
      id: 'protection',
      title: t('column.protection'),
      cell: ({ strength, signed }) => (
        <span className={styles.words}>
          <StrengthWord strength={strength} />
          <SignedWord signed={signed} />
        </span>
      ),
    },
    {
      id: 'accepted',
      title: t('column.accepted'),
      sortable: true,
      cell: ({ acceptedAt }) => <RelativeTime at={acceptedAt} />,
    },
    { id: 'via', title: t('column.via'), minor: true, cell: ({ via }) => t(`via.${via}`) },
    {
      id: 'size',
      title: t('column.size'),
      minor: true,
      align: 'end',
      cell: ({ sizeBytes }) => format.size(sizeBytes),
    },
  ]
  return (
    <>
      <PageHead title={t('title')} purpose={t('purpose')} />
      <div className={styles.notes}>
        <MailMarks />
        <Problem problem={order.problem} title={t('result.failed')} />
        {bulk && (
          <BulkResults
            {...bulk}
            nameOf={(id) => bulk.names.get(id) ?? id}
            onClose={() => setBulk(undefined)}
          />
        )}
        {first?.addressesLeftOut === true && (
          <NoteBox kind="warn" role="status">
            {t('addressesLeftOut')}
          </NoteBox>
        )}
      </div>
      <List
        label={t('title')}
        rows={rows}
        columns={columns}
        idOf={({ id }) => id}
        nameOf={nameOf}
        hrefOf={hrefOf}
        search={{
          label: t('search'),
          value: filters.search,
          onChange: (search) => change({ search }),
        }}
        filters={useFilters(filters, change)}
        controls={<MoreFilters filters={filters} change={change} />}
        narrowed={isFiltered}
        onClear={() => change({ ...NO_FILTERS, order: filters.order })}
        count={
          first &&
          t(first.count.isExact ? 'count' : 'countAtLeast', { count: first.count.messages })
        }
        sort={{
          by: 'accepted',
          descending: filters.order !== 'oldest',
          onChange: (_by, descending) => change({ order: descending ? '' : 'oldest' }),
        }}
        {...(mayManage && {
          selection: {
            selected,
            onChange: setSelected,
            actions: (
              <OrderButtons
                possible={ORDERS}
                cancelTitle={t('cancelAsk.many', { count: selected.size })}
                busy={order.busy}
                problem={order.problem}
                onOrder={give}
              />
            ),
          },
        })}
        empty={{ title: t('empty.title'), text: t('empty.text') }}
        more={more}
        loadingMore={loadingMore}
      />
      {first?.lookedUntil && (
        <p className={styles.looked}>
          {t('lookedUntil', { moment: format.moment(new Date(first.lookedUntil)) })}
        </p>
      )}
    </>
  )
}

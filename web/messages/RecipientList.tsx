import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import type { ApiProblem } from '../api/problem.ts'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { useNow } from '../ui/now.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Address } from '../ui/Address.tsx'
import { MessageStateBadge, StrengthWord } from './MessageWords.tsx'
import { OrderMenu } from './OrderMenu.tsx'
import { POSSIBLE_ORDERS, type MessageOrder } from './orders.ts'
import { ServerWords } from './ServerWords.tsx'
import styles from './Message.module.css'

type Recipient = MessageDetail['recipients'][number]

/** A message may have a thousand. */
const SHOWN_AT_ONCE = 10

interface Props {
  readonly message: MessageDetail
  /** False shows no orders. */
  readonly mayOrder: boolean
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
  readonly onOrder: (order: MessageOrder, position: number) => Promise<boolean>
}

/** Each recipient with what became of it there, and the server's last words. */
export function RecipientList({ message, mayOrder, busy, problem, onOrder }: Props) {
  const { t } = useTranslation(['message', 'messages'])
  const format = useFormat()
  const [shown, setShown] = useState(SHOWN_AT_ONCE)
  const { recipients } = message
  const columns: Column<Recipient>[] = [
    {
      id: 'address',
      title: t('recipient.address'),
      cell: ({ address, isBlind }) => (
        <>
          <Address>{address}</Address>
          {isBlind && <span className={styles.soft}> · {t('recipient.blind')}</span>}
        </>
      ),
    },
    {
      id: 'state',
      title: t('recipient.state'),
      cell: ({ state }) => <MessageStateBadge state={state} />,
    },
    {
      id: 'strength',
      title: t('recipient.strength'),
      cell: ({ strength }) => <StrengthWord strength={strength ?? 'none'} />,
    },
    {
      id: 'attempts',
      title: t('recipient.attempts'),
      minor: true,
      align: 'end',
      cell: ({ attempts }) => format.number(attempts),
    },
    {
      id: 'next',
      title: t('recipient.next'),
      cell: (recipient) => <NextOrEnd recipient={recipient} />,
    },
    {
      id: 'words',
      title: t('recipient.words'),
      cell: ({ status, reply }) => <ServerWords status={status} reply={reply} />,
    },
  ]
  if (mayOrder && message.orders.length > 0) {
    columns.push({
      id: 'orders',
      title: t('recipient.orders'),
      cell: (recipient) => (
        <OrderMenu
          recipient={recipient.address}
          possible={possibleFor(recipient, message)}
          busy={busy}
          problem={problem}
          onOrder={(order) => onOrder(order, recipient.position)}
        />
      ),
    })
  }
  return (
    <>
      <List
        label={t('section.recipients')}
        rows={{ state: 'ready', value: recipients.slice(0, shown) }}
        columns={columns}
        idOf={({ position }) => String(position)}
        empty={{ title: t('recipient.none') }}
        more={recipients.length > shown ? () => setShown(shown + SHOWN_AT_ONCE) : undefined}
      />
    </>
  )
}

/** Of what can be ordered of the message, what is for this recipient. */
function possibleFor({ state, copy }: Recipient, message: MessageDetail): readonly MessageOrder[] {
  if (copy === null) return []
  return POSSIBLE_ORDERS[state].filter((order) => message.orders.includes(order))
}

function NextOrEnd({ recipient: { dueAt, finishedAt } }: { readonly recipient: Recipient }) {
  const { t } = useTranslation('message')
  const now = useNow()
  if (finishedAt !== null) return <RelativeTime at={finishedAt} />
  if (dueAt === null) return t('recipient.none')
  if (new Date(dueAt) <= now) return t('recipient.dueNow')
  return <RelativeTime at={dueAt} />
}

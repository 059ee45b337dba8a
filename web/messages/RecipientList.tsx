import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageDetail } from '../../src/contract/message-detail.ts'
import type { ApiProblem } from '../api/problem.ts'
import { Confirm } from '../ui/Confirm.tsx'
import { useFormat } from '../ui/format.ts'
import { List, type Column } from '../ui/List.tsx'
import { useNow } from '../ui/now.ts'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { MessageStateBadge, StrengthWord } from './MessageWords.tsx'
import { ORDERS, type MessageOrder } from './orders.ts'
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
  const [cancelling, setCancelling] = useState<Recipient>()
  const { recipients } = message
  const columns: Column<Recipient>[] = [
    {
      id: 'address',
      title: t('recipient.address'),
      cell: ({ address, isBlind }) => (
        <>
          {address}
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
        <RecipientOrders
          recipient={recipient}
          possible={possibleFor(recipient, message)}
          busy={busy}
          onOrder={(order) =>
            order === 'cancel' ? setCancelling(recipient) : void onOrder(order, recipient.position)
          }
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
      <Confirm
        opened={cancelling !== undefined}
        onClose={() => setCancelling(undefined)}
        title={t('messages:cancelAsk.recipient', { recipient: cancelling?.address ?? '' })}
        action={t('messages:order.cancel')}
        busy={busy}
        problem={problem}
        onConfirm={() => {
          if (cancelling === undefined) return
          void onOrder('cancel', cancelling.position).then(
            (done) => done && setCancelling(undefined),
          )
        }}
      >
        {t('messages:cancelAsk.text')}
      </Confirm>
    </>
  )
}

const POSSIBLE: Readonly<Record<Recipient['state'], readonly MessageOrder[]>> = {
  waiting: ['retry', 'hold', 'cancel'],
  held: ['release', 'cancel'],
  failed: ['retry'],
  delivered: [],
  cancelled: [],
}

/** Of what can be ordered of the message, what is for this recipient. */
function possibleFor({ state, copy }: Recipient, message: MessageDetail): readonly MessageOrder[] {
  if (copy === null) return []
  return POSSIBLE[state].filter((order) => message.orders.includes(order))
}

interface OrdersProps {
  readonly recipient: Recipient
  readonly possible: readonly MessageOrder[]
  readonly busy: boolean
  readonly onOrder: (order: MessageOrder) => void
}

function RecipientOrders({ recipient, possible, busy, onOrder }: OrdersProps) {
  const { t } = useTranslation(['message', 'messages'])
  if (possible.length === 0) return null
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size="lg"
          disabled={busy}
          aria-label={t('recipient.ordersFor', { recipient: recipient.address })}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {ORDERS.filter((order) => possible.includes(order)).map((order) => (
          <Menu.Item key={order} onClick={() => onOrder(order)}>
            {t(`messages:order.${order}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function NextOrEnd({ recipient: { dueAt, finishedAt } }: { readonly recipient: Recipient }) {
  const { t } = useTranslation('message')
  const now = useNow()
  if (finishedAt !== null) return <RelativeTime at={finishedAt} />
  if (dueAt === null) return t('recipient.none')
  if (new Date(dueAt) <= now) return t('recipient.dueNow')
  return <RelativeTime at={dueAt} />
}

interface WordsProps {
  readonly status: string | null
  readonly reply: string | null
}

/** As the server said it, in its own language. */
export function ServerWords({ status, reply }: WordsProps) {
  const { t } = useTranslation('message')
  // A reply often begins with its status; it is not said twice.
  const words = [reply?.includes(status ?? '') === true ? null : status, reply].filter(Boolean)
  if (words.length === 0) return t('recipient.none')
  return <code className={styles.serverWords}>{words.join(' ')}</code>
}

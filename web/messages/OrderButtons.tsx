import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { CancelDelivery } from './CancelDelivery.tsx'
import { ORDERS, type MessageOrder } from './orders.ts'

interface Props {
  readonly possible: readonly MessageOrder[]
  /** The question before delivery is cancelled: *Cancel delivery of 3 messages?* */
  readonly cancelTitle: string
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
  /** True when it was carried out. */
  readonly onOrder: (order: MessageOrder) => Promise<boolean>
}

/** What can be ordered, as buttons. Cancelling cannot be undone and asks first. */
export function OrderButtons({ possible, cancelTitle, busy, problem, onOrder }: Props) {
  const { t } = useTranslation('messages')
  const [asking, setAsking] = useState(false)
  return (
    <>
      {ORDERS.filter((order) => possible.includes(order)).map((order) => (
        <Button
          key={order}
          variant="default"
          disabled={busy}
          onClick={() => (order === 'cancel' ? setAsking(true) : void onOrder(order))}
        >
          {t(`order.${order}`)}
        </Button>
      ))}
      <CancelDelivery
        opened={asking}
        title={cancelTitle}
        busy={busy}
        problem={problem}
        onClose={() => setAsking(false)}
        onCancel={() => onOrder('cancel')}
      />
    </>
  )
}

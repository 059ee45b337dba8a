import { ActionIcon } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { ActionMenu } from '../ui/ActionMenu.tsx'
import { CancelDelivery } from './CancelDelivery.tsx'
import { ORDERS, type MessageOrder } from './orders.ts'

interface Props {
  /** Address whose delivery it is about. */
  readonly recipient: string
  readonly possible: readonly MessageOrder[]
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
  /** True when it was carried out. */
  readonly onOrder: (order: MessageOrder) => Promise<boolean>
}

/** What can be ordered for one recipient. Cancelling cannot be undone and asks first. */
export function OrderMenu({ recipient, possible, busy, problem, onOrder }: Props) {
  const { t } = useTranslation('messages')
  const [asking, setAsking] = useState(false)
  if (possible.length === 0) return null
  return (
    <>
      <ActionMenu
        width={220}
        button={
          <ActionIcon
            variant="default"
            size="lg"
            disabled={busy}
            aria-label={t('ordersFor', { recipient })}
          >
            <IconDots size={18} />
          </ActionIcon>
        }
        actions={ORDERS.filter((order) => possible.includes(order)).map((order) => ({
          label: t(`order.${order}`),
          onChoose: () => (order === 'cancel' ? setAsking(true) : void onOrder(order)),
        }))}
      />
      <CancelDelivery
        opened={asking}
        title={t('cancelAsk.recipient', { recipient })}
        busy={busy}
        problem={problem}
        onClose={() => setAsking(false)}
        onCancel={() => onOrder('cancel')}
      />
    </>
  )
}

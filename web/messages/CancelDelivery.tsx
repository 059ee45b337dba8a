import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { Confirm } from '../ui/Confirm.tsx'

interface Props {
  readonly opened: boolean
  readonly title: string
  readonly busy: boolean
  readonly problem: ApiProblem | undefined
  readonly onClose: () => void
  /** True when it was carried out. */
  readonly onCancel: () => Promise<boolean>
}

/** Asks before delivery is cancelled, which cannot be undone. */
export function CancelDelivery({ opened, title, busy, problem, onClose, onCancel }: Props) {
  const { t } = useTranslation('messages')
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={title}
      action={t('order.cancel')}
      busy={busy}
      problem={problem}
      onConfirm={() => void onCancel().then((done) => done && onClose())}
    >
      {t('cancelAsk.text')}
    </Confirm>
  )
}

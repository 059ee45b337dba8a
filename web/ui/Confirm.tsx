import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiProblem } from '../api/problem.ts'
import { Dialog } from './Dialog.tsx'
import { Problem } from './Problem.tsx'

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
  /** The question, naming the thing: *Cancel delivery to ben@example.net?* */
  readonly title: string
  /** What follows from it and cannot be undone. */
  readonly children: ReactNode
  /** The verb once more: *Cancel delivery*. */
  readonly action: string
  readonly onConfirm: () => void
  readonly busy?: boolean
  readonly problem?: ApiProblem | undefined
}

/** Asks before what cannot be undone; for everything else there is no asking, but undoing. */
export function Confirm(props: Props) {
  const { opened, onClose, title, children, action, onConfirm, busy = false, problem } = props
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Stack gap={16}>
        <Text component="div">{children}</Text>
        <Problem problem={problem} />
        <Group gap={8} justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('cancel')}
          </Button>
          <Button color="red.9" loading={busy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

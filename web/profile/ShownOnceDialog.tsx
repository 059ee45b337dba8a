import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Dialog } from '../ui/Dialog.tsx'

interface Props {
  readonly title: string
  /** That it is not shown again, and what to do with it. */
  readonly text: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A secret that is shown this once: nothing but a button of its own closes it. */
export function ShownOnceDialog({ title, text, onClose, children }: Props) {
  return (
    <Dialog isShownOnce opened onClose={onClose} title={title}>
      <Stack gap={16}>
        <Text>{text}</Text>
        {children}
      </Stack>
    </Dialog>
  )
}

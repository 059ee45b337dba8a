import { Button, Group, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog.tsx'

/** Asks before a page with unsaved changes is left, by a link, the back button or the browser. */
export function UnsavedChanges({ when }: { readonly when: boolean }) {
  const { t } = useTranslation()
  const blocker = useBlocker({
    // Search and filters in the address of the same page lose nothing.
    shouldBlockFn: ({ current, next }) => when && current.pathname !== next.pathname,
    enableBeforeUnload: () => when,
    withResolver: true,
  })
  return (
    <Dialog
      isNear={when}
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('unsaved.title')}
    >
      <Text>{t('unsaved.text')}</Text>
      <Group mt={24} gap={8} justify="flex-end">
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          {t('unsaved.leave')}
        </Button>
        <Button data-autofocus onClick={() => blocker.reset?.()}>
          {t('unsaved.stay')}
        </Button>
      </Group>
    </Dialog>
  )
}

import { Modal } from '@mantine/core'
import { useMounted } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import type { DialogProps } from './Dialog.tsx'
import { useFocusGivenBack } from './focus-given-back.ts'

/** What `Dialog` loads. */
export function LoadedDialog({
  opened,
  stays = false,
  isShownOnce = false,
  ...props
}: DialogProps) {
  const { t } = useTranslation()
  // It remembers where the focus was, to give it back, only if it sees itself being opened.
  const isMounted = useMounted()
  useFocusGivenBack(opened)
  return (
    <Modal
      {...props}
      opened={opened && isMounted}
      closeOnClickOutside={!stays && !isShownOnce}
      closeOnEscape={!isShownOnce}
      withCloseButton={!isShownOnce}
      closeButtonProps={{ 'aria-label': t('close') }}
    />
  )
}

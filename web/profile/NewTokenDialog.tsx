import { Button, CopyButton, Modal, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import styles from './profile.module.css'

/** A token that was just made, shown this once. */
export function NewTokenDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation('profile')
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('token.yours')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack gap={16}>
        <Text>{t('token.once')}</Text>
        <code className={styles.token}>{token}</code>
        <div className={styles.buttons} data-end>
          <CopyButton value={token} timeout={2000}>
            {({ copied, copy }) => (
              <Button
                leftSection={
                  copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
                }
                onClick={copy}
              >
                {t(copied ? 'recovery.copied' : 'recovery.copy')}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            {t('token.done')}
          </Button>
        </div>
      </Stack>
    </Modal>
  )
}

import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyTextButton } from '../ui/Identifier.tsx'
import styles from './profile.module.css'
import { ShownOnceDialog } from './ShownOnceDialog.tsx'

/** A token that was just made. */
export function NewTokenDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation('profile')
  return (
    <ShownOnceDialog title={t('token.yours')} text={t('token.once')} onClose={onClose}>
      <code className={styles.token}>{token}</code>
      <div className={styles.buttons} data-end>
        <CopyTextButton value={token} label={t('recovery.copy')} variant="filled" />
        <Button variant="default" onClick={onClose}>
          {t('token.done')}
        </Button>
      </div>
    </ShownOnceDialog>
  )
}

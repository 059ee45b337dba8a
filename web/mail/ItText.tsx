import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyTextButton } from '../ui/Identifier.tsx'
import { Fold } from '../ui/Fold.tsx'
import styles from './mail.module.css'
import type { MailDraft } from './mail-draft.ts'

interface Props {
  readonly draft: MailDraft
}

/** For whoever registers the application at Microsoft: what to do there, and what to send back. */
export function ItText({ draft }: Props) {
  const { t } = useTranslation('mail')
  const { type, provider, senderAddress, mailbox, applicationId } = draft
  const isGraph = type === 'microsoft'
  if (!isGraph && (type !== 'smtp-oauth' || provider !== 'microsoft')) return null
  const text = t(isGraph ? 'it.graph' : 'it.smtp', {
    mailbox: mailbox.trim() || senderAddress.trim() || t('it.mailbox'),
    application: applicationId.trim() || t('it.application'),
    page: `${location.origin}/settings/mail`,
  })
  return (
    <Fold title={t('it.title')} summary={t('it.summary')}>
      <Text>{t('it.purpose')}</Text>
      <pre className={styles.itText} tabIndex={0}>
        {text}
      </pre>
      <div>
        <CopyTextButton value={text} label={t('it.copy')} />
      </div>
    </Fold>
  )
}

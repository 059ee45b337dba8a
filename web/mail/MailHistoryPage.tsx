import { useTranslation } from 'react-i18next'
import { useMay, useSession } from '../api/session.ts'
import { HistoryPage } from '../settings/HistoryPage.tsx'
import { MAIL_PATH } from './mail-test.ts'
import { useMailPolicyWords } from './mail-words.ts'

/** Every version of the e-mail configuration. */
export function MailHistoryPage() {
  const { t } = useTranslation('mail')
  const words = useMailPolicyWords()
  const { account } = useSession()
  return (
    <HistoryPage
      title={t('history.title')}
      path={MAIL_PATH}
      page="/settings/mail"
      pageTitle={t('title')}
      words={words}
      mayChange={useMay('mail-configuration.change')}
      note={t('history.note', { recipient: account.address })}
    />
  )
}

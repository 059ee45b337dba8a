import { useTranslation } from 'react-i18next'
import { useMay } from '../api/session.ts'
import { HistoryPage } from './HistoryPage.tsx'
import { useSignInWords } from './sign-in-words.ts'
import { SIGN_IN_PATH } from './SignInSettingsPage.tsx'

/** Every version of the sign-in settings. */
export function SignInHistoryPage() {
  const { t } = useTranslation('sign-in-settings')
  const words = useSignInWords()
  return (
    <HistoryPage
      title={t('history.title')}
      path={SIGN_IN_PATH}
      page="/settings/sign-in"
      pageTitle={t('title')}
      words={words}
      mayChange={useMay('sign-in.change')}
    />
  )
}

import { NativeSelect } from '@mantine/core'
import { useContext } from 'react'
import { useTranslation } from 'react-i18next'
import { useApi, useRefresh } from '../api/data.ts'
import { SESSION_PATH, SessionContext } from '../api/session.ts'
import { isLanguage, LANGUAGE_NAMES, LANGUAGES, showIn } from './language.ts'

/** The language of the pages: kept in the account of whoever is signed in, else in the browser. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const api = useApi()
  const refresh = useRefresh()
  const session = useContext(SessionContext)
  const choose = async (language: string) => {
    if (!isLanguage(language)) return
    await showIn(language)
    if (session === undefined) return
    const request = { method: 'PATCH', body: { language }, plain: true } as const
    // The page is in the language that was chosen even when the account does not remember it.
    await api.call('/api/v1/profile', request).catch(() => undefined)
    await refresh(SESSION_PATH)
  }
  return (
    <NativeSelect
      aria-label={t('preferences.language')}
      value={i18n.language}
      onChange={(event) => void choose(event.currentTarget.value)}
    >
      {LANGUAGES.map((language) => (
        <option key={language} value={language} lang={language}>
          {LANGUAGE_NAMES[language]}
        </option>
      ))}
    </NativeSelect>
  )
}

import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { pageAt } from './pages.ts'
import styles from './Shell.module.css'

/** Where something can be done about a notice. */
const REMEDIES: Readonly<Record<string, string>> = {
  'mail.not_configured': '/settings/mail',
  'mail.accepts_invalid_certificate': '/settings/mail',
  'mail.accepts_wrong_host_name': '/settings/mail',
  'mail.not_encrypted': '/settings/mail',
  'mail.last_test_failed': '/settings/mail',
}

/** What somebody should know on every page: the words are in `common.json`, `notices`. */
export function Notices({ codes }: { readonly codes: readonly string[] }) {
  const { t, i18n } = useTranslation()
  const { permissions = [] } = useSession()
  // Others are told where it matters to them: by marks beside mail.
  const canAct = (code: string) => {
    const page = pageAt(REMEDIES[code] ?? '')
    return page === undefined || permissions.includes(page.permission)
  }
  const known = codes.filter((code) => i18n.exists(`notices.${code}`) && canAct(code))
  if (known.length === 0) return null
  return (
    <div className={styles.notices}>
      {known.map((code) => {
        const remedy = REMEDIES[code]
        return (
          <NoteBox key={code} kind="warn">
            <span>
              {t(`notices.${code}`)}{' '}
              {remedy !== undefined && pageAt(remedy) !== undefined && (
                <PageLink to={remedy}>{t(`remedies.${code}`)}</PageLink>
              )}
            </span>
          </NoteBox>
        )
      })}
    </div>
  )
}

import { useTranslation } from 'react-i18next'
import { pageAt } from '../app/pages.ts'
import { useMay, useSession } from '../api/session.ts'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'

const SETTINGS = '/settings/mail'

const MARKS = ['accepts_invalid_certificate', 'accepts_wrong_host_name'] as const

/** Stands wherever mail is shown as long as the connection that it leaves by is not checked. */
export function MailMarks() {
  const { t } = useTranslation('messages')
  const { notices } = useSession()
  const mayOpen = useMay('mail-configuration.read') && pageAt(SETTINGS) !== undefined
  return MARKS.filter((mark) => notices.includes(`mail.${mark}`)).map((mark) => (
    <NoteBox key={mark} kind="warn">
      <span>
        {t(`mark.${mark}`)} {mayOpen && <PageLink to={SETTINGS}>{t('mark.open')}</PageLink>}
      </span>
    </NoteBox>
  ))
}

import { useTranslation } from 'react-i18next'
import { useMay, useSession } from '../api/session.ts'
import { NoteBox } from '../ui/NoteBox.tsx'

const MARKS = ['accepts_invalid_certificate', 'accepts_wrong_host_name'] as const

/** Stands wherever mail is shown as long as the connection that it leaves by is not checked. */
export function MailMarks() {
  const { t } = useTranslation('messages')
  const { notices } = useSession()
  // Whoever may change it is told on every page, with the way there.
  if (useMay('mail-configuration.read')) return null
  return MARKS.filter((mark) => notices.includes(`mail.${mark}`)).map((mark) => (
    <NoteBox key={mark} kind="warn">
      <span>{t(`mark.${mark}`)}</span>
    </NoteBox>
  ))
}

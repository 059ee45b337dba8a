import { useTranslation } from 'react-i18next'
import type { MailWarning } from '../../src/contract/mail-configuration.ts'
import { useFormat } from '../ui/format.ts'
import { NoteBox } from '../ui/NoteBox.tsx'

/** What the hub says there is to think about in what is saved. */
export function MailWarnings({ warnings }: { readonly warnings: readonly MailWarning[] }) {
  const { t } = useTranslation('mail')
  const format = useFormat()
  if (warnings.length === 0) return null
  const wordsOf = ({ code, params }: MailWarning) => {
    const { validUntil, encryption } = params
    return t(`warning.${code}`, {
      ...params,
      ...(validUntil !== undefined && { validUntil: format.date(new Date(validUntil)) }),
      ...(encryption !== undefined && { encryption: t(`encryption.${encryption}.label`) }),
    })
  }
  return (
    <NoteBox kind="warn" title={t('warnings', { count: warnings.length })}>
      <ul>
        {warnings.map((warning) => (
          <li key={`${warning.path} ${warning.code}`}>{wordsOf(warning)}</li>
        ))}
      </ul>
    </NoteBox>
  )
}

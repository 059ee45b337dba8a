import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../ui/PageLink.tsx'
import { pageAt } from './pages.ts'

/** Where something can be done about a notice. */
const REMEDIES: Readonly<Record<string, string>> = {
  'mail.not_configured': '/settings/mail',
  'mail.unsafe': '/settings/mail',
}

/** What somebody should know on every page: the words are in `common.json`, `notices`. */
export function Notices({ codes }: { readonly codes: readonly string[] }) {
  const { t, i18n } = useTranslation()
  return codes
    .filter((code) => i18n.exists(`notices.${code}`))
    .map((code) => {
      const remedy = REMEDIES[code]
      return (
        <Alert
          key={code}
          role="status"
          variant="outline"
          color="yellow"
          mb={16}
          icon={<IconInfoCircle aria-hidden />}
        >
          {t(`notices.${code}`)}{' '}
          {remedy !== undefined && pageAt(remedy) !== undefined && (
            <PageLink to={remedy}>{t(`remedies.${code}`)}</PageLink>
          )}
        </Alert>
      )
    })
}

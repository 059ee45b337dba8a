import { useTranslation } from 'react-i18next'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { AccessList } from './AccessList.tsx'
import { POLICIES_PATH } from './policy-paths.ts'

/** Who may do what with every policy of the organisation. */
export function AccessPage() {
  const { t } = useTranslation('policies')
  return (
    <>
      <PageHead
        title={t('access.title')}
        purpose={t('access.purpose')}
        back={<PageLink to="/policies">{t('title')}</PageLink>}
      />
      <AccessList path={`${POLICIES_PATH}/access`} />
    </>
  )
}

import { useTranslation } from 'react-i18next'
import { PolicyView } from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { usePathParameter } from '../ui/address.ts'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { AccessList } from './AccessList.tsx'
import { usePolicyNames } from './kind-name.ts'
import { policyPage, policyPath } from './policy-paths.ts'

/** Who may do what with one policy: what holds for all policies, and what is said for this one. */
export function PolicyAccessPage() {
  const { t } = useTranslation('policies')
  const names = usePolicyNames()
  const id = usePathParameter('id')
  const loaded = useRead(policyPath(id), PolicyView)
  const name = loaded.state === 'ready' ? names.policy(loaded.value.policy) : t('policy.title')
  return (
    <>
      <PageHead
        title={loaded.state === 'ready' ? t('access.of', { name }) : t('access.title')}
        purpose={t('access.purposeOne')}
        back={<PageLink to={policyPage(id)}>{name}</PageLink>}
      />
      <AccessList path={`${policyPath(id)}/access`} />
    </>
  )
}

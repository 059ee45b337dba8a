import { IconHistory, IconLock } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { PolicyView } from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { usePathParameter } from '../ui/address.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { LinkButton, PageLink } from '../ui/PageLink.tsx'
import { Sections } from '../ui/Section.tsx'
import { usePolicyNames } from './kind-name.ts'
import { PolicyActions } from './PolicyActions.tsx'
import { PolicyContent } from './PolicyContent.tsx'
import { PolicyFacts } from './PolicyFacts.tsx'
import { policyPage, policyPath } from './policy-paths.ts'
import { PolicyStateBadge } from './PolicyStateBadge.tsx'
import { ProductionSection } from './ProductionSection.tsx'
import styles from './policies.module.css'

/** One policy: where it is in its life, what it says, what of it is in force. */
export function PolicyPage() {
  const { t } = useTranslation('policies')
  const id = usePathParameter('id')
  const names = usePolicyNames()
  const loaded = useRead(policyPath(id), PolicyView)
  const view = loaded.state === 'ready' ? loaded.value : undefined
  return (
    <>
      <PageHead
        title={view === undefined ? t('policy.title') : names.policy(view.policy)}
        back={<PageLink to="/policies">{t('title')}</PageLink>}
        {...(view !== undefined && {
          ...(view.policy.name !== '' && { purpose: names.kind(view.policy.kind) }),
          badge: <PolicyStateBadge policy={view.policy} />,
          action: <PolicyActions view={view} />,
        })}
      />
      <Loaded of={loaded} failed={t('policy.failed')} height={480}>
        {(shown) => (
          <Sections>
            <div className={styles.links}>
              {shown.verbs.includes('read') && shown.policy.state !== 'template' && (
                <LinkButton
                  to={`${policyPage(id)}/history`}
                  variant="default"
                  leftSection={<IconHistory size={16} aria-hidden />}
                >
                  {t('history.title')}
                </LinkButton>
              )}
              <LinkButton
                to={`${policyPage(id)}/access`}
                variant="default"
                leftSection={<IconLock size={16} aria-hidden />}
              >
                {t('access.title')}
              </LinkButton>
            </div>
            <PolicyFacts view={shown} />
            {shown.verbs.includes('read') && <PolicyContent key={id} view={shown} />}
            {shown.policy.production !== null && (
              <ProductionSection view={shown} production={shown.policy.production} />
            )}
          </Sections>
        )}
      </Loaded>
    </>
  )
}

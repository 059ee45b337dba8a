import { useTranslation } from 'react-i18next'
import { PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { useRead } from '../api/data.ts'
import { FieldChanges } from '../settings/FieldChanges.tsx'
import { usePathParameter } from '../ui/address.ts'
import { Loaded } from '../ui/Loaded.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Section, Sections } from '../ui/Section.tsx'
import { usePolicyNames } from './kind-name.ts'
import { KindWords } from './KindWords.tsx'
import { requestPath } from './policy-paths.ts'
import { RequestStateBadge } from './PolicyStateBadge.tsx'
import { RequestActions } from './RequestActions.tsx'
import { RequestApprovals } from './RequestApprovals.tsx'
import { RequestFacts } from './RequestFacts.tsx'
import { RequestImpact } from './RequestImpact.tsx'

/** One request: who asks for what and why, what it would change, and what was said to it. */
export function RequestPage() {
  const { t } = useTranslation('policies')
  const names = usePolicyNames()
  const id = usePathParameter('id')
  const loaded = useRead(requestPath(id), PolicyRequestView)
  const view = loaded.state === 'ready' ? loaded.value : undefined
  return (
    <>
      <PageHead
        title={
          view === undefined
            ? t('requests.one')
            : t(`requests.line.${view.request.action}`, {
                name: names.policy(view.request.policy),
              })
        }
        back={<PageLink to="/policies/requests">{t('requests.title')}</PageLink>}
        {...(view !== undefined && {
          ...(view.request.policy.name !== '' && {
            purpose: names.kind(view.request.policy.kind),
          }),
          badge: <RequestStateBadge state={view.request.state} />,
          action: <RequestActions view={view} />,
        })}
      />
      <Loaded of={loaded} failed={t('requests.failed')} height={480}>
        {(shown) => (
          <Sections>
            <RequestFacts view={shown} />
            <RequestApprovals view={shown} />
            {shown.request.action !== 'restore' && (
              <Section title={t('requests.changes')}>
                <KindWords kind={shown.request.policy.kind}>
                  {(words) => (
                    <FieldChanges
                      label={t('requests.changes')}
                      changes={shown.changes}
                      words={words}
                      before={t('production.title')}
                      after={t('requests.after')}
                    />
                  )}
                </KindWords>
              </Section>
            )}
            <RequestImpact view={shown} />
          </Sections>
        )}
      </Loaded>
    </>
  )
}

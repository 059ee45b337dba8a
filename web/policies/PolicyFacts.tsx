import { useTranslation } from 'react-i18next'
import type { PolicyView } from '../../src/contract/change-control.ts'
import { useActorName } from '../ui/actor.ts'
import { ValueView } from '../ui/Fields.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Facts, Section } from '../ui/Section.tsx'
import { partsOf } from './kinds.ts'
import { requestPage } from './policy-paths.ts'
import { PolicyStateBadge } from './PolicyStateBadge.tsx'

/** Where a policy is in its life: its state, its last change, what somebody asks for. */
export function PolicyFacts({ view }: { readonly view: PolicyView }) {
  const { t } = useTranslation('policies')
  const named = useActorName()
  const { policy, requestId, approvalsNeeded } = view
  const { changedBy, version, label, production } = policy
  const { settings } = partsOf(policy.kind)
  return (
    <>
      {requestId !== null && policy.requested !== null && (
        <NoteBox kind="busy" title={t(`requested.${policy.requested}`)}>
          <PageLink to={requestPage(requestId)}>{t('requested.open')}</PageLink>
        </NoteBox>
      )}
      {typeof production?.breakGlassReason === 'string' && (
        <NoteBox kind="warn" title={t('breakGlassLong', { number: production.version })}>
          {production.breakGlassReason}
        </NoteBox>
      )}
      <Section
        title={t('policy.state')}
        {...(settings !== undefined && {
          action: <PageLink to={settings}>{t('policy.settings')}</PageLink>,
        })}
      >
        <Facts>
          <ValueView label={t('column.state')}>
            <PolicyStateBadge policy={policy} />
          </ValueView>
          <ValueView label={t('column.version')}>
            {version > 0 &&
              (label === ''
                ? t('version.number', { number: version })
                : t('version.labelled', { number: version, label }))}
          </ValueView>
          <ValueView label={t('policy.approvals')}>
            {approvalsNeeded === 0
              ? t('policy.noApprovals')
              : t('policy.approvalsNeeded', { count: approvalsNeeded })}
          </ValueView>
          <ValueView label={t('column.changedBy')}>{named(changedBy.id, changedBy.name)}</ValueView>
          <ValueView label={t('column.changedAt')}>
            <RelativeTime at={policy.changedAt} absolute />
          </ValueView>
          <ValueView label={t('column.comment')}>{policy.comment}</ValueView>
        </Facts>
      </Section>
    </>
  )
}

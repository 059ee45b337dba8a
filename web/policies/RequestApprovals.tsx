import { useTranslation } from 'react-i18next'
import type { PolicyRequestView } from '../../src/contract/policy-requests.ts'
import { useActorName } from '../ui/actor.ts'
import { Items } from '../ui/Items.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { Section } from '../ui/Section.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'

/** What was said to a request, how many are missing, and why whoever looks cannot approve it. */
export function RequestApprovals({ view }: { readonly view: PolicyRequestView }) {
  const { t } = useTranslation('policies')
  const named = useActorName()
  const { approvals, needed, missing, cannotApprove, request } = view
  const isOpen = request.state === 'open'
  return (
    <Section
      title={t('approvals.title')}
      purpose={t('approvals.needed', { count: needed })}
      {...(isOpen && {
        badge: (
          <StateBadge kind={missing === 0 ? 'ok' : 'busy'}>
            {t('approvals.missing', { count: missing })}
          </StateBadge>
        ),
      })}
    >
      {isOpen && cannotApprove !== null && <span>{t(`approvals.cannot.${cannotApprove}`)}</span>}
      {approvals.length === 0 ? (
        <span>{t('approvals.none')}</span>
      ) : (
        <Items
          label={t('approvals.title')}
          items={approvals.map(({ by, at, verdict, comment, counts }) => ({
            id: `${by.id} ${at}`,
            name: named(by.id, by.name),
            badge: (
              <StateBadge kind={verdict === 'reject' ? 'bad' : counts ? 'ok' : 'none'}>
                {t(
                  verdict === 'reject'
                    ? 'approvals.rejected'
                    : counts
                      ? 'approvals.approved'
                      : 'approvals.doesNotCount',
                )}
              </StateBadge>
            ),
            about: comment,
            facts: [<RelativeTime key="at" at={at} absolute />],
          }))}
        />
      )}
    </Section>
  )
}

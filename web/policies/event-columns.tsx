import { useTranslation } from 'react-i18next'
import type { PolicyEventView } from '../../src/contract/change-control.ts'
import { useActorName } from '../ui/actor.ts'
import type { Column } from '../ui/List.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import styles from './policies.module.css'

/** What was done, to which version, and what became of that version. */
export function useEventColumns(hrefOf: (version: number) => string): Column<PolicyEventView>[] {
  const { t, i18n } = useTranslation('policies')
  const named = useActorName()
  return [
    {
      id: 'verb',
      title: t('history.what'),
      cell: ({ verb, breakGlassReason }) => (
        <span className={styles.stacked}>
          {i18n.exists(`policies:did.${verb}`) ? t(`did.${verb}`) : verb}
          {breakGlassReason !== null && (
            <StateBadge kind="warn">
              {t('breakGlassBecause', { reason: breakGlassReason })}
            </StateBadge>
          )}
        </span>
      ),
    },
    {
      id: 'version',
      title: t('column.version'),
      cell: ({ version, label }) =>
        version !== null && (
          <PageLink to={hrefOf(version)}>
            {label === ''
              ? t('version.number', { number: version })
              : t('version.labelled', { number: version, label })}
          </PageLink>
        ),
    },
    { id: 'at', title: t('column.changedAt'), cell: ({ at }) => <RelativeTime at={at} /> },
    { id: 'by', title: t('column.changedBy'), cell: ({ by }) => named(by.id, by.name) },
    { id: 'marks', title: t('history.marks'), cell: (event) => <Marks event={event} /> },
    {
      id: 'comment',
      title: t('column.comment'),
      cell: ({ comment, source }) => (
        <>
          {comment}
          {source !== null && (
            <div className={styles.soft}>{t(`history.source.${source.is}`, { ...source })}</div>
          )}
        </>
      ),
    },
  ]
}

function Marks({ event }: { readonly event: PolicyEventView }) {
  const { t } = useTranslation('policies')
  const { isDeployed, isKept, isErased } = event
  if (!isDeployed && !isKept && !isErased) return null
  return (
    <span className={styles.stacked}>
      {isDeployed && <StateBadge kind="ok">{t('history.deployed')}</StateBadge>}
      {isKept && <StateBadge kind="held">{t('history.kept')}</StateBadge>}
      {isErased && <StateBadge kind="none">{t('history.erased')}</StateBadge>}
    </span>
  )
}

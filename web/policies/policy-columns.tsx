import { useTranslation } from 'react-i18next'
import type { PolicyLine, PolicyTab } from '../../src/contract/change-control.ts'
import { useActorName } from '../ui/actor.ts'
import type { Column } from '../ui/List.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { usePolicyNames } from './kind-name.ts'
import { PolicyStateBadge } from './PolicyStateBadge.tsx'
import styles from './policies.module.css'

/** The columns of table A6; templates and what was deleted have nothing in production to compare with. */
export function usePolicyColumns(tab: PolicyTab): Column<PolicyLine>[] {
  const { t } = useTranslation('policies')
  const names = usePolicyNames()
  const named = useActorName()
  return [
    {
      id: 'name',
      title: t('column.name'),
      sortable: true,
      cell: (policy) => names.policy(policy),
    },
    {
      id: 'kind',
      title: t('column.kind'),
      sortable: true,
      minor: true,
      cell: ({ kind }) => names.kind(kind),
    },
    {
      id: 'state',
      title: t('column.state'),
      sortable: true,
      cell: (policy) => <PolicyStateBadge policy={policy} />,
    },
    ...(tab === 'templates'
      ? []
      : [
          {
            id: 'version',
            title: t('column.version'),
            cell: (policy: PolicyLine) => <Version policy={policy} />,
          },
        ]),
    {
      id: 'changed-by',
      title: t('column.changedBy'),
      sortable: true,
      cell: ({ changedBy }) => named(changedBy.id, changedBy.name),
    },
    {
      id: 'changed-at',
      title: t('column.changedAt'),
      sortable: true,
      cell: ({ changedAt }) => <RelativeTime at={changedAt} />,
    },
    { id: 'comment', title: t('column.comment'), minor: true, cell: ({ comment }) => comment },
  ]
}

/** The newest version with its label, and what of it is in force. */
function Version({ policy }: { readonly policy: PolicyLine }) {
  const { t } = useTranslation('policies')
  const { version, label, production } = policy
  return (
    <span className={styles.stacked}>
      {version > 0 && (
        <span>
          {label === ''
            ? t('version.number', { number: version })
            : t('version.labelled', { number: version, label })}
        </span>
      )}
      <InForce version={version} production={production} />
      {typeof production?.breakGlassReason === 'string' && (
        <StateBadge kind="warn">{t('breakGlass')}</StateBadge>
      )}
    </span>
  )
}

type Compared = Pick<PolicyLine, 'version' | 'production'>

/** Whether production has the newest version. */
export function InForce({ version, production }: Compared) {
  const { t } = useTranslation('policies')
  if (production === null) return <StateBadge kind="none">{t('production.none')}</StateBadge>
  if (production.version === version) {
    return <StateBadge kind="ok">{t('production.newest')}</StateBadge>
  }
  return (
    <StateBadge kind="warn">{t('production.other', { number: production.version })}</StateBadge>
  )
}

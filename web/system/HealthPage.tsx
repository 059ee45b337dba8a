import { useTranslation } from 'react-i18next'
import { type NodeView, SystemView } from '../../src/contract/system.ts'
import { useRead } from '../api/data.ts'
import { useSession } from '../api/session.ts'
import { pageAt } from '../app/pages.ts'
import { ValueView } from '../ui/Fields.tsx'
import { useFormat } from '../ui/format.ts'
import { List } from '../ui/List.tsx'
import { ListSkeleton } from '../ui/ListSkeleton.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { Panel } from './Panel.tsx'
import styles from './system.module.css'

const EVERY_MS = 15_000

/** Null while the test is running. */
type LastOutcome = NonNullable<SystemView['lastMailTest']>['outcome']

/** How the hub is: what to look at, what runs, and in which version. */
export function HealthPage() {
  const { t } = useTranslation('system')
  const system = useRead('/api/v1/system', SystemView, { everyMs: EVERY_MS })
  return (
    <>
      <PageHead title={t('health.title')} purpose={t('health.purpose')} />
      {system.state === 'loading' && <ListSkeleton columns={3} />}
      {system.state === 'failed' && (
        <Problem problem={system.problem} title={t('health.failed')} onRetry={system.retry} />
      )}
      {system.state === 'ready' && (
        <div className={styles.stack}>
          <Warnings of={system.value} />
          <Parts of={system.value} />
          <Nodes nodes={system.value.nodes} />
        </div>
      )}
    </>
  )
}

function Warnings({ of: { warnings } }: { readonly of: SystemView }) {
  const { t } = useTranslation('system')
  if (warnings.length === 0) return <NoteBox kind="ok" title={t('health.good')} />
  return (
    <ul className={styles.warnings} aria-label={t('health.warnings')}>
      {warnings.map((warning) => (
        <li key={warning}>
          <NoteBox kind="warn" title={t(`health.warning.${warning}.title`)}>
            {t(`health.warning.${warning}.text`)} <WhereTo path={WHERE[warning]} />
          </NoteBox>
        </li>
      ))}
    </ul>
  )
}

/** Where something can be done about a warning. */
const WHERE: Partial<Record<SystemView['warnings'][number], string>> = {
  'queue-old': '/queue',
  'mail-test-failed': '/settings/mail',
}

function WhereTo({ path }: { readonly path: string | undefined }) {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const page = path === undefined ? undefined : pageAt(path)
  if (page?.name === undefined || !permissions?.includes(page.permission)) return null
  return <PageLink to={page.path}>{t(`pages.${page.name}`)}</PageLink>
}

function Parts({ of }: { readonly of: SystemView }) {
  const { t } = useTranslation('system')
  const format = useFormat()
  const { versions, database, queue, disk, jobs, lastMailTest } = of
  return (
    <div className={styles.panels}>
      <Panel title={t('health.versions')}>
        <ValueView label={t('health.hub')}>{versions.hub}</ValueView>
        <ValueView label={t('health.node')}>{versions.node}</ValueView>
        <ValueView label={t('health.postgresql')}>{versions.postgresql}</ValueView>
        <ValueView label={t('health.started')}>
          <RelativeTime at={of.startedAt} />
        </ValueView>
        <ValueView label={t('health.publicUrl')}>
          <code>{of.publicUrl}</code>
        </ValueView>
      </Panel>
      <Panel title={t('health.database')}>
        <ValueView label={t('health.answersIn')}>{format.duration(database.answersInMs)}</ValueView>
        <ValueView label={t('health.databaseSize')}>{format.size(database.sizeBytes)}</ValueView>
        <ValueView label={t('health.where')}>
          {t(database.own ? 'health.own' : 'health.elsewhere')}
        </ValueView>
        {disk && (
          <ValueView label={t('health.disk')}>
            {t('health.free', {
              free: format.size(disk.freeBytes),
              size: format.size(disk.sizeBytes),
            })}
          </ValueView>
        )}
      </Panel>
      <Panel title={t('health.mail')}>
        <ValueView label={t('health.waiting')}>
          <PageLink to="/queue">{format.number(queue.waiting)}</PageLink>
        </ValueView>
        <ValueView label={t('health.held')}>
          <PageLink to="/queue?state=held">{format.number(queue.held)}</PageLink>
        </ValueView>
        <ValueView label={t('health.oldest')}>
          {queue.oldestWaitingSince === null ? (
            t('health.nothingWaits')
          ) : (
            <RelativeTime at={queue.oldestWaitingSince} />
          )}
        </ValueView>
        <ValueView label={t('health.lastTest')}>
          {lastMailTest === null ? (
            t('health.noTest')
          ) : (
            <span className={styles.line}>
              <TestOutcome outcome={lastMailTest.outcome} />
              <RelativeTime at={lastMailTest.startedAt} />
            </span>
          )}
        </ValueView>
      </Panel>
      <Panel title={t('health.jobs')}>
        <ValueView label={t('health.jobsWaiting')}>{format.number(jobs.waiting)}</ValueView>
        <ValueView label={t('health.jobsFailed')}>
          {jobs.failed === 0 ? (
            format.number(0)
          ) : (
            <StateBadge kind="bad">{format.number(jobs.failed)}</StateBadge>
          )}
        </ValueView>
      </Panel>
    </div>
  )
}

function TestOutcome({ outcome }: { readonly outcome: LastOutcome }) {
  const { t } = useTranslation('system')
  if (outcome === null) return <StateBadge kind="busy">{t('health.test.running')}</StateBadge>
  if (outcome === 'accepted') return <StateBadge kind="ok">{t('health.test.passed')}</StateBadge>
  return <StateBadge kind="bad">{t('health.test.failed')}</StateBadge>
}

function Nodes({ nodes }: { readonly nodes: readonly NodeView[] }) {
  const { t } = useTranslation('system')
  const format = useFormat()
  return (
    <Panel title={t('health.nodes')}>
      <List<NodeView>
        label={t('health.nodes')}
        rows={{ state: 'ready', value: nodes }}
        idOf={({ id }) => id}
        columns={[
          {
            id: 'host',
            title: t('health.host'),
            cell: ({ host, answersThis }) => (answersThis ? t('health.thisNode', { host }) : host),
          },
          {
            id: 'state',
            title: t('health.state'),
            cell: ({ alive }) => (
              <StateBadge kind={alive ? 'ok' : 'bad'}>
                {t(alive ? 'health.alive' : 'health.gone')}
              </StateBadge>
            ),
          },
          {
            id: 'roles',
            title: t('health.roles'),
            cell: ({ roles }) => format.list(roles.map((role) => t(`health.role.${role}`))),
          },
          { id: 'version', title: t('health.version'), cell: ({ version }) => version },
          {
            id: 'started',
            title: t('health.started'),
            cell: ({ startedAt }) => <RelativeTime at={startedAt} />,
          },
        ]}
        empty={{ title: t('health.noNodes') }}
      />
    </Panel>
  )
}

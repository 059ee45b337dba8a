import { Button, NativeSelect, Title } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  PolicyDifference,
  PolicyHistory,
  type PolicyVersionView,
} from '../../src/contract/policies.ts'
import { useRead, useReadPieces } from '../api/data.ts'
import { useActorName } from '../ui/actor.ts'
import { useAddress } from '../ui/address.ts'
import { List } from '../ui/List.tsx'
import { PageHead } from '../ui/PageHead.tsx'
import { PageLink } from '../ui/PageLink.tsx'
import { Problem } from '../ui/Problem.tsx'
import { RelativeTime } from '../ui/RelativeTime.tsx'
import { StateBadge } from '../ui/StateBadge.tsx'
import { FieldChanges } from './FieldChanges.tsx'
import type { PolicyWords } from './policy-words.ts'
import { RollBack } from './RollBack.tsx'
import styles from './settings.module.css'

interface Props {
  readonly title: string
  /** Of the settings in the API. */
  readonly path: string
  /** Of their page and of this one. */
  readonly page: string
  readonly pageTitle: string
  readonly words: PolicyWords
  readonly mayChange: boolean
  /** What rolling back does beyond itself: *… sends a test mail.* */
  readonly note?: string
}

/** Every version of settings: who changed what and when, and the way back. */
export function HistoryPage(props: Props) {
  const { title, path, page, pageTitle, words } = props
  const { t } = useTranslation('settings')
  const named = useActorName()
  const [address, change] = useAddress({ version: '', with: '' })
  const { rows, more, loadingMore } = useReadPieces(`${path}/versions`, PolicyHistory, {
    rowsOf: ({ versions }) => versions,
    nextOf: ({ before }) => (before === null ? null : String(before)),
    cursor: 'before',
  })
  const versions = rows.state === 'ready' ? rows.value : []
  const newest = versions[0]
  const chosen = versions.find(({ number }) => String(number) === address.version) ?? newest
  return (
    <>
      <PageHead
        title={title}
        purpose={t('history.purpose')}
        back={<PageLink to={page}>{pageTitle}</PageLink>}
      />
      <div className={styles.history}>
        <List
          label={title}
          rows={rows}
          idOf={({ number }) => String(number)}
          hrefOf={({ number }) => `${page}/history?version=${number}`}
          columns={[
            {
              id: 'version',
              title: t('history.version'),
              cell: (version) => <VersionName version={version} />,
            },
            { id: 'at', title: t('history.at'), cell: ({ at }) => <RelativeTime at={at} /> },
            { id: 'by', title: t('history.by'), cell: ({ by }) => named(by.id, by.name) },
            {
              id: 'comment',
              title: t('comment.label'),
              cell: (version) => <Comment version={version} />,
            },
          ]}
          empty={{ title: t('history.empty'), text: t('history.emptyText') }}
          more={more}
          loadingMore={loadingMore}
        />
        {chosen !== undefined && newest !== undefined && (
          <Comparison
            key={chosen.number}
            {...props}
            words={words}
            chosen={chosen}
            newest={newest}
            versions={versions}
            with={address.with}
            onWith={(other) => change({ version: String(chosen.number), with: other })}
          />
        )}
      </div>
    </>
  )
}

function VersionName({ version }: { readonly version: PolicyVersionView }) {
  const { t } = useTranslation('settings')
  const { number, label, isDeployed } = version
  return (
    <span className={styles.version}>
      {label === '' ? t('history.number', { number }) : t('history.labelled', { number, label })}
      {isDeployed && <StateBadge kind="ok">{t('history.deployed')}</StateBadge>}
    </span>
  )
}

function Comment({ version }: { readonly version: PolicyVersionView }) {
  const { t } = useTranslation('settings')
  const { comment, rolledBackTo } = version
  return (
    <>
      {rolledBackTo !== null && <div>{t('history.rolledBack', { number: rolledBackTo })}</div>}
      {comment}
    </>
  )
}

interface ComparisonProps extends Props {
  readonly chosen: PolicyVersionView
  readonly newest: PolicyVersionView
  readonly versions: readonly PolicyVersionView[]
  /** The version that the address names to compare with; empty for the one before. */
  readonly with: string
  readonly onWith: (number: string) => void
}

/** What one version changed, or how it differs from any other. */
function Comparison(props: ComparisonProps) {
  const { path, words, chosen, newest, versions, onWith, mayChange, note } = props
  const { t } = useTranslation('settings')
  const [asking, setAsking] = useState(false)
  const other = props.with === '' ? chosen.number - 1 : Number(props.with)
  const [from, to] = [Math.min(other, chosen.number), Math.max(other, chosen.number)]
  const difference = useRead(`${path}/difference`, PolicyDifference, { query: { from, to } })
  const nameOf = (number: number) =>
    number === 0 ? t('history.nothing') : t('history.number', { number })
  const label = t('history.compared', { from: nameOf(from), to: nameOf(to) })
  const others = [...new Set([...versions.map(({ number }) => number), chosen.number - 1, 0])]
  return (
    <section className={styles.comparison} aria-label={label}>
      <div className={styles.comparisonHead}>
        <Title order={2}>{nameOf(chosen.number)}</Title>
        <NativeSelect
          aria-label={t('history.compareWith')}
          value={String(other)}
          data={others
            .filter((number) => number !== chosen.number)
            .sort((one, two) => two - one)
            .map((number) => ({
              value: String(number),
              label: t('history.against', { version: nameOf(number) }),
            }))}
          onChange={(event) => onWith(event.currentTarget.value)}
        />
        {mayChange && chosen.number !== newest.number && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {t('rollBack.open', { number: chosen.number })}
          </Button>
        )}
      </div>
      {difference.state === 'failed' && (
        <Problem problem={difference.problem} onRetry={difference.retry} />
      )}
      {difference.state === 'ready' && (
        <FieldChanges
          label={label}
          changes={difference.value.changes}
          words={words}
          before={nameOf(from)}
          after={nameOf(to)}
        />
      )}
      {asking && (
        <RollBack
          path={path}
          to={chosen.number}
          from={newest.number}
          words={words}
          note={note}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}

import { Button, NativeSelect, Title } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PolicyStatesDifference, type PolicyView } from '../../src/contract/change-control.ts'
import { useRead } from '../api/data.ts'
import { FieldChanges } from '../settings/FieldChanges.tsx'
import { Loaded } from '../ui/Loaded.tsx'
import { NoteBox } from '../ui/NoteBox.tsx'
import { Problem } from '../ui/Problem.tsx'
import type { ApiProblem } from '../api/problem.ts'
import { KindWords } from './KindWords.tsx'
import { useOrderPolicy } from './orders.ts'
import type { VersionEvent } from './PolicyHistoryPage.tsx'
import { POLICIES_PATH } from './policy-paths.ts'
import settingsStyles from '../settings/settings.module.css'

const RollBackPolicy = lazy(async () => ({
  default: (await import('./RollBackPolicy.tsx')).RollBackPolicy,
}))

interface Props {
  readonly view: PolicyView
  readonly chosen: VersionEvent
  readonly versions: readonly VersionEvent[]
  /** What the address names to compare with: a version's number or a state; empty for the one before. */
  readonly with: string
  readonly onWith: (other: string) => void
}

/** How one version differs from another, and what can be done with it. */
export function VersionComparison(props: Props) {
  const { view, chosen, versions, onWith } = props
  const { t } = useTranslation('policies')
  const { policy, verbs, approvalsNeeded } = view
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const order = useOrderPolicy(view)
  const others = [
    ...(policy.state === 'checked-out' ? ['working'] : []),
    ...(policy.production === null ? [] : ['production']),
    ...versions
      .filter(({ version, isErased }) => version !== chosen.version && !isErased)
      .map(({ version }) => String(version)),
  ]
  const before = versions.find(({ version, isErased }) => version < chosen.version && !isErased)
  const usual = before === undefined ? others[0] : String(before.version)
  const other = others.includes(props.with) ? props.with : usual
  const [from, to] = inOrder(other ?? '', String(chosen.version))
  const difference = useRead(`${POLICIES_PATH}/difference`, PolicyStatesDifference, {
    query: { from: `${policy.id}@${from}`, to: `${policy.id}@${to}` },
    enabled: other !== undefined && !chosen.isErased,
  })
  const nameOf = (state: string) =>
    /^\d/.test(state) ? t('version.number', { number: state }) : t(`of.${state}`)
  const number = chosen.version
  const label = t('history.compared', { from: nameOf(from), to: nameOf(to) })
  const mustAsk = approvalsNeeded > 0 || !verbs.includes('roll-back')
  const mayRollBack =
    (verbs.includes('roll-back') || verbs.includes('request-deploy')) &&
    !chosen.isErased &&
    policy.production?.version !== number
  const keep = async () => {
    const ordered = { verb: 'keep-version', version: number, keep: !chosen.isKept }
    setProblem((await order(ordered)).problem)
  }
  return (
    <section className={settingsStyles.comparison} aria-label={nameOf(String(number))}>
      <div className={settingsStyles.comparisonHead}>
        <Title order={2}>{nameOf(String(number))}</Title>
        {other !== undefined && !chosen.isErased && (
          <NativeSelect
            aria-label={t('history.compareWith')}
            value={other}
            data={others.map((value) => ({
              value,
              label: t('history.against', { version: nameOf(value) }),
            }))}
            onChange={(event) => onWith(event.currentTarget.value)}
          />
        )}
        {verbs.includes('keep-version') && !chosen.isErased && (
          <Button variant="default" onClick={() => void keep()}>
            {t(chosen.isKept ? 'history.allowDeletion' : 'history.keep')}
          </Button>
        )}
        {mayRollBack && (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            onClick={() => setAsking(true)}
          >
            {t(mustAsk ? 'rollBack.request' : 'rollBack.open')}
          </Button>
        )}
      </div>
      <Problem problem={problem} title={t('failed.order')} />
      {chosen.isErased && <NoteBox kind="warn">{t('erased')}</NoteBox>}
      {other === undefined && !chosen.isErased && <p>{t('history.nothingToCompare')}</p>}
      {other !== undefined && !chosen.isErased && (
        <>
          <Loaded of={difference} failed={t('difference.failed')}>
            {({ changes }) => (
              <KindWords kind={policy.kind}>
                {(words) => (
                  <FieldChanges
                    {...{ label, changes, words }}
                    before={nameOf(from)}
                    after={nameOf(to)}
                  />
                )}
              </KindWords>
            )}
          </Loaded>
          <Legend />
        </>
      )}
      {asking && (
        <Suspense fallback={null}>
          <RollBackPolicy
            view={view}
            version={number}
            isRequest={mustAsk}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      )}
    </section>
  )
}

/** What the signs of a difference mean. */
function Legend() {
  const { t } = useTranslation('policies')
  return (
    <p>
      {(
        [
          ['[+]', 'added'],
          ['[-]', 'removed'],
          ['[#]', 'changed'],
        ] as const
      ).map(([sign, what]) => (
        <span key={what} style={{ marginInlineEnd: 16, whiteSpace: 'nowrap' }}>
          <code>{sign}</code> {t(`common:difference.${what}`)}
        </span>
      ))}
    </p>
  )
}

/** The older one first; what is in force before any, the working copy after all. */
function inOrder(one: string, two: string): [string, string] {
  const rank = (state: string) =>
    state === 'working' ? Number.POSITIVE_INFINITY : state === 'production' ? 0 : Number(state)
  return rank(one) <= rank(two) ? [one, two] : [two, one]
}

import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../src/contract/overview.ts'
import { useFormat } from '../ui/format.ts'
import { PageLink } from '../ui/PageLink.tsx'
import { Plot } from '../ui/Plot.tsx'
import { OUTCOME_COLOURS } from './colours.ts'
import styles from './Overview.module.css'

/** How long what is in the queue has been there. */
export function QueueAge({ overview: { queue } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const plot = useMemo(() => {
    if (queue === null) return undefined
    const age = (seconds: number) => format.duration(seconds * 1000)
    const eldest = queue.ages.findLast(({ belowSeconds }) => belowSeconds !== null)
    return {
      steps: queue.ages.map(({ belowSeconds }) =>
        belowSeconds === null
          ? t('queue.older', { age: age(eldest?.belowSeconds ?? 0) })
          : t('queue.younger', { age: age(belowSeconds) }),
      ),
      series: (['waiting', 'held'] as const).map((state) => ({
        name: t(`queue.${state}`),
        colour: OUTCOME_COLOURS[state],
        values: queue.ages.map((each) => each[state]),
      })),
    }
  }, [queue, format, t])
  if (queue === null || plot === undefined) return null
  const facts = [
    { name: t('queue.p50'), seconds: queue.p50Seconds },
    { name: t('queue.p95'), seconds: queue.p95Seconds },
    { name: t('queue.oldest'), seconds: queue.oldestSeconds },
  ]
  return (
    <Plot
      title={t('queue.title')}
      unit={t('queue.unit')}
      stepsAre={t('queue.age')}
      nothing={t('queue.nothing')}
      stacked
      {...plot}
    >
      {queue.oldestSeconds !== null && (
        <dl className={styles.ages}>
          {facts.map(({ name, seconds }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{format.duration((seconds ?? 0) * 1000)}</dd>
            </div>
          ))}
        </dl>
      )}
      <PageLink to="/queue">{t('queue.open')}</PageLink>
    </Plot>
  )
}

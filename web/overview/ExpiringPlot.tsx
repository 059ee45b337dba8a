import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../src/contract/overview.ts'
import { Plot } from '../ui/Plot.tsx'

/** Where the overview's own links lead to. */
export const EXPIRING_ID = 'expiring'

const OWNERS = { person: 1, partner: 4, own: 5 } as const

/** How many certificates expire in each of the next weeks, by whose they are. */
export function ExpiringPlot({ overview: { expiringByWeek } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const plot = useMemo(() => {
    if (expiringByWeek === null) return undefined
    return {
      moments: expiringByWeek.map(({ at }) => at),
      series: (['person', 'partner', 'own'] as const).map((owner) => ({
        name: t(`expiring.${owner}`),
        colour: OWNERS[owner],
        values: expiringByWeek.map((week) => week[owner]),
      })),
    }
  }, [expiringByWeek, t])
  if (plot === undefined) return null
  return (
    <div id={EXPIRING_ID}>
      <Plot title={t('expiring.title')} unit={t('expiring.unit')} stacked {...plot} />
    </div>
  )
}

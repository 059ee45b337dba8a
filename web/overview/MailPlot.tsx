import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../src/contract/overview.ts'
import { Plot } from '../ui/Plot.tsx'
import { OUTCOME_COLOURS } from './colours.ts'

/** Mail by when it was accepted and what became of it. */
export function MailPlot({ overview: { mail, stepHours } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const plot = useMemo(() => {
    if (mail === null) return undefined
    const series = [
      { key: 'delivered', values: mail.map(({ delivered }) => delivered) },
      { key: 'waiting', values: mail.map(({ waiting }) => waiting) },
      { key: 'held', values: mail.map(({ held }) => held) },
      { key: 'partly', values: mail.map(({ partly }) => partly) },
      { key: 'failed', values: mail.map(({ failed }) => failed) },
      { key: 'cancelled', values: mail.map(({ cancelled }) => cancelled) },
    ] as const
    return {
      moments: mail.map(({ at }) => at),
      series: series.map(({ key, values }) => ({
        name: t(`mail.${key}`),
        colour: OUTCOME_COLOURS[key],
        values,
      })),
    }
  }, [mail, t])
  if (plot === undefined) return null
  return (
    <Plot
      title={t(stepHours === 1 ? 'mail.perHour' : 'mail.perDay')}
      unit={t('mail.unit')}
      stacked
      {...plot}
    />
  )
}

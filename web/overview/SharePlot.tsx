import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../src/contract/overview.ts'
import { Plot } from '../ui/Plot.tsx'

/** How much of the mail is signed and encrypted; nothing where there was none. */
export function SharePlot({ overview: { mail } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const plot = useMemo(() => {
    if (mail === null) return undefined
    const share = (part: number, total: number) =>
      total === 0 ? null : Math.round((part / total) * 1000) / 10
    return {
      moments: mail.map(({ at }) => at),
      series: [
        {
          name: t('share.signed'),
          colour: 1 as const,
          values: mail.map(({ signed, total }) => share(signed, total)),
        },
        {
          name: t('share.encrypted'),
          colour: 4 as const,
          values: mail.map(({ encrypted, total }) => share(encrypted, total)),
        },
      ],
    }
  }, [mail, t])
  if (plot === undefined) return null
  return <Plot title={t('share.title')} unit={t('share.unit')} maximum={100} {...plot} />
}

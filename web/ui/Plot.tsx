import { Button, Skeleton, Title } from '@mantine/core'
import { lazy, Suspense, useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Plot.module.css'

/** `--plot-1` to `--plot-6`, each with a pattern of its own. */
export type PlotColour = 1 | 2 | 3 | 4 | 5 | 6

export interface Series {
  readonly name: string
  /** The same thing has the same colour on every page. */
  readonly colour: PlotColour
  /** One for each moment or step; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

/** What the horizontal axis is of. */
type Across =
  | {
      /** ISO 8601, ascending, at the same distance. */
      readonly moments: readonly string[]
    }
  | {
      /** Anything else that has an order, in words: *under 10 min*. */
      readonly steps: readonly string[]
      /** What they are steps of: *Age*. */
      readonly stepsAre: string
    }

export type PlotProps = Across & {
  /** Says what it shows: *Mail per hour, by outcome*. */
  readonly title: string
  readonly series: readonly Series[]
  /** Of the vertical axis: *messages*, *%*, *minutes*. */
  readonly unit: string
  /** Bars one upon the other, for parts of a whole; lines otherwise. */
  readonly stacked?: boolean
  /** How a value is written; plain numbers otherwise. */
  readonly write?: (value: number) => string
  /** Top of the vertical axis, where it is known: 100 for shares. */
  readonly maximum?: number
  readonly height?: number
  /** What it says when there is nothing to draw. */
  readonly nothing?: string
  /** Below the plot and its table. */
  readonly children?: ReactNode
}

const Canvas = lazy(async () => ({ default: (await import('./PlotCanvas.tsx')).PlotCanvas }))
const Legend = lazy(async () => ({ default: (await import('./PlotLegend.tsx')).PlotLegend }))
const PlotTable = lazy(async () => ({ default: (await import('./PlotTable.tsx')).PlotTable }))

/** A plot, and the table behind it one click away. Its code is loaded where one is shown. */
export function Plot(props: PlotProps) {
  const { title, series, unit, stacked = false, height = 220, nothing, children } = props
  const { t } = useTranslation()
  const [asTable, setAsTable] = useState(false)
  const heading = useId()
  const isNothing = (value: number | null) => value === null || (stacked && value === 0)
  const isEmpty = series.every(({ values }) => values.every(isNothing))
  return (
    <section aria-labelledby={heading} className={styles.plot}>
      <div className={styles.head}>
        <Title order={2} id={heading}>
          {title}
        </Title>
        {!isEmpty && (
          <Button variant="subtle" onClick={() => setAsTable(!asTable)} aria-expanded={asTable}>
            {t(asTable ? 'plot.showPlot' : 'plot.showTable')}
          </Button>
        )}
      </div>
      {isEmpty ? (
        <p className={styles.nothing}>{nothing ?? t('plot.nothing')}</p>
      ) : (
        <Suspense fallback={<Skeleton height={height} />}>
          {asTable ? (
            <PlotTable {...props} />
          ) : (
            <>
              <Legend {...props} />
              <div role="img" aria-label={t('plot.described', { title, unit })}>
                <Canvas {...props} height={height} />
              </div>
            </>
          )}
        </Suspense>
      )}
      {children !== undefined && <div className={styles.below}>{children}</div>}
    </section>
  )
}

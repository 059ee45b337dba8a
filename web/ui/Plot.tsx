import { Button, Skeleton, Title } from '@mantine/core'
import { lazy, Suspense, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Plot.module.css'

export interface Series {
  readonly name: string
  /** The same thing has the same colour on every page: `--plot-1` to `--plot-5`. */
  readonly colour: 1 | 2 | 3 | 4 | 5
  /** One for each moment; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

export interface PlotProps {
  /** Says what it shows: *Mail per hour, by outcome*. */
  readonly title: string
  /** ISO 8601, ascending, at the same distance. */
  readonly moments: readonly string[]
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
}

const Canvas = lazy(async () => ({ default: (await import('./PlotCanvas.tsx')).PlotCanvas }))
const PlotTable = lazy(async () => ({ default: (await import('./PlotTable.tsx')).PlotTable }))

/** A plot over time, and the table behind it one click away. Its code is loaded where one is shown. */
export function Plot(props: PlotProps) {
  const { title, series, unit, height = 220 } = props
  const { t } = useTranslation()
  const [asTable, setAsTable] = useState(false)
  const heading = useId()
  return (
    <section aria-labelledby={heading} className={styles.plot}>
      <div className={styles.head}>
        <Title order={2} id={heading}>
          {title}
        </Title>
        <Button variant="subtle" onClick={() => setAsTable(!asTable)} aria-expanded={asTable}>
          {t(asTable ? 'plot.showPlot' : 'plot.showTable')}
        </Button>
      </div>
      <Suspense fallback={<Skeleton height={height} />}>
        {asTable ? (
          <PlotTable {...props} />
        ) : (
          <>
            <ul className={styles.legend}>
              {series.map(({ name, colour }) => (
                <li key={name}>
                  <span className={styles.swatch} data-colour={colour} />
                  {name}
                </li>
              ))}
              <li className={styles.unit}>{unit}</li>
            </ul>
            <div role="img" aria-label={t('plot.described', { title, unit })}>
              <Canvas {...props} height={height} />
            </div>
          </>
        )}
      </Suspense>
    </section>
  )
}

import { ScrollArea } from '@mantine/core'
import { useFormat } from './format.ts'
import { useTranslation } from 'react-i18next'
import type { PlotProps } from './Plot.tsx'
import styles from './Plot.module.css'

/** The numbers of a plot. */
export function PlotTable({ title, moments, series, unit, write }: PlotProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const text = write ?? ((value: number) => format.number(value))
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, 'aria-label': title }}>
      <table aria-label={title} className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('plot.time')}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name} ({unit})
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {moments.map((moment, index) => (
            <tr key={moment}>
              <th scope="row">{format.moment(new Date(moment))}</th>
              {series.map(({ name, values }) => {
                const value = values[index] ?? null
                return <td key={name}>{value === null ? '–' : text(value)}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea.Autosize>
  )
}

import { ScrollArea } from '@mantine/core'
import { useFormat } from './format.ts'
import { useTranslation } from 'react-i18next'
import type { PlotProps } from './Plot.tsx'
import styles from './Plot.module.css'

/** The numbers of a plot. */
export function PlotTable(props: PlotProps) {
  const { title, series, unit, write } = props
  const { t } = useTranslation()
  const format = useFormat()
  const rows =
    'moments' in props
      ? props.moments.map((moment) => {
          const at = new Date(moment)
          return isDaily(props.moments) ? format.date(at) : format.moment(at)
        })
      : props.steps
  const text = write ?? ((value: number) => format.number(value))
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0, 'aria-label': title }}>
      <table aria-label={title} className={styles.table}>
        <caption>{unit}</caption>
        <thead>
          <tr>
            <th scope="col">{'moments' in props ? t('plot.time') : props.stepsAre}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <th scope="row">{row}</th>
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

/** Whether a day or more lies between two moments: then its hour says nothing. */
function isDaily([first = '', second = '']: readonly string[]): boolean {
  return new Date(second).getTime() - new Date(first).getTime() >= 86_400_000
}

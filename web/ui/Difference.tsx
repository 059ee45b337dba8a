import { useTranslation } from 'react-i18next'
import styles from './Difference.module.css'

export interface Changed {
  readonly id: string
  /** What it is, in words: *Port number*. */
  readonly name: string
  readonly is: 'added' | 'removed' | 'changed' | 'same'
  readonly before?: string | undefined
  readonly after?: string | undefined
}

const SIGNS = { added: '[+]', removed: '[-]', changed: '[#]', same: '' } as const

interface Props {
  readonly label: string
  readonly rows: readonly Changed[]
  /** Heads of the two sides: *Version 3*, *Version 4*. */
  readonly before: string
  readonly after: string
}

/** What is different between two things: side by side, one below the other where it is narrow. */
export function Difference({ label, rows, before, after }: Props) {
  const { t } = useTranslation()
  return (
    <table role="table" aria-label={label} className={styles.table}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {t('difference.what')}
          </th>
          <th role="columnheader" scope="col">
            {before}
          </th>
          <th role="columnheader" scope="col">
            {after}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={row.id} data-is={row.is}>
            <th role="rowheader" scope="row">
              <span className={styles.sign} aria-hidden>
                {SIGNS[row.is]}
              </span>{' '}
              {row.name}
              <span className={styles.spoken}> ({t(`difference.${row.is}`)})</span>
            </th>
            <td role="cell" data-label={before} data-side="before">
              {row.before ?? '–'}
            </td>
            <td role="cell" data-label={after} data-side="after">
              {row.after ?? '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

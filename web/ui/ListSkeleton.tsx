import { Skeleton, VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './List.module.css'

/** Rows that are not there yet, as high as those that will come. */
export function ListSkeleton({ columns, rows = 8 }: { columns: number; rows?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" className={styles.skeleton}>
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={styles.skeletonRow} aria-hidden>
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton key={column} height={16} width={`${60 + ((row + column) % 4) * 10}%`} />
          ))}
        </div>
      ))}
    </div>
  )
}

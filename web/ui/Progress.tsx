import { Button, Progress as Bar, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from './format.ts'
import styles from './Progress.module.css'

interface Props {
  /** What is being done: *Reading certificates*. */
  readonly label: string
  /** How much of how many; without it nobody knows how long it takes. */
  readonly done?: { readonly count: number; readonly of: number }
  /** Goes on without the page. */
  readonly onLeave?: () => void
}

/** Whatever takes longer than a second. */
export function Progress({ label, done, onLeave }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const percent = done === undefined || done.of === 0 ? 100 : (done.count / done.of) * 100
  return (
    <div className={styles.progress}>
      <div className={styles.line}>
        <Text>{label}</Text>
        {done && (
          <Text c="dimmed">
            {t('progress.of', { done: format.number(done.count), all: format.number(done.of) })}
          </Text>
        )}
      </div>
      <Bar.Root>
        <Bar.Section
          value={percent}
          animated={done === undefined}
          striped={done === undefined}
          {...(done === undefined ? { withAria: false } : { 'aria-label': label })}
        />
      </Bar.Root>
      {onLeave && (
        <Button variant="subtle" onClick={onLeave}>
          {t('progress.leave')}
        </Button>
      )}
    </div>
  )
}

import { Text, Title } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../src/contract/overview.ts'
import { useFormat } from '../ui/format.ts'
import { PageLink } from '../ui/PageLink.tsx'
import styles from './Overview.module.css'

/** How long mail has been waiting, as bars in a table: the plot is its own table. */
export function QueueAge({ overview: { queue } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const heading = useId()
  if (queue === null) return null
  const { waiting, held, p50Seconds, p95Seconds, oldestSeconds } = queue
  const ages = [
    { name: t('queue.p50'), seconds: p50Seconds },
    { name: t('queue.p95'), seconds: p95Seconds },
    { name: t('queue.oldest'), seconds: oldestSeconds },
  ].flatMap(({ name, seconds }) => (seconds === null ? [] : [{ name, seconds }]))
  const longest = Math.max(1, ...ages.map(({ seconds }) => seconds))
  return (
    <section aria-labelledby={heading} className={styles.age}>
      <div className={styles.ageHead}>
        <Title order={2} id={heading}>
          {t('queue.title')}
        </Title>
        <PageLink to="/queue">{t('queue.open')}</PageLink>
      </div>
      <dl className={styles.counts}>
        <dt>{t('queue.waiting')}</dt>
        <dd>{format.number(waiting)}</dd>
        <dt>{t('queue.held')}</dt>
        <dd>{format.number(held)}</dd>
      </dl>
      {ages.length === 0 ? (
        <Text c="dimmed">{t('queue.nothing')}</Text>
      ) : (
        <table className={styles.ages} aria-labelledby={heading}>
          <thead>
            <tr>
              <th scope="col">{t('queue.what')}</th>
              <th scope="col">{t('queue.age')}</th>
            </tr>
          </thead>
          <tbody>
            {ages.map(({ name, seconds }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <span>{format.duration(seconds * 1000)}</span>
                  <meter className={styles.bar} max={longest} value={seconds} aria-hidden />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

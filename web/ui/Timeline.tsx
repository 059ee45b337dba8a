import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { RelativeTime } from './RelativeTime.tsx'
import { STATE_ICONS, type StateKind } from './StateBadge.tsx'
import styles from './Timeline.module.css'

export interface TimelineEntry {
  readonly id: string
  readonly at: string
  /** What happened: *Delivered to ben@example.net*. */
  readonly what: string
  readonly kind?: StateKind
  /** Who did it; absent for what the hub did by itself. */
  readonly actor?: string | undefined
  /** What shows it, folded under the entry. */
  readonly evidence?: ReactNode
}

/** What happened, newest last. */
export function Timeline({ label, entries }: { label: string; entries: readonly TimelineEntry[] }) {
  const { t } = useTranslation()
  return (
    <ol aria-label={label} className={styles.timeline}>
      {entries.map(({ id, at, what, kind = 'none', actor, evidence }) => {
        const Icon = STATE_ICONS[kind]
        return (
          <li key={id} className={styles.entry}>
            <span className={styles.icon} data-kind={kind}>
              <Icon size={18} aria-hidden />
            </span>
            <div className={styles.words}>
              <div className={styles.what}>{what}</div>
              <div className={styles.when}>
                <RelativeTime at={at} absolute />
                {actor !== undefined && ` · ${t('timeline.by', { name: actor })}`}
              </div>
              {evidence !== undefined && (
                <details>
                  <summary>{t('timeline.evidence')}</summary>
                  <div className={styles.evidence}>{evidence}</div>
                </details>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

import type { ReactNode } from 'react'
import { STATE_ICONS } from './StateBadge.tsx'
import styles from './NoteBox.module.css'

interface Props {
  readonly kind: 'bad' | 'warn' | 'ok' | 'busy'
  /** What happened, as a sentence. */
  readonly title?: string | undefined
  /** `alert` is read out at once: for what just went wrong. */
  readonly role?: 'alert' | 'status' | 'note'
  readonly children?: ReactNode
}

/** Something to be known on a page: what went wrong, a warning, what was done. */
export function NoteBox({ kind, title, role = 'note', children }: Props) {
  const Icon = STATE_ICONS[kind]
  return (
    <div role={role} className={styles.box} data-kind={kind}>
      <Icon size={20} aria-hidden className={styles.icon} />
      <div className={styles.words}>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  )
}

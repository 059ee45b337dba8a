import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconPlayerPause,
} from '@tabler/icons-react'
import styles from './StateBadge.module.css'

/** `ok` done and right; `warn` in doubt; `bad` failed; `busy` under way; `held` stopped; `none` nothing. */
export type StateKind = 'ok' | 'warn' | 'bad' | 'busy' | 'held' | 'none'

export const STATE_ICONS = {
  ok: IconCircleCheck,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  busy: IconClock,
  held: IconPlayerPause,
  none: IconCircleDashed,
} as const

/** A state as icon and word, never colour alone. */
export function StateBadge({ kind, children }: { kind: StateKind; children: string }) {
  const Icon = STATE_ICONS[kind]
  return (
    <span className={styles.badge} data-kind={kind}>
      <Icon size={16} stroke={2} aria-hidden className={styles.icon} />
      <span>{children}</span>
    </span>
  )
}

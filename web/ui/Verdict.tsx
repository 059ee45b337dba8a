import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { STATE_ICONS } from './StateBadge.tsx'
import styles from './Verdict.module.css'

interface Props {
  /** `ok` only for what is wholly valid; `warn` doubt; `bad` broken; `none` nothing there. */
  readonly kind: 'ok' | 'warn' | 'bad' | 'none'
  /** *Signed by Ada Lovelace* */
  readonly word: string
  readonly reason?: string
  /** Folded under *Details*. */
  readonly details?: ReactNode
}

/** One line about a message, outside of its content, which could imitate it. */
export function Verdict({ kind, word, reason, details }: Props) {
  const { t } = useTranslation()
  const Icon = STATE_ICONS[kind]
  return (
    <div className={styles.verdict} data-kind={kind}>
      <Icon size={20} aria-hidden className={styles.icon} />
      <div className={styles.words}>
        <strong>{word}</strong>
        {reason !== undefined && <span> {reason}</span>}
        {details !== undefined && (
          <details>
            <summary>{t('details')}</summary>
            <div className={styles.details}>{details}</div>
          </details>
        )}
      </div>
    </div>
  )
}

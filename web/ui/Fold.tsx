import { useEffect, useRef, type ReactNode } from 'react'
import styles from './Fold.module.css'

interface Props {
  readonly title: string
  /** What is in it, in a few words, while it is folded. */
  readonly summary?: string | undefined
  /** Unfolds it when it becomes true, such as for a field with an error. */
  readonly open?: boolean
  readonly children: ReactNode
}

/** What few need, folded under its title. */
export function Fold({ title, summary, open = false, children }: Props) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (open && details.current) details.current.open = true
  }, [open])
  return (
    <details ref={details} className={styles.fold}>
      <summary className={styles.title}>
        <span className={styles.name}>{title}</span>
        {summary !== undefined && <span className={styles.summary}>{summary}</span>}
      </summary>
      <div className={styles.content}>{children}</div>
    </details>
  )
}

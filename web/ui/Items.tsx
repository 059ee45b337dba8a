import type { ReactNode } from 'react'
import styles from './Items.module.css'

export interface Item {
  readonly id: string
  readonly name: ReactNode
  /** Beside the name: a `StateBadge`. */
  readonly badge?: ReactNode
  /** One line under the name. */
  readonly about?: ReactNode
  /** Under it, beside one another where there is room. */
  readonly facts?: readonly ReactNode[]
  /** What can be done with it. */
  readonly actions?: ReactNode
}

/** A few things of one's own, each with what can be done with it: sessions, passkeys, tokens. */
export function Items({ label, items }: { label: string; items: readonly Item[] }) {
  return (
    <ul aria-label={label} className={styles.items}>
      {items.map(({ id, name, badge, about, facts = [], actions }) => (
        <li key={id} className={styles.item}>
          <div className={styles.words}>
            <div className={styles.name}>
              <strong>{name}</strong>
              {badge}
            </div>
            {about !== undefined && <div className={styles.about}>{about}</div>}
            {facts.length > 0 && (
              <div className={styles.facts}>
                {facts.map((fact, index) => (
                  // Facts stand in a fixed order.
                  <span key={index}>{fact}</span>
                ))}
              </div>
            )}
          </div>
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </li>
      ))}
    </ul>
  )
}

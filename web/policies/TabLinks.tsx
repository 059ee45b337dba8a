import { useFormat } from '../ui/format.ts'
import { PageLink } from '../ui/PageLink.tsx'
import styles from './policies.module.css'

interface Props {
  readonly label: string
  readonly current: string
  readonly tabs: readonly {
    readonly value: string
    readonly label: string
    readonly to: string
    readonly count?: number | undefined
  }[]
}

/** Parts of a page as links, so that each has an address. */
export function TabLinks({ label, current, tabs }: Props) {
  const format = useFormat()
  return (
    <nav aria-label={label}>
      <ul className={styles.tabs}>
        {tabs.map(({ value, to, count, ...tab }) => (
          <li key={value}>
            <PageLink
              to={to}
              underline="never"
              {...(value === current && { 'aria-current': 'page' as const })}
            >
              {tab.label}
              {count !== undefined && (
                <span className={styles.tabCount}>{format.number(count)}</span>
              )}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

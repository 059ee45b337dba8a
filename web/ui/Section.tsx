import { Text, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import styles from './Section.module.css'

interface Props {
  readonly title: string
  /** What this part of the page is for. */
  readonly purpose?: string | undefined
  /** Beside the title, such as a state. */
  readonly badge?: ReactNode
  /** The action of this part, on the right. */
  readonly action?: ReactNode
  readonly children?: ReactNode
}

/** A part of a page, with a heading of its own. */
export function Section({ title, purpose, badge, action, children }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.head}>
        <div className={styles.words}>
          <div className={styles.title}>
            <Title order={2} id={id}>
              {title}
            </Title>
            {badge}
          </div>
          {purpose !== undefined && <Text c="dimmed">{purpose}</Text>}
        </div>
        {action !== undefined && <div className={styles.action}>{action}</div>}
      </div>
      {children !== undefined && <div className={styles.content}>{children}</div>}
    </section>
  )
}

/** Several `ValueView` beside one another, as many as there is room for. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <div className={styles.facts}>{children}</div>
}

/** Sections one below the other, no wider than is good to read. */
export function Sections({ children }: { readonly children: ReactNode }) {
  return <div className={styles.sections}>{children}</div>
}

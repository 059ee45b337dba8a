import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFocusOnOpen, usePageTitle } from './page-title.ts'
import styles from './PageHead.module.css'

interface Props {
  readonly title: string
  /** One line that says what the page is for. */
  readonly purpose?: string
  /** The main action, on the right. */
  readonly action?: ReactNode
  /** Where this page was reached from: a `PageLink`. */
  readonly back?: ReactNode
  /** Beside the title, such as a state. */
  readonly badge?: ReactNode
}

/** Top of every page. Names the browser's tab, and takes the focus after navigation. */
export function PageHead({ title, purpose, action, back, badge }: Props) {
  const heading = useFocusOnOpen<HTMLHeadingElement>()
  usePageTitle(title)
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        {back !== undefined && <div className={styles.back}>{back}</div>}
        <div className={styles.title}>
          <Title order={1} tabIndex={-1} ref={heading}>
            {title}
          </Title>
          {badge}
        </div>
        {purpose !== undefined && <Text c="dimmed">{purpose}</Text>}
      </div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </header>
  )
}

import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { LanguageSwitch } from '../app/LanguageSwitch.tsx'
import { ThemeSwitch } from '../app/ThemeSwitch.tsx'
import { useFocusOnOpen, usePageTitle } from '../ui/page-title.ts'
import styles from './PublicFrame.module.css'

interface Props {
  readonly title: string
  readonly organization?: string | undefined
  readonly children: ReactNode
}

/** Around the pages for those who are not signed in. */
export function PublicFrame({ title, organization, children }: Props) {
  const heading = useFocusOnOpen<HTMLHeadingElement>()
  usePageTitle(title)
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <span className={styles.product}>Sealpost</span>
        <div className={styles.preferences}>
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main className={styles.card}>
        {organization !== undefined && <p className={styles.organization}>{organization}</p>}
        <Title order={1} tabIndex={-1} ref={heading}>
          {title}
        </Title>
        {children}
      </main>
    </div>
  )
}

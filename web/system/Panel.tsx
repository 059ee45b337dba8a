import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './system.module.css'

/** A few values that belong together, under a heading. */
export function Panel({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}) {
  return (
    <section className={styles.panel}>
      <Title order={2}>{title}</Title>
      {children}
    </section>
  )
}

import { Fragment, type ReactNode } from 'react'
import styles from './Message.module.css'

/** What a fact is, and the fact; one that is not known is left out. */
export type Fact = readonly [name: string, value: ReactNode]

/** Names and values, one below the other. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return (
    <dl className={styles.facts}>
      {known.map(([name, value], index) => (
        <Fragment key={`${name} ${index}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}

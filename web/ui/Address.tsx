import { Fragment } from 'react'
import styles from './Address.module.css'

/** An address, or several in words: it breaks behind the `@`, and where there is no room anywhere. */
export function Address({ children }: { readonly children: string }) {
  return (
    <span className={styles.address}>
      {children.split(/(?<=@)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}

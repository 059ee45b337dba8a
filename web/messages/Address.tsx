import styles from './Messages.module.css'

/** An address, or several in words: where there is no room it breaks anywhere. */
export function Address({ children }: { readonly children: string }) {
  return <span className={styles.address}>{children}</span>
}

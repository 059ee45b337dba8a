import styles from './Message.module.css'

interface Props {
  readonly status: string | null
  readonly reply: string | null
}

/** As the server said it, in its own language; a dash when it said nothing. */
export function ServerWords({ status, reply }: Props) {
  // A reply often names its status; it is not said twice.
  const words = [reply?.includes(status ?? '') === true ? null : status, reply].filter(Boolean)
  if (words.length === 0) return '–'
  return <code className={styles.serverWords}>{words.join(' ')}</code>
}

/** What Node says of a connection that did not come about, for those who run mail servers. */

/** Node's advice to its programmers after what is wrong with a certificate. */
const ADVICE = /; if the root CA is installed locally.*$/s

/** One short reason. */
export function connectionWords(error: Error): string {
  // OpenSSL's own text begins with a thread's number and ends with a line of its source.
  if ('reason' in error && typeof error.reason === 'string') return error.reason
  // Several addresses that all refuse make an error with a code and no words.
  if (error.message === '') return 'code' in error ? String(error.code) : 'unknown'
  return error.message.replace(ADVICE, '')
}

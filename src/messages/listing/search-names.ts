/** What messages are found by: the addresses and domains of their senders and recipients. */

import { addressKey } from '../../accounts/address.ts'

/** A longer one is found by so much of it; an index takes no entry of several thousand bytes. */
const MAX_NAME = 320

/** More words than any real address has; what a stranger makes up beyond is not looked at. */
const MAX_WORDS = 16

/** Names of an address: itself, and its domain. None for the null reverse-path. */
export function namesOf(address: string): string[] {
  const name = nameOf(address)
  if (name === '') return []
  const domain = name.slice(name.lastIndexOf('@') + 1)
  return domain === '' || domain === name ? [name] : [name, domain]
}

/** The form that names are stored and looked for in. */
export function nameOf(text: string): string {
  return addressKey(text.trim()).slice(0, MAX_NAME)
}

/**
 * A name from each of its words on. Of an address only the words of its local part: those of its
 * domain are the domain's, a name of its own.
 */
export function wordsOf(name: string): string[] {
  const at = name.lastIndexOf('@')
  const end = at < 0 ? name.length : at
  const starts = [...name.slice(0, end).matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(
    ({ index }) => index,
  )
  return [...new Set([0, ...starts])].slice(0, MAX_WORDS).map((start) => name.slice(start))
}

import { isIPv4, isIPv6 } from 'node:net'

/**
 * An IP address as it is shown, counted and matched: IPv4 that came through an IPv6 socket
 * (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is IPv4, anything else stays as it is.
 */
export function plainAddress(address: string): string {
  const mapped = address.replace(/^::ffff:/i, '')
  return isIPv4(mapped) ? mapped : address
}

/** True for an address of this machine itself: what is said to it is on no wire. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address)
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}

/**
 * Whom an address belongs to, as far as can be told: an IPv4 address as it is; of IPv6 the first 64
 * bits, for whoever has one address of them has them all (RFC 6177). What is no address stays as it is.
 */
export function subscriberOf(address: string): string {
  const plain = plainAddress(address)
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.replace(/%.*$/, '').toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // An IPv4 address at the end stands for two groups.
  const groups = before.length + after.length + (plain.includes('.') ? 1 : 0)
  const zeros = tail === undefined ? [] : Array<string>(8 - groups).fill('0')
  const first = [...before, ...zeros, ...after].slice(0, 4)
  return `${first.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

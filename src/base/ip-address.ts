import { isIPv4 } from 'node:net'

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

import { isIPv4 } from 'node:net'

/** Who is at the other end: IPv4 on an IPv6 socket is shown, counted and matched as IPv4. */
export function clientAddress(socket: { remoteAddress?: string | undefined }): {
  address: string
  isLoopback: boolean
} {
  const raw = socket.remoteAddress ?? ''
  const mapped = raw.replace(/^::ffff:/i, '')
  const address = isIPv4(mapped) ? mapped : raw
  return { address, isLoopback: address === '::1' || /^127\./.test(address) }
}

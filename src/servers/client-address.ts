import { isLoopback, plainAddress } from '../base/ip-address.ts'

/** Who is at the other end of a connection. */
export function clientAddress(socket: { remoteAddress?: string | undefined }): {
  address: string
  isLoopback: boolean
} {
  const address = plainAddress(socket.remoteAddress ?? '')
  return { address, isLoopback: isLoopback(address) }
}

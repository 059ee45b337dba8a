/** Ports of loopback, for other people's servers. */

import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const READY_WITHIN_MS = 10_000

/** A port that was free a moment ago, for servers that cannot be given a socket. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

/** Resolves when an SMTP server greets on this port of loopback; `log` tells why it does not. */
export async function answering(port: number, log: () => string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until) {
    const greeted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => resolve(socket.destroy() !== undefined))
      socket.once('error', () => resolve(false))
    })
    if (greeted) return
    await delay(50)
  }
  throw new Error(`no server answers on ${port}: ${log()}`)
}

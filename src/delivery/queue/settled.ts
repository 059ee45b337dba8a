import type { Socket } from 'node:net'
import { HubError } from '../../base/errors.ts'
import { connectionWords } from '../smtp/connection-words.ts'

/**
 * Waits for the one event that is good; destroys the socket on any other end.
 *
 * @throws HubError `failure`, with Node's error as cause; `delivery.timed_out`; what the signal was
 *   aborted with
 */
export async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  {
    timeoutMs,
    failure,
    signal,
  }: {
    timeoutMs: number
    failure: 'delivery.connection_failed' | 'delivery.tls_failed'
    signal: AbortSignal | undefined
  },
): Promise<void> {
  const what = event === 'connect' ? 'connection' : 'TLS handshake'
  await new Promise<void>((resolve, reject) => {
    const end = (error?: Error) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off(event, onGood).off('error', onError).off('close', onClose)
      if (error === undefined) {
        resolve()
        return
      }
      // Errors that still come of a socket given up say nothing new.
      socket.on('error', () => undefined).destroy()
      reject(error)
    }
    const onGood = () => end()
    const onError = (cause: Error) => {
      end(new HubError(failure, `no ${what}: ${connectionWords(cause)}`, { cause }))
    }
    const onClose = () => end(new HubError(failure, `no ${what}: the server closed`))
    const onAbort = () => end(signal?.reason as Error)
    const timer = setTimeout(() => {
      end(new HubError('delivery.timed_out', `no ${what} in time`))
    }, timeoutMs)
    socket.once(event, onGood).once('error', onError).once('close', onClose)
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
  })
}

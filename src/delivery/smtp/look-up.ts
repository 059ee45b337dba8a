import { lookup, type LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { HubError, hasNodeCode, messageOf } from '../../base/errors.ts'

/** Gives the addresses of a host name, or fails with Node's error. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>

/** Asks the system, as every other program does. */
export const systemResolver: Resolver = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses)
      else reject(error)
    })
  })

/**
 * The addresses of a host: itself when it is one.
 *
 * @throws HubError `delivery.connection_failed` with `fault` in its detail, `delivery.timed_out`;
 *   what the signal was aborted with
 */
export async function addressesOf(
  host: string,
  {
    resolver,
    timeoutMs,
    signal,
  }: { resolver: Resolver; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<readonly LookupAddress[]> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  let timer: NodeJS.Timeout | undefined
  const stopped = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HubError('delivery.timed_out', `no address of ${host} in time`))
    }, timeoutMs)
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
  try {
    signal?.throwIfAborted()
    const addresses = await Promise.race([resolver(host), stopped])
    if (addresses.length > 0) return addresses
  } catch (error) {
    if (error instanceof HubError || signal?.aborted === true) throw error
    const fault = hasNodeCode(error, 'ENOTFOUND', 'ENODATA') ? 'NOT_FOUND' : 'NO_ANSWER'
    throw new HubError('delivery.connection_failed', `no address: ${messageOf(error)}`, {
      cause: error,
      detail: { fault },
    })
  } finally {
    clearTimeout(timer)
  }
  throw new HubError('delivery.connection_failed', `no address: ${host} has none`, {
    detail: { fault: 'NOT_FOUND' },
  })
}

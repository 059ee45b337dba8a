/**
 * How the hub fetches from an OpenID provider: over TLS, in a limited time, up to a limited size, and
 * without following redirections. The provider's own documents name the addresses, so each is checked.
 * Private addresses are allowed: an administrator chose the provider, and many stand in-house.
 */

import { HubError, messageOf } from '../../base/errors.ts'
import { isLoopback } from '../../base/ip-address.ts'

/** Somebody waits before a browser meanwhile. */
const TIMEOUT_MS = 10_000

/** Documents, keys and tokens are some thousand bytes; a user with hundreds of groups has more. */
const MAX_BYTES = 1_000_000

/** What is asked of a fetch; a part of what `openid-client` passes. */
export interface FetchOptions {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** True for `https:`, and for a provider on this machine. */
export function isFetchable(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isHere = host === 'localhost' || isLoopback(host)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere)
}

/** @throws HubError `openid.unreachable` */
export async function guardedFetch(
  address: string,
  { method, headers, body, signal }: FetchOptions,
  limits: { timeoutMs: number; maxBytes: number } = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES },
): Promise<Response> {
  const url = new URL(address)
  if (!isFetchable(url)) throw unreachable(url, 'it is not https')
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: (body ?? null) as RequestInit['body'] | null,
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    // Read here and now, while the time runs.
    const content = await readLimited(response, limits.maxBytes)
    if (content === undefined) throw unreachable(url, `it sent more than ${limits.maxBytes} bytes`)
    const hasBody = ![101, 204, 205, 304].includes(response.status)
    return new Response(hasBody ? content : null, {
      status: response.status,
      headers: response.headers,
    })
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw unreachable(url, wordsOf(cause), cause)
  }
}

/** Undefined when there is more than the limit; the rest is not read. */
async function readLimited(
  response: Response,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array
    length += bytes.byteLength
    if (length > maxBytes) return undefined
    chunks.push(bytes)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** `fetch failed` says nothing; what is below it does. */
function wordsOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)
}

function unreachable(url: URL, why: string, cause?: unknown): HubError {
  const address = `${url.origin}${url.pathname}`
  return new HubError('openid.unreachable', `${address} does not answer as it should: ${why}`, {
    cause,
  })
}

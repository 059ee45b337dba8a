/**
 * Requests that the hub makes of others' HTTP servers, each within limits.
 *
 * HTTPS only, but for servers on this machine; redirections are answers like any other and never
 * followed, so that what is sent goes where the configuration says and nowhere else. Connections are
 * not kept: one that is gone when it is used again leaves open whether the request was heard.
 */

import { request as requestInClear, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestByTls } from 'node:https'
import { isIP } from 'node:net'
import { concat, encodeUtf8 } from './bytes.ts'
import { HubError, messageOf } from './errors.ts'
import { isLoopback } from './ip-address.ts'
import { trustedRoots } from './trusted-roots.ts'

export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** From the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number
  /** The longest body that is read of the answer. */
  readonly maxBytes: number
  /** PEM of the roots to trust in place of the usual ones. */
  readonly ca?: string
  readonly signal?: AbortSignal
}

/** An answer, whatever its status. */
export interface OutboundReply {
  readonly status: number
  /** In lower case; a field that came twice is joined by commas. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

/**
 * Makes one request.
 *
 * @throws HubError `outbound.url_unsafe`, `outbound.unreachable`, `outbound.timed_out`,
 *   `outbound.reply_too_large`, with the error of Node's as cause and `sent` in their detail: whether
 *   the server may have heard the request
 */
export async function requestOutside(outgoing: OutboundRequest): Promise<OutboundReply> {
  const url = parseSafeUrl(outgoing.url)
  const body = encodeUtf8(outgoing.body ?? '')
  const state = { isSent: false }
  const limit = AbortSignal.timeout(outgoing.timeoutMs)
  const signal = outgoing.signal === undefined ? limit : AbortSignal.any([outgoing.signal, limit])
  try {
    const request = open(url, outgoing, { signal, sizeBytes: body.byteLength })
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject)
      request.once('finish', () => {
        state.isSent = true
      })
      request.end(body)
    })
    return {
      status: reply.statusCode ?? 0,
      headers: new Map(
        Object.entries(reply.headersDistinct).map(([name, values]) => [
          name,
          values?.join(', ') ?? '',
        ]),
      ),
      body: await readWithin(reply, outgoing.maxBytes),
    }
  } catch (error) {
    if (error instanceof HubError) throw error
    const detail = { host: url.host, sent: state.isSent }
    if (limit.aborted) {
      throw new HubError('outbound.timed_out', `${url.host} did not answer in time`, { detail })
    }
    throw new HubError('outbound.unreachable', `no answer of ${url.host}: ${messageOf(error)}`, {
      detail,
      cause: error,
    })
  }
}

/**
 * Reads an address that requests may go to: `https:`, or `http:` of this machine, without user name.
 *
 * @throws HubError `outbound.url_unsafe`
 */
export function parseSafeUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new HubError('outbound.url_unsafe', 'an address begins with https://')
  const isHere = isLoopback(url.hostname.replace(/^\[|\]$/g, '')) || url.hostname === 'localhost'
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) {
    throw new HubError('outbound.url_unsafe', `${url.origin} is not https`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new HubError('outbound.url_unsafe', 'an address has no user name and password in it')
  }
  return url
}

function open(
  url: URL,
  { method, headers, ca }: OutboundRequest,
  { signal, sizeBytes }: { signal: AbortSignal; sizeBytes: number },
): ClientRequest {
  const options = {
    method,
    signal,
    agent: false as const,
    headers: {
      accept: 'application/json',
      'user-agent': 'Sealpost',
      ...headers,
      ...(method === 'POST' ? { 'content-length': sizeBytes } : {}),
    },
  }
  if (url.protocol === 'http:') return requestInClear(url, options)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return requestByTls(url, {
    ...options,
    secureContext: trustedRoots(ca),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  } as Parameters<typeof requestByTls>[1] & object)
}

async function readWithin(reply: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of reply as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > maxBytes) {
      reply.destroy()
      throw new HubError('outbound.reply_too_large', `an answer has more than ${maxBytes} bytes`, {
        detail: { sent: true },
      })
    }
    chunks.push(chunk)
  }
  return concat(chunks)
}

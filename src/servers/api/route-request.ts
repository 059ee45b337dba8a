/** Makes of an HTTP request what a route takes, by the route's own schemas. */

import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { HubError } from '../../base/errors.ts'
import type { Caller } from './caller.ts'
import { findCookie } from './cookies.ts'
import { parseRequest } from './problem-document.ts'
import type { AnyRouteRequest, Route } from './route.ts'

const MAX_KEY_CHARACTERS = 255
/** Enough to know a browser by. */
const MAX_USER_AGENT_CHARACTERS = 300
/** An id of ours is a number or a UUID. */
const MAX_EVENT_ID_CHARACTERS = 100

interface Circumstances {
  readonly caller: Caller | undefined
  readonly address: string
  readonly isHttps: boolean
  readonly gone: AbortSignal
  /** Largest message taken now. */
  readonly maxMessageBytes: number
}

/**
 * @throws HubError `api.body_malformed`, `api.media_type_unsupported`, `smtp.message_too_large`,
 * `idempotency.key_malformed`
 */
export function routeRequest(
  route: Route,
  request: FastifyRequest,
  { caller, address, isHttps, gone, maxMessageBytes }: Circumstances,
): AnyRouteRequest {
  const { headers } = request
  const bytes = Buffer.isBuffer(request.body) ? request.body : new Uint8Array(0)
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const body = bodyFor(route, { bytes, mediaType, maxMessageBytes })
  if (/%00/.test(request.url)) throw withNul()
  const query = route.query && parseRequest(route.query, request.query, 'query')
  const url = request.url.indexOf('?')
  const digest = createHash('sha256')
    .update(`${mediaType}\n${url < 0 ? '' : request.url.slice(url)}\n`)
    .update(bytes)
  return {
    // The type of the route's caller follows from its permission, which was looked at before.
    caller: caller,
    params: request.params as Readonly<Record<string, string>>,
    query,
    body,
    bytes,
    mediaType,
    client: { address, ...submitterOf(caller) },
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS),
    sessionToken: findCookie(headers.cookie, 'session', { isHttps }),
    cookie: (name) => findCookie(headers.cookie, name, { isHttps }),
    lastEventId: lastEventIdOf(request),
    gone,
    idempotencyKey: idempotencyKeyOf(request),
    digest: digest.digest('hex'),
  }
}

/** By what name a message that the caller hands over is known to be theirs. */
function submitterOf(caller: Caller | undefined): { credential?: string } {
  switch (caller?.is) {
    case undefined:
      return {}
    case 'credential':
      return { credential: caller.credential }
    case 'account':
      return { credential: `account:${caller.address}` }
  }
}

function bodyFor(
  route: Route,
  {
    bytes,
    mediaType,
    maxMessageBytes,
  }: { bytes: Uint8Array; mediaType: string; maxMessageBytes: number },
): unknown {
  if (route.method === 'GET') return undefined
  if (route.rawType !== undefined && mediaType === route.rawType) {
    if (bytes.byteLength > maxMessageBytes) {
      throw new HubError('smtp.message_too_large', `over ${maxMessageBytes} bytes`)
    }
    return undefined
  }
  const takesNone = route.body === undefined && route.rawType === undefined
  if (takesNone && bytes.byteLength === 0) return undefined
  if (mediaType !== 'application/json') {
    const takes = ['application/json', route.rawType].filter(Boolean).join(' or ')
    throw new HubError('api.media_type_unsupported', `the body is ${takes}`)
  }
  const value = parseJson(bytes)
  return route.body && parseRequest(route.body, value, 'body')
}

function lastEventIdOf({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id']
  return typeof id === 'string' && id.length <= MAX_EVENT_ID_CHARACTERS ? id : undefined
}

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[!-~]+$/.test(key) || key.length > MAX_KEY_CHARACTERS) {
    throw new HubError(
      'idempotency.key_malformed',
      `an Idempotency-Key has at most ${MAX_KEY_CHARACTERS} printable characters`,
    )
  }
  return key
}

/** No text of ours has one, and none can be stored in the database. */
function withNul(): HubError {
  return new HubError('api.body_malformed', 'there is a NUL character in it')
}

function refuseNul(name: string, value: unknown): unknown {
  if (name.includes('\0') || (typeof value === 'string' && value.includes('\0'))) throw withNul()
  return value
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Only escaped can there be one in JSON (RFC 8259 section 7); looking is much cheaper than reviving.
    return JSON.parse(text, text.includes('\\u0000') ? refuseNul : undefined) as unknown
  } catch (cause) {
    if (cause instanceof HubError) throw cause
    throw new HubError('api.body_malformed', 'the body is not JSON in UTF-8', { cause })
  }
}

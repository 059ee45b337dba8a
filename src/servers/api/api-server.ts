/**
 * HTTP in: serves the routes of the API and the web interface.
 *
 * Who calls is found out before a byte of the body is read; what fails is answered by a problem
 * document with the code of its error. Nothing is decided here.
 */

import { isIP, type AddressInfo } from 'node:net'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { HubError, type ErrorCode } from '../../base/errors.ts'
import { plainAddress } from '../../base/ip-address.ts'
import type { Log } from '../../base/log.ts'
import type { PublicAddress } from '../../base/public-address.ts'
import { ANSWER_WITHIN_MS, inTime } from '../time-limit.ts'
import type { ApiHub } from './api-hub.ts'
import { type Caller, refusalOf } from './caller.ts'
import { encodeCookie } from './cookies.ts'
import { OpenStreams, type StreamReader } from './open-streams.ts'
import { describeApi } from './openapi.ts'
import { problemFor } from './problem-document.ts'
import { routeRequest } from './route-request.ts'
import type { Route, RouteReply } from './route.ts'
import { ROUTES } from './routes.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { serveWebApp, WEB_FOLDER } from './web-app.ts'
import { MustWait, WhoCalls } from './who-calls.ts'

export interface ApiServerOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Largest message that can ever be handed over; sets what is read of a body. */
  readonly sizeLimitBytes: number
  /** Largest message taken now. Read anew for each, so it may be a getter. */
  readonly maxMessageBytes: number
  /** Networks of proxies whose word on the client's address is taken (X-Forwarded-For). */
  readonly trustedProxies: readonly string[]
  /** Where the built web interface is, when not where `npm ci` puts it. */
  readonly webFolder?: string
}

export interface ApiParts {
  readonly hub: ApiHub
  readonly publicAddress: PublicAddress
  readonly clock: Clock
  readonly log: Log
  /** Those of the hub, unless a test brings its own. */
  readonly routes?: readonly Route[]
}

/** Forms and small JSON. */
const SMALL_BODY_BYTES = 64 * 1024
/** A whole request must be here in that time; large mail on a slow line takes a while. */
const REQUEST_TIMEOUT_MS = 10 * 60_000
/** Connections kept open; each costs some memory and a descriptor. */
const MAX_CONNECTIONS = 2000

export class ApiServer {
  readonly #options: ApiServerOptions
  readonly #parts: ApiParts
  readonly #routes: readonly Route[]
  readonly #whoCalls: WhoCalls
  readonly #streams: OpenStreams
  readonly #callers = new WeakMap<FastifyRequest, Caller>()
  #app: FastifyInstance | undefined
  #stopHearing: (() => void) | undefined

  constructor(options: ApiServerOptions, parts: ApiParts) {
    this.#options = options
    this.#parts = parts
    this.#routes = parts.routes ?? ROUTES
    const publicOrigin = () => parts.publicAddress.origin
    this.#whoCalls = new WhoCalls({ ...parts, publicOrigin })
    this.#streams = new OpenStreams(parts)
  }

  /** Starts listening; gives the address and port really used. */
  async listen(): Promise<{ host: string; port: number }> {
    const app = await this.#build()
    this.#app = app
    this.#stopHearing = this.#parts.hub.callers.onChange(
      (account) => void this.#streams.look(account),
    )
    await app.listen({ host: this.#options.host, port: this.#options.port })
    app.server.maxConnections = MAX_CONNECTIONS
    const { address, port } = app.server.address() as AddressInfo
    const at = { host: address, port }
    this.#parts.publicAddress.listensOn(port)
    this.#parts.log.info('api.listening', at)
    return at
  }

  /** Stops listening and resolves when the requests under way are answered. */
  async close(): Promise<void> {
    this.#stopHearing?.()
    this.#streams.end()
    await this.#app?.close()
  }

  async #build(): Promise<FastifyInstance> {
    const { publicAddress } = this.#parts
    const { trustedProxies } = this.#options
    const app = fastify({
      logger: false,
      bodyLimit: SMALL_BODY_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      forceCloseConnections: 'idle',
      return503OnClosing: false,
      trustProxy: trustedProxies.length > 0 && [...trustedProxies],
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
    })
    await setSecurityHeaders(app, publicAddress)
    // Bodies are parsed by routes, from their bytes, which a repeated request is compared by.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply))
    const page = await serveWebApp(app, this.#options.webFolder ?? WEB_FOLDER)
    app.setNotFoundHandler((request, reply) => {
      const shown = page(request, reply)
      if (shown !== undefined) return shown
      return this.#fail(new HubError('api.not_found', 'there is nothing here'), request, reply)
    })
    for (const each of this.#routes) this.#serve(app, each)
    const description = describeApi(this.#routes)
    app.get('/api/openapi.json', (_, reply) => reply.send(description))
    return app
  }

  #serve(app: FastifyInstance, route: Route): void {
    // Base64 makes a third more of an attachment.
    const messageBody = Math.ceil(this.#options.sizeLimitBytes * 1.4) + SMALL_BODY_BYTES
    const { timeoutMs = ANSWER_WITHIN_MS } = route
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodySize === 'message' ? messageBody : SMALL_BODY_BYTES,
      config: { hubRoute: route },
      onRequest: async (request) => {
        const found = (caller: Caller) => this.#callers.set(request, caller)
        const address = addressOf(request)
        await inTime(timeoutMs, this.#whoCalls.find(route, request, { address, found }))
      },
      handler: async (request, reply) => {
        const gone = new AbortController()
        reply.raw.once('close', () => gone.abort())
        const parsed = routeRequest(route, request, {
          caller: this.#callers.get(request),
          address: addressOf(request),
          isHttps: this.#parts.publicAddress.isHttps,
          gone: gone.signal,
          maxMessageBytes: this.#options.maxMessageBytes,
        })
        const answer = await inTime(timeoutMs, route.handle(parsed, this.#parts.hub))
        return this.#send(answer, request, reply)
      },
    })
  }

  #send(answer: RouteReply, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { isHttps } = this.#parts.publicAddress
    reply.code(answer.status).headers(answer.headers ?? {})
    for (const each of answer.cookies ?? []) {
      reply.header('set-cookie', encodeCookie(each, { isHttps }))
    }
    if ('redirect' in answer) return reply.header('location', answer.redirect).send()
    if ('events' in answer) {
      const reader = this.#readerOf(request)
      return this.#streams.send(answer.events, { request, reply, reader })
    }
    return reply.send(answer.body)
  }

  /** Who reads a stream, and whether they might still open it. Programs with a credential go on. */
  #readerOf(request: FastifyRequest): StreamReader {
    const { callers } = this.#parts.hub
    const caller = this.#callers.get(request)
    const { hubRoute } = request.routeOptions.config as { hubRoute?: Route }
    const permission = hubRoute?.permission ?? 'public'
    if (caller?.is !== 'account' || permission === 'public') {
      return { id: addressOf(request), mayGoOn: () => Promise.resolve(true) }
    }
    const toEnrol = hubRoute?.toEnrol
    return {
      id: caller.id,
      async mayGoOn() {
        const now = await callers.again(caller)
        return now !== undefined && refusalOf(now, { permission, toEnrol }) === undefined
      },
    }
  }

  #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = asApiError(error)
    const address = addressOf(request)
    if (known instanceof HubError && known.answer.http < 500) {
      this.#parts.log.info('api.refused', { address, code: known.code })
    } else {
      this.#parts.log.error('api.request_broke', { address, error })
    }
    const { hubRoute } = request.routeOptions.config as { hubRoute?: Route }
    const waitSeconds = this.#waitSeconds(known)
    if (waitSeconds !== undefined) reply.header('retry-after', waitSeconds)
    if (known instanceof HubError && known.code === 'api.unauthenticated') {
      reply.header('www-authenticate', challengeFor(hubRoute, request))
    }
    const problem = problemFor(known, { tells: this.#tells(hubRoute, request) })
    return reply
      .code(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem))
  }

  /** After how long it may be tried again, when that is known. */
  #waitSeconds(error: unknown): number | undefined {
    if (error instanceof MustWait) return error.waitSeconds
    if (!(error instanceof HubError) || error.code !== 'sign_in.locked') return undefined
    const untilMs = Date.parse(String(error.detail.until))
    const leftMs = untilMs - this.#parts.clock.now().getTime()
    return Number.isNaN(leftMs) ? undefined : Math.max(1, Math.ceil(leftMs / 1000))
  }

  #tells(route: Route | undefined, request: FastifyRequest): 'reasons' | 'issues' | 'nothing' {
    if (this.#callers.has(request) || route?.tellsReasons === true) return 'reasons'
    return route?.permission === 'public' ? 'issues' : 'nothing'
  }
}

/** IP address of the client, as a trusted proxy tells it or as the connection shows it. */
function addressOf(request: FastifyRequest): string {
  const told = plainAddress(request.ip)
  return isIP(told) === 0 ? plainAddress(request.socket.remoteAddress ?? '') : told
}

/**
 * How to log in (RFC 9110 section 11.6.1). Programs with credentials are offered Basic; a browser is
 * not, for it would ask for a password in a window of its own.
 */
function challengeFor(route: Route | undefined, { headers }: FastifyRequest): string {
  const isBrowser =
    headers['sec-fetch-site'] !== undefined ||
    headers.cookie !== undefined ||
    headers['user-agent']?.startsWith('Mozilla/') === true
  const bearer = 'Bearer realm="Sealpost"'
  if (route?.credentials !== true || isBrowser) return bearer
  return `Basic realm="Sealpost", charset="UTF-8", ${bearer}`
}

/** What the framework found wrong with a request, by our names for it. */
function asApiError(error: unknown): unknown {
  if (error instanceof HubError || !(error instanceof Error)) return error
  const status = 'statusCode' in error ? error.statusCode : undefined
  const codes: Record<number, ErrorCode> = {
    413: 'api.body_too_large',
    415: 'api.media_type_unsupported',
  }
  if (typeof status !== 'number' || status < 400 || status >= 500) return error
  return new HubError(codes[status] ?? 'api.body_malformed', 'the request cannot be read', {
    cause: error,
  })
}

/**
 * HTTP in: serves the routes of the API and the set-up page.
 *
 * Who calls is found out before a byte of the body is read; what fails is answered by a problem
 * document with the code of its error. Nothing is decided here.
 */

import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import helmet from '@fastify/helmet'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { HubError, type ErrorCode } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { clientAddress } from '../client-address.ts'
import type { ApiAccount, ApiHandlers } from './api-handlers.ts'
import { findCredentials } from './credentials.ts'
import { showHealth, showReadiness } from './health-routes.ts'
import { LoginAttempts } from './login-attempts.ts'
import { sendMessage, showMessage } from './message-routes.ts'
import { describeApi } from './openapi.ts'
import { parseRequest, problemFor } from './problem-document.ts'
import type { Route, RouteRequest, Permission } from './route.ts'
import { PAGE_POLICY, serveSetupPage } from './setup-page.ts'
import { completeSetup } from './setup-routes.ts'

export interface ApiServerOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** Largest message that can ever be handed over; sets what is read of a body. */
  readonly sizeLimitBytes: number
  /** Largest message taken now. Read anew for each, so it may be a getter. */
  readonly maxMessageBytes: number
}

interface ApiParts {
  readonly handlers: ApiHandlers
  readonly clock: Clock
  readonly log: Log
}

const ROUTES: readonly Route[] = [
  sendMessage,
  showMessage,
  completeSetup,
  showHealth,
  showReadiness,
]

/** Forms and small JSON. */
const SMALL_BODY_BYTES = 64 * 1024
/** A whole request must be here in that time; large mail on a slow line takes a while. */
const REQUEST_TIMEOUT_MS = 10 * 60_000
/** Connections kept open; each costs some memory and a descriptor. */
const MAX_CONNECTIONS = 2000
const MAX_KEY_CHARACTERS = 255

export class ApiServer {
  readonly #options: ApiServerOptions
  readonly #parts: ApiParts
  readonly #attempts: LoginAttempts
  readonly #accounts = new WeakMap<FastifyRequest, ApiAccount>()
  #app: FastifyInstance | undefined

  constructor(options: ApiServerOptions, parts: ApiParts) {
    this.#options = options
    this.#parts = parts
    this.#attempts = new LoginAttempts(parts.clock)
  }

  /** Starts listening; gives the address and port really used. */
  async listen(): Promise<{ host: string; port: number }> {
    const app = await this.#build()
    this.#app = app
    await app.listen({ host: this.#options.host, port: this.#options.port })
    app.server.maxConnections = MAX_CONNECTIONS
    const { address, port } = app.server.address() as AddressInfo
    const at = { host: address, port }
    this.#parts.log.info('api.listening', at)
    return at
  }

  /** Stops listening and resolves when the requests under way are answered. */
  async close(): Promise<void> {
    await this.#app?.close()
  }

  async #build(): Promise<FastifyInstance> {
    const app = fastify({
      logger: false,
      bodyLimit: SMALL_BODY_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      forceCloseConnections: 'idle',
      return503OnClosing: false,
      frameworkErrors: (error, request, reply) => void this.#fail(error, request, reply),
    })
    await app.register(helmet, { contentSecurityPolicy: PAGE_POLICY })
    app.addHook('onSend', async (_, reply) => void reply.header('cache-control', 'no-store'))
    // Bodies are parsed by routes, from their bytes, which a repeated request is compared by.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply))
    app.setNotFoundHandler((request, reply) => {
      return this.#fail(new HubError('api.not_found', 'there is nothing here'), request, reply)
    })
    for (const each of ROUTES) this.#serve(app, each)
    const description = describeApi(ROUTES)
    app.get('/api/openapi.json', (_, reply) => reply.send(description))
    serveSetupPage(app, this.#parts)
    return app
  }

  #serve(app: FastifyInstance, route: Route): void {
    // Base64 makes a third more of an attachment.
    const messageBody = Math.ceil(this.#options.sizeLimitBytes * 1.4) + SMALL_BODY_BYTES
    app.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodySize === 'message' ? messageBody : SMALL_BODY_BYTES,
      onRequest: async (request, reply) => {
        if (route.permission !== 'public') await this.#authenticate(request, reply)
      },
      handler: async (request, reply) => {
        const parsed = this.#requestFor(route, request)
        const { status, body, headers = {} } = await route.handle(parsed, this.#parts.handlers)
        return reply.code(status).headers(headers).send(body)
      },
    })
  }

  async #authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { address } = clientAddress(request.socket)
    const waitSeconds = this.#attempts.waitSeconds(address)
    if (waitSeconds > 0) {
      reply.header('retry-after', waitSeconds)
      throw new HubError('api.rate_limited', `${address} failed to log in too often`)
    }
    const credentials = findCredentials(request.headers.authorization)
    const { handlers, log } = this.#parts
    const account =
      credentials && (await handlers.authenticate(credentials.user, credentials.secret))
    if (account === undefined) {
      if (credentials !== undefined) {
        this.#attempts.failed(address)
        log.warn('api.login_failed', { address })
      }
      reply.header('www-authenticate', 'Basic realm="Sealpost", charset="UTF-8", Bearer')
      throw new HubError('api.unauthenticated', 'the request has no valid credential')
    }
    this.#accounts.set(request, account)
  }

  #requestFor(route: Route, request: FastifyRequest): RouteRequest<Permission, unknown, unknown> {
    const bytes = Buffer.isBuffer(request.body) ? request.body : new Uint8Array(0)
    const mediaType =
      (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    const account = this.#accounts.get(request)
    const body = this.#bodyFor(route, { bytes, mediaType })
    const query = route.query && parseRequest(route.query, request.query, 'query')
    const url = request.url.indexOf('?')
    const digest = createHash('sha256')
      .update(`${mediaType}\n${url < 0 ? '' : request.url.slice(url)}\n`)
      .update(bytes)
    return {
      account,
      params: request.params as Readonly<Record<string, string>>,
      query,
      body,
      bytes,
      mediaType,
      client: { address: clientAddress(request.socket).address, ...account },
      idempotencyKey: idempotencyKeyOf(request),
      digest: digest.digest('hex'),
    }
  }

  #bodyFor(route: Route, { bytes, mediaType }: { bytes: Uint8Array; mediaType: string }): unknown {
    if (route.method === 'GET') return undefined
    if (mediaType === route.rawType) {
      if (bytes.byteLength > this.#options.maxMessageBytes) {
        throw new HubError('smtp.message_too_large', `over ${this.#options.maxMessageBytes} bytes`)
      }
      return undefined
    }
    if (route.body === undefined || mediaType !== 'application/json') {
      const takes = ['application/json', route.rawType].filter(Boolean).join(' or ')
      throw new HubError('api.media_type_unsupported', `the body is ${takes}`)
    }
    return parseRequest(route.body, parseJson(bytes), 'body')
  }

  #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = asApiError(error)
    const { address } = clientAddress(request.socket)
    if (known instanceof HubError && known.answer.http < 500) {
      this.#parts.log.info('api.refused', { address, code: known.code })
    } else {
      this.#parts.log.error('api.request_broke', { address, error })
    }
    const isOpen = request.routeOptions.url !== undefined && !this.#needsAccount(request)
    const isStranger = !isOpen && !this.#accounts.has(request)
    const problem = problemFor(known, { isStranger })
    return reply
      .code(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem))
  }

  #needsAccount(request: FastifyRequest): boolean {
    const { url } = request.routeOptions
    return ROUTES.some(({ path, permission }) => path === url && permission !== 'public')
  }
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

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (cause) {
    throw new HubError('api.body_malformed', 'the body is not JSON in UTF-8', { cause })
  }
}

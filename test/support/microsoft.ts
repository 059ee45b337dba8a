/**
 * A stand-in for the Microsoft identity platform and Graph, from what is documented of both. Strict:
 * what it does not know is refused, as the real ones do.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MicrosoftOptions {
  /** What tokens say they allow; without any a token is issued all the same. */
  roles?: readonly string[]
  /** How long tokens last. */
  expiresInSeconds?: number
  /** The number of the error that is answered in place of a token. */
  aadsts?: number
  /** Answers `sendMail` in place of 202; undefined for the good answer. */
  answer?: (attempt: number) => GraphReply | undefined
  /** Graph takes as many tokens from the beginning for expired. */
  refusedTokens?: number
  /** Resolves when a request may be answered: holds requests to see how many come at once. */
  hold?: () => Promise<void>
}

export interface GraphReply {
  status: number
  code?: string
  message?: string
  headers?: Record<string, string>
}

export interface Microsoft {
  readonly url: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  readonly mailbox: string
  readonly options: MicrosoftOptions
  /** Messages that were accepted, as they were given. */
  readonly messages: readonly Buffer[]
  readonly tokensIssued: number
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number
  close(): Promise<void>
}

const TENANT = '11111111-2222-3333-4444-555555555555'
const CLIENT = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'
const SECRET = 'the~value~of+the/secret='
const MAILBOX = 'hub@example.org'
const MAX_REQUEST = 4 * 1024 * 1024
/** For each application and mailbox. */
const AT_ONCE = 4

export async function startMicrosoft(options: MicrosoftOptions = {}): Promise<Microsoft> {
  const state = {
    options,
    messages: [] as Buffer[],
    tokens: [] as string[],
    busy: 0,
    most: 0,
    sent: 0,
  }
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      if (request.url === `/${TENANT}/oauth2/v2.0/token`) token(state, { request, response, body })
      else if (request.url?.startsWith('/v1.0/users/') === true) {
        await sendMail(state, { request, response, body })
      } else reply(response, 404, {})
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ tenant: TENANT, clientId: CLIENT, clientSecret: SECRET, mailbox: MAILBOX, options },
    messages: state.messages,
    get tokensIssued() {
      return state.tokens.length
    },
    get mostAtOnce() {
      return state.most
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface State {
  options: MicrosoftOptions
  messages: Buffer[]
  tokens: string[]
  busy: number
  most: number
  sent: number
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  body: Buffer
}

function token(state: State, { request, response, body }: Exchange): void {
  const { aadsts, roles = ['Mail.Send'], expiresInSeconds = 3599 } = state.options
  const form = new URLSearchParams(body.toString())
  const number =
    aadsts ??
    (request.headers['content-type'] !== 'application/x-www-form-urlencoded'
      ? 900144
      : form.get('client_id') !== CLIENT
        ? 700016
        : form.get('client_secret') !== SECRET
          ? 7000215
          : form.get('grant_type') !== 'client_credentials'
            ? 70003
            : form.get('scope')?.endsWith('/.default') !== true
              ? 70011
              : undefined)
  if (number !== undefined) {
    reply(response, number === 90033 ? 503 : 401, {
      error: number === 90033 ? 'temporarily_unavailable' : 'invalid_client',
      error_description: `AADSTS${number}: as documented. Trace ID: t Correlation ID: c`,
      error_codes: [number],
      timestamp: '2026-11-21 21:00:00Z',
      trace_id: 'trace-1',
      correlation_id: 'correlation-1',
      error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    })
    return
  }
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    aud: form.get('scope')?.replace('/.default', ''),
    appid: CLIENT,
    tid: TENANT,
    // A number of its own, so that each token is another.
    uti: String(state.tokens.length),
    ...(roles.length === 0 ? {} : { roles }),
  }
  const value = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmVk`
  state.tokens.push(value)
  reply(response, 200, { token_type: 'Bearer', expires_in: expiresInSeconds, access_token: value })
}

async function sendMail(state: State, { request, response, body }: Exchange): Promise<void> {
  state.busy += 1
  state.most = Math.max(state.most, state.busy)
  try {
    const answer = state.busy > AT_ONCE ? TOO_MANY : judge(state, request, body)
    await state.options.hold?.()
    const headers = { 'request-id': 'request-1', ...answer?.headers }
    if (answer === undefined) {
      state.messages.push(Buffer.from(body.toString(), 'base64'))
      response.writeHead(202, headers).end()
      return
    }
    const { status, code = '', message = '' } = answer
    reply(response, status, { error: { code, message, innerError: {} } }, headers)
  } finally {
    state.busy -= 1
  }
}

const TOO_MANY: GraphReply = {
  status: 429,
  code: 'ApplicationThrottled',
  message: 'Application is over its MailboxConcurrency limit.',
  headers: { 'retry-after': '2.128' },
}

/** What is wrong with a request; undefined for one that is accepted. */
function judge(state: State, request: IncomingMessage, body: Buffer): GraphReply | undefined {
  const { roles = ['Mail.Send'], refusedTokens = 0, answer } = state.options
  state.sent += 1
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const issued = state.tokens.indexOf(bearer)
  if (issued < refusedTokens) {
    return {
      status: 401,
      code: 'InvalidAuthenticationToken',
      message: 'Lifetime validation failed',
    }
  }
  const wanted = answer?.(state.sent)
  if (wanted !== undefined) return wanted
  if (!roles.includes('Mail.Send')) {
    const message = 'Access is denied. Check credentials and try again.'
    return { status: 403, code: 'ErrorAccessDenied', message }
  }
  if (request.url !== `/v1.0/users/${encodeURIComponent(MAILBOX)}/sendMail`) {
    return { status: 404, code: 'ErrorInvalidUser', message: 'The requested user is invalid.' }
  }
  if (body.byteLength > MAX_REQUEST) {
    const message = 'The maximum request length supported is 4MB.'
    return { status: 413, code: 'BadRequest', message }
  }
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(body.toString())
  if (request.headers['content-type'] !== 'text/plain' || !isBase64) {
    return {
      status: 400,
      code: 'ErrorMimeContentInvalidBase64String',
      message: 'Invalid base64 string for MIME content.',
    }
  }
  return undefined
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

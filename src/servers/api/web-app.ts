/**
 * Serves the web interface as it was built (`vite build`): one page for every address of it, and its
 * files, which have a hash in their names and so are kept by browsers for ever.
 */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasNodeCode } from '../../base/errors.ts'

/** Where `npm ci` puts it. */
export const WEB_FOLDER = join(import.meta.dirname, '../../../.cache/web')

/** What stands in the built page in place of a nonce. */
const NONCE_MARK = '__CSP_NONCE__'

const YEAR_MS = 365 * 24 * 60 * 60_000

const NOT_BUILT = `The web interface is not built on this machine. Run "npm ci" with its development
packages, or "npm run build", and start the hub again. The API works without it.
`

/** Gives the page, or undefined for a request that is not for it. */
export type WebPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined

/** Registers the files, and gives what answers every address that nothing else does. */
export async function serveWebApp(app: FastifyInstance, folder: string): Promise<WebPage> {
  const page = readPage(folder)
  if (page === undefined) {
    return (request, reply) =>
      wantsPage(request)
        ? reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
        : undefined
  }
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    wildcard: false,
    index: false,
    decorateReply: false,
    preCompressed: true,
    dotfiles: 'deny',
    immutable: true,
    maxAge: YEAR_MS,
  })
  return (request, reply) => {
    if (!wantsPage(request)) return undefined
    const nonce = randomBytes(16).toString('base64')
    return reply
      .code(200)
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policyWith(nonce))
      .send(page.replaceAll(NONCE_MARK, nonce))
  }
}

function readPage(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8')
  } catch (error) {
    if (hasNodeCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** A browser that opens an address; programs and the page's own requests do not ask for HTML. */
function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const path = url.split('?')[0] ?? ''
  if (/^\/(?:api|assets)(?:\/|$)|^\/(?:healthz|readyz)$/.test(path)) return false
  return headers.accept?.includes('text/html') === true
}

/**
 * Nothing runs or is loaded but the hub's own. Styles that components write at run time carry the
 * nonce. Text becomes HTML only by the page's one
 * policy of Trusted Types, which takes no tags.
 */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // Notifications as they look: pages of their own that run nothing.
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ')
}

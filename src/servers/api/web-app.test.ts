import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { startApi } from '../../../test/support/api-listener.ts'

const PAGE = '<script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script>'
const SCRIPT = 'console.log(1)\n'.repeat(100)

async function given({ built = true } = {}) {
  const webFolder = mkdtempSync(join(tmpdir(), 'sealpost-web-'))
  if (built) {
    mkdirSync(join(webFolder, 'assets'))
    mkdirSync(join(webFolder, '.vite'))
    writeFileSync(join(webFolder, 'index.html'), PAGE)
    writeFileSync(join(webFolder, '.vite/manifest.json'), '{}')
    writeFileSync(join(webFolder, 'assets/a-1.js'), SCRIPT)
    writeFileSync(join(webFolder, 'assets/a-1.js.gz'), gzipSync(SCRIPT))
    writeFileSync(join(webFolder, 'assets/.hidden'), 'no')
  }
  const { url, server } = await startApi({}, { webFolder })
  onTestFinished(async () => {
    await server.close()
    rmSync(webFolder, { recursive: true })
  })
  const open = (path: string, headers: Record<string, string> = { accept: 'text/html' }) =>
    fetch(`${url}${path}`, { headers })
  return { open }
}

test('every address of the interface is the page, each time with a nonce of its own', async () => {
  const { open } = await given()
  const nonces = new Set<string>()
  for (const path of ['/', '/messages/1', '/sign-in?next=%2F', '/no-such-page', '/apis']) {
    const reply = await open(path)
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(reply.headers.get('cache-control')).toBe('no-store')
    const [, nonce = ''] = /nonce="([^"]+)"/.exec(await reply.text()) ?? []
    const policy = reply.headers.get('content-security-policy') ?? ''
    expect(policy).toContain(`script-src 'self' 'nonce-${nonce}';`)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|\*/)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(5)
})

test('files come as they were compressed, and are kept by the browser', async () => {
  const { open } = await given()
  const zipped = await open('/assets/a-1.js', { 'accept-encoding': 'gzip' })
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  expect(zipped.headers.get('vary')).toContain('accept-encoding')
  expect(zipped.headers.get('content-type')).toContain('javascript')
  expect(zipped.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(await zipped.text()).toBe(SCRIPT)
  const plain = await open('/assets/a-1.js', { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(SCRIPT)
})

test.for([
  '/assets/none.js',
  '/assets/.hidden',
  '/assets/..%2findex.html',
  '/assets/%2e%2e%2f.vite/manifest.json',
  '/api/v1/none',
  '/api',
])('%s is not there', async (path) => {
  const { open } = await given()
  const reply = await open(path)
  expect([400, 403, 404]).toContain(reply.status)
  expect(reply.headers.get('content-type')).toContain('application/problem+json')
})

test('a program that asks for a page that is none gets a problem document', async () => {
  const { open } = await given()
  const reply = await open('/messages', { accept: 'application/json' })
  expect(reply.status).toBe(404)
  expect(reply.headers.get('content-type')).toContain('application/problem+json')
})

test('where the interface was not built, a sentence says how to', async () => {
  const { open } = await given({ built: false })
  const reply = await open('/')
  expect(reply.status).toBe(503)
  expect(await reply.text()).toContain('npm ci')
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardedFetch, isFetchable } from './guarded-fetch.ts'

let server: Server
let address: string

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/large') response.write('x'.repeat(2_000))
    if (request.url === '/elsewhere') response.writeHead(302, { location: 'http://example.org/' })
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = (path: string) =>
  guardedFetch(address + path, { method: 'GET', headers: {} }, { timeoutMs: 200, maxBytes: 1_000 })

test('gives what was sent, and follows nothing', async () => {
  expect(await (await get('/')).json()).toEqual({})
  expect((await get('/elsewhere')).status).toBe(302)
})

test.for(['/silent', '/large'])('does not wait for, or read on, %s', async (path) => {
  await expect(get(path)).rejects.toMatchObject({ code: 'openid.unreachable' })
})

test.for([
  { text: 'https://login.example.org', is: true },
  { text: 'https://10.0.0.1', is: true },
  { text: 'http://localhost:8080', is: true },
  { text: 'http://127.0.0.1', is: true },
  { text: 'http://[::1]:3000', is: true },
  { text: 'http://login.example.org', is: false },
  { text: 'http://localhost.example.org', is: false },
  { text: 'https://user:secret@login.example.org', is: false },
  { text: 'file:///etc/passwd', is: false },
])('$text is fetched: $is', ({ text, is }) => {
  expect(isFetchable(new URL(text))).toBe(is)
})

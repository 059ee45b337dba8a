import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { addressOf, ApiClient } from '../web/api/client.ts'
import { ApiProblem } from '../web/api/problem.ts'

interface Answer {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

const problem = (status: number, code: string) => ({
  status,
  body: { type: 'about:blank', title: 'T', status, code },
})

/** A hub that gives these answers, one after the other. */
async function given(...answers: Answer[]) {
  const requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, headers })
    const { status = 200, body = {}, headers: more = {} } = answers.shift() ?? {}
    response.writeHead(status, { 'content-type': 'application/json', ...more })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = new ApiClient()
  const call: ApiClient['call'] = (path, request) => api.call(base + path, request)
  return { api, call, requests }
}

const Thing = z.strictObject({ name: z.string() })

test('an answer is parsed; one of another shape is a problem that says so', async () => {
  const { call } = await given({ body: { name: 'a' } }, { body: { nom: 'a' } })
  expect(await call('/thing', { reply: Thing })).toEqual({ name: 'a' })
  await expect(call('/thing', { reply: Thing })).rejects.toMatchObject({ code: 'web.unreadable' })
})

test('only what changes something carries the token', async () => {
  const { api, call, requests } = await given()
  api.takeCsrfToken('token')
  await call('/thing')
  await call('/thing', { method: 'PUT', body: { name: 'b' } })
  expect(requests.map(({ headers }) => headers['x-csrf-token'])).toEqual([undefined, 'token'])
})

test('a problem keeps code, issues and how long to wait', async () => {
  const issues = [{ path: 'to.0', message: 'too short' }]
  const refused = problem(429, 'api.rate_limited')
  const { call } = await given({
    ...refused,
    body: { ...refused.body, issues },
    headers: { 'retry-after': '60' },
  })
  await expect(call('/thing')).rejects.toMatchObject({
    code: 'api.rate_limited',
    issues,
    retryAfterSeconds: 60,
  })
})

test('what is no problem document is one all the same', async () => {
  const { call } = await given({ status: 502, body: '<html>' })
  await expect(call('/thing')).rejects.toMatchObject({ code: 'web.unreachable', status: 502 })
})

test('a hub that is not there is unreachable', async () => {
  await expect(new ApiClient().call('http://127.0.0.1:1/')).rejects.toMatchObject({
    code: 'web.unreachable',
  })
})

test.for([
  ['api.unauthenticated', 401, 'signInAgain'],
  ['session.not_recent', 403, 'confirmPassword'],
] as const)('%s asks, and goes on when it was answered', async ([code, status, asks]) => {
  const { api, call, requests } = await given(problem(status, code), { body: { name: 'a' } })
  const interruptions = {
    signInAgain: vi.fn(() => Promise.resolve(true)),
    confirmPassword: vi.fn(() => Promise.resolve(true)),
    enrol: vi.fn(),
  }
  api.interruptBy(interruptions)
  expect(await call('/thing', { reply: Thing })).toEqual({ name: 'a' })
  expect(interruptions[asks]).toHaveBeenCalledOnce()
  expect(requests.length).toBe(2)
})

test('second_factor.required says so to the interface, and the request fails', async () => {
  const { api, call, requests } = await given(problem(403, 'second_factor.required'))
  const enrol = vi.fn()
  const never = () => Promise.reject(new Error('this is not asked'))
  api.interruptBy({ signInAgain: never, confirmPassword: never, enrol })
  await expect(call('/thing')).rejects.toMatchObject({ code: 'second_factor.required' })
  expect(enrol).toHaveBeenCalledOnce()
  expect(requests.length).toBe(1)
})

test('who would rather not sign in again is told what was refused', async () => {
  const { api, call } = await given(problem(401, 'api.unauthenticated'))
  api.interruptBy({
    signInAgain: () => Promise.resolve(false),
    confirmPassword: () => Promise.resolve(false),
    enrol: () => undefined,
  })
  await expect(call('/thing')).rejects.toBeInstanceOf(ApiProblem)
})

test('an address leaves out what is empty and repeats what is many', () => {
  expect(addressOf('/a', { b: '', c: undefined, d: 0, e: ['x', 'y'], f: false })).toBe(
    '/a?d=0&e=x&e=y&f=false',
  )
  expect(addressOf('/a', {})).toBe('/a')
})

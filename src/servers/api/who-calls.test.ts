import { afterEach, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/support/api-listener.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import type { AccountCaller } from './caller.ts'
import { csrfTokenOf } from './csrf.ts'
import { nothing, route } from './route.ts'
import { z } from 'zod'

const open: TestApi[] = []
afterEach(async () => {
  for (const { server } of open.splice(0)) await server.close()
})

function accountWith(...roles: Role[]): AccountCaller {
  return {
    is: 'account',
    id: 'account-1',
    personId: 'person-1',
    address: 'ada@example.org',
    name: 'Ada',
    roles,
    permissions: permissionsOf(roles),
  }
}

const seen: unknown[] = []
const ROUTES = [
  route({
    method: 'POST',
    path: '/api/v1/change',
    summary: 'Changes something',
    permission: 'people.manage',
    replies: { 204: nothing },
    handle({ caller }) {
      seen.push(caller.address)
      return Promise.resolve({ status: 204 })
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/open',
    summary: 'For everybody',
    permission: 'public',
    body: z.strictObject({}),
    replies: { 200: z.strictObject({ name: z.string().nullable() }) },
    handle: ({ caller }) =>
      Promise.resolve({
        status: 200,
        body: { name: caller?.name ?? null },
        cookies: [{ name: 'session', value: 'fresh', maxAgeSeconds: 60 }],
      }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/to-the-provider',
    summary: 'Leads to a provider',
    permission: 'public',
    beginsSignIn: true,
    replies: { 303: nothing },
    handle: () => Promise.resolve({ status: 303, redirect: '/provider' }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/away',
    summary: 'Leads elsewhere',
    permission: 'self',
    replies: { 303: nothing },
    handle: () => Promise.resolve({ status: 303, redirect: '/elsewhere' }),
  }),
]

async function given(more: { publicUrl?: string; trustedProxies?: string[] } = {}) {
  const administrator = accountWith('administrator')
  const api = await startApi(
    {
      sessions: {
        find: (token) =>
          Promise.resolve(
            token === 'good'
              ? administrator
              : token === 'small'
                ? accountWith('auditor')
                : undefined,
          ),
      },
      tokens: {
        find: (id, secret) =>
          Promise.resolve(
            id === 'one' && secret === 'secret.with-dot'
              ? { ...administrator, permissions: new Set(['self' as const]), tokenId: id }
              : undefined,
          ),
      },
    },
    { routes: ROUTES, ...more },
  )
  open.push(api)
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${api.url}${path}`, { redirect: 'manual', ...init })
  return { ...api, send, ...api }
}

const good = { cookie: 'other=1; sealpost=good', 'x-csrf-token': csrfTokenOf('good') }
const codeOf = async (reply: Response) =>
  `${reply.status} ${((await reply.json()) as { code: string }).code}`

describe('what changes something, called with a session', () => {
  const change = { method: 'POST' }

  test('works with the token that a page of ours knows', async () => {
    const { send, url } = await given()
    expect((await send('/api/v1/change', { ...change, headers: good })).status).toBe(204)
    const own = { ...good, origin: url }
    expect((await send('/api/v1/change', { ...change, headers: own })).status).toBe(204)
  })

  test.for([
    ['without the token', { 'x-csrf-token': '' }, '403 api.csrf_missing'],
    ['with the token of another', { 'x-csrf-token': csrfTokenOf('x') }, '403 api.csrf_missing'],
    ['from another site', { origin: 'https://evil.example' }, '403 api.origin_foreign'],
    ['from a page without origin', { origin: 'null' }, '403 api.origin_foreign'],
    ['from another port', { origin: 'http://127.0.0.1:1' }, '403 api.origin_foreign'],
    ['when it is over', { cookie: 'sealpost=over' }, '401 api.unauthenticated'],
    ['without it', { cookie: '' }, '401 api.unauthenticated'],
    [
      'of too small a role',
      { cookie: 'sealpost=small', 'x-csrf-token': csrfTokenOf('small') },
      '403 api.forbidden',
    ],
  ] as const)('is refused %s', async ([, headers, answer]) => {
    const { send } = await given()
    seen.length = 0
    const reply = await send('/api/v1/change', { ...change, headers: { ...good, ...headers } })
    expect(await codeOf(reply)).toBe(answer)
    expect(seen).toEqual([])
  })
})

test('an API token needs no CSRF token, and may do what its scopes name', async () => {
  const { send } = await given()
  const headers = { authorization: 'Bearer spt_one.secret.with-dot' }
  expect((await send('/api/v1/away', { headers })).status).toBe(303)
  expect(await codeOf(await send('/api/v1/change', { method: 'POST', headers }))).toBe(
    '403 api.forbidden',
  )
  const wrong = { authorization: 'Bearer spt_one.guess' }
  expect(await codeOf(await send('/api/v1/away', { headers: wrong }))).toBe(
    '401 api.unauthenticated',
  )
})

test('a credential of a program reaches only routes for programs', async () => {
  const { send } = await given()
  const headers = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` }
  const reply = await send('/api/v1/away', { headers })
  expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="Sealpost"')
  expect(await codeOf(reply)).toBe('401 api.unauthenticated')
})

test('a public route knows who signed in, and takes JSON from pages of ours only', async () => {
  const { send } = await given()
  const json = { 'content-type': 'application/json' }
  const post = (headers: Record<string, string>, body = '{}') =>
    send('/api/v1/open', { method: 'POST', headers, body })
  expect(await (await post(json)).json()).toEqual({ name: null })
  expect(await (await post({ ...json, cookie: 'sealpost=good' })).json()).toEqual({ name: 'Ada' })
  const foreign = await post({ ...json, origin: 'https://evil.example' })
  expect(await codeOf(foreign)).toBe('403 api.origin_foreign')
  const form = await post({ 'content-type': 'application/x-www-form-urlencoded' })
  expect(await codeOf(form)).toBe('415 api.media_type_unsupported')
})

test('a cookie is plain on http, and bound to the host on https', async () => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  const plain = await (await given()).send('/api/v1/open', init)
  expect(plain.headers.getSetCookie()).toEqual([
    'sealpost=fresh; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
  ])
  expect(plain.headers.get('strict-transport-security')).toBeNull()
  const { send } = await given({ publicUrl: 'https://mail.example.org' })
  const secure = await send('/api/v1/open', init)
  expect(secure.headers.getSetCookie()).toEqual([
    '__Host-sealpost=fresh; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60',
  ])
  expect(secure.headers.get('strict-transport-security')).toBe(
    'max-age=31536000; includeSubDomains',
  )
  const own = { ...init.headers, origin: 'https://mail.example.org' }
  expect((await send('/api/v1/open', { ...init, headers: own })).status).toBe(200)
})

test('who calls public routes too often waits, each network by itself', async () => {
  const { send } = await given({ trustedProxies: ['127.0.0.0/8'] })
  const post = (client: string) =>
    send('/api/v1/open', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': client },
      body: '{}',
    })
  for (let count = 0; count < 60; count += 1) {
    expect((await post(`2001:db8:1:2::${count}`)).status).toBe(200)
  }
  const late = await post('2001:db8:1:2:ffff::1')
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await codeOf(late)).toBe('429 api.rate_limited')
  expect((await post('2001:db8:1:3::1')).status).toBe(200)
})

test('sign-ins by a provider count like any other', async () => {
  const { send } = await given()
  for (let count = 0; count < 60; count += 1) {
    expect((await send('/api/v1/to-the-provider')).status).toBe(303)
  }
  expect(await codeOf(await send('/api/v1/to-the-provider'))).toBe('429 api.rate_limited')
  expect(await codeOf(await send('/api/v1/open', { method: 'POST' }))).toBe('429 api.rate_limited')
})

test('X-Forwarded-For is believed of trusted proxies only', async () => {
  const { send } = await given()
  for (let count = 0; count < 60; count += 1) {
    await send('/api/v1/open', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${count}` },
      body: '{}',
    })
  }
  const reply = await send('/api/v1/open', { method: 'POST', body: '{}' })
  expect(reply.status).toBe(429)
})

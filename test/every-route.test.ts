/** What holds for every route of the API, from the list of routes: a new one is tested when it is listed. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApi, type TestApi } from './support/api-listener.ts'
import {
  type Permission,
  PERMISSIONS,
  permissionsOf,
  type Role,
  ROLES,
} from '../src/contract/permissions.ts'
import type { AccountCaller } from '../src/servers/api/caller.ts'
import { csrfTokenOf } from '../src/servers/api/csrf.ts'
import type { Route } from '../src/servers/api/route.ts'
import { ROUTES } from '../src/servers/api/routes.ts'

/**
 * Every route that names one thing, and whose it may be. `everybody's`: whoever has the permission
 * works on all of them. `own`: another's is not there, which a test of its own shows.
 */
const THINGS: Readonly<Record<string, "everybody's" | 'own'>> = {
  // Accounts see all messages; programs their own: test/system/things-of-others.test.ts.
  'GET /api/v1/messages/:id': 'own',
  'POST /api/v1/messages/:id/orders': "everybody's",
  'GET /api/v1/mail-tests/:id': "everybody's",
  'GET /api/v1/mail-tests/:id/events': "everybody's",
  'GET /api/v1/notifications/:name': "everybody's",
  'GET /api/v1/notifications/:name/html': "everybody's",
  'POST /api/v1/notifications/:name/send-to-me': "everybody's",
  'GET /api/v1/people/:id': "everybody's",
  'PATCH /api/v1/people/:id': "everybody's",
  'PUT /api/v1/people/:id/roles': "everybody's",
  'POST /api/v1/people/:id/disable': "everybody's",
  'POST /api/v1/people/:id/enable': "everybody's",
  'POST /api/v1/people/:id/unlock': "everybody's",
  'POST /api/v1/people/:id/invitation': "everybody's",
  'DELETE /api/v1/people/:id/invitation': "everybody's",
  'DELETE /api/v1/people/:id/sessions': "everybody's",
  'GET /api/v1/people/:id/tokens': "everybody's",
  'DELETE /api/v1/people/:id/tokens/:token': "everybody's",
  'DELETE /api/v1/sessions/:id': 'own',
  'DELETE /api/v1/profile/tokens/:id': 'own',
  'PATCH /api/v1/profile/sign-in-methods/passkeys/:id': 'own',
  'DELETE /api/v1/profile/sign-in-methods/passkeys/:id': 'own',
  'GET /api/v1/mail-configuration/versions/:number': "everybody's",
  'GET /api/v1/sign-in-settings/versions/:number': "everybody's",
  // Of a policy that somebody may not list nobody tells: test/system/policy-access.test.ts.
  'GET /api/v1/policies/:id': 'own',
  'GET /api/v1/policies/:id/document': 'own',
  'PUT /api/v1/policies/:id/document': 'own',
  'POST /api/v1/policies/:id/orders': 'own',
  'GET /api/v1/policies/:id/history': 'own',
  'GET /api/v1/policies/:id/access': 'own',
  'POST /api/v1/policies/:id/access': 'own',
  'GET /api/v1/policy-requests/:id': 'own',
  'POST /api/v1/policy-requests/:id/orders': 'own',
  'GET /api/v1/policy-requests/:id/test': 'own',
  'POST /api/v1/policy-requests/:id/test': 'own',
}

const named = (each: Route) => `${each.method} ${each.path}`
const closed = ROUTES.filter(({ permission }) => permission !== 'public')
const asCases = (routes: readonly Route[]) => routes.map((each) => [named(each), each] as const)

/** Signed in, with nothing but these permissions. */
function accountWith(permissions: Iterable<Permission>, roles: Role[] = []): AccountCaller {
  return {
    is: 'account',
    id: '00000000-0000-4000-8000-000000000001',
    personId: '00000000-0000-4000-8000-000000000002',
    address: 'ada@example.org',
    name: 'Ada',
    roles,
    permissions: new Set(permissions),
  }
}

let api: TestApi
beforeAll(async () => {
  // The session `role-auditor` has that role; the token `all-but.self` all scopes but that one.
  api = await startApi({
    sessions: {
      find: (token) => {
        if (token === 'enrol') {
          return Promise.resolve({ ...accountWith(PERMISSIONS), mustEnrol: true })
        }
        const role = ROLES.find((each) => token === `role-${each}`)
        return Promise.resolve(role && accountWith(permissionsOf([role]), [role]))
      },
    },
    tokens: {
      find: (id, secret) =>
        Promise.resolve(
          id === 'all-but'
            ? accountWith(PERMISSIONS.filter((permission) => permission !== secret))
            : undefined,
        ),
    },
  })
})
afterAll(() => api.server.close())

interface Answer {
  status: number
  code: unknown
  body: Record<string, unknown>
}

async function call(route: Route, headers: Record<string, string> = {}): Promise<Answer> {
  const path = route.path.replace(/:\w+/g, '00000000-0000-4000-8000-000000000009')
  const reply = await fetch(`${api.url}${path}`, {
    method: route.method,
    redirect: 'manual',
    headers: {
      ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(route.method === 'GET' ? {} : { body: '{}' }),
  })
  const body = (await reply.json()) as Record<string, unknown>
  return { status: reply.status, code: body.code, body }
}

const bySession = (role: Role) => ({
  cookie: `sealpost=role-${role}`,
  'x-csrf-token': csrfTokenOf(`role-${role}`),
})

test('every route asks for a permission that there is, and is there once', () => {
  const known = new Set<string>([...PERMISSIONS, 'public'])
  expect(ROUTES.filter(({ permission }) => !known.has(permission)).map(named)).toEqual([])
  expect(new Set(ROUTES.map(named)).size).toBe(ROUTES.length)
})

test('of every route that names one thing it is written down whose that may be', () => {
  const naming = ROUTES.filter(({ path }) => path.includes(':')).map(named)
  expect(Object.keys(THINGS).sort(), 'THINGS of this test').toEqual(naming.sort())
})

describe('a stranger is told nothing by', () => {
  test.for(asCases(closed))('%s', async ([, route]) => {
    expect((await call(route)).body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      code: 'api.unauthenticated',
    })
    const over = { cookie: 'sealpost=over', 'x-csrf-token': csrfTokenOf('over') }
    expect(await call(route, over)).toMatchObject({ status: 401, code: 'api.unauthenticated' })
  })
})

describe('too small a role is refused by', () => {
  const cases = closed.flatMap((route) =>
    ROLES.filter((role) => !permissionsOf([role]).has(route.permission as Permission)).map(
      (role) => [named(route), role, route] as const,
    ),
  )
  test.for(cases)('%s: %s', async ([, role, route]) => {
    expect(await call(route, bySession(role))).toMatchObject({
      status: 403,
      code: 'api.forbidden',
    })
  })
})

describe('who has to enrol a second factor first is refused by', () => {
  const OPEN = [
    'POST /api/v1/session/confirm',
    'GET /api/v1/profile/sign-in-methods',
    'POST /api/v1/profile/sign-in-methods/totp',
    'POST /api/v1/profile/sign-in-methods/totp/confirm',
    'POST /api/v1/profile/sign-in-methods/passkeys/options',
    'POST /api/v1/profile/sign-in-methods/passkeys',
  ]
  test('all but what it takes to enrol one', () => {
    const open = ROUTES.filter(({ toEnrol }) => toEnrol === true)
    expect(open.map(named).sort()).toEqual(OPEN.sort())
  })
  const headers = { cookie: 'sealpost=enrol', 'x-csrf-token': csrfTokenOf('enrol') }
  test.for(asCases(closed.filter((each) => !OPEN.includes(named(each)))))(
    '%s',
    async ([, route]) => {
      const refused = { status: 403, code: 'second_factor.required' }
      expect(await call(route, headers)).toMatchObject(refused)
    },
  )
})

describe('a token without the scope is refused by', () => {
  test.for(asCases(closed))('%s', async ([, route]) => {
    const authorization = `Bearer spt_all-but.${route.permission}`
    expect(await call(route, { authorization })).toMatchObject({
      status: 403,
      code: 'api.forbidden',
    })
  })
})

describe('a program with a credential is refused by', () => {
  const foreign = closed.filter(({ credentials }) => credentials !== true)
  test.for(asCases(foreign))('%s', async ([, route]) => {
    const authorization = 'Bearer app.secret'
    expect(await call(route, { authorization })).toMatchObject({ status: 401 })
  })
})

describe('a change from elsewhere is refused by', () => {
  const changes = ROUTES.filter(({ method }) => method !== 'GET')
  const mine = bySession('administrator')

  test.for(asCases(changes.filter(({ permission }) => permission !== 'public')))(
    '%s, without the CSRF token or with that of another session',
    async ([, route]) => {
      const missing = { status: 403, code: 'api.csrf_missing' }
      expect(await call(route, { cookie: mine.cookie })).toMatchObject(missing)
      const other = { ...mine, 'x-csrf-token': csrfTokenOf('role-auditor') }
      expect(await call(route, other)).toMatchObject(missing)
    },
  )

  test.for(asCases(changes))('%s, from a page of another site', async ([, route]) => {
    const foreign = { status: 403, code: 'api.origin_foreign' }
    for (const origin of ['https://evil.example', 'null', api.url.replace('http:', 'ftp:')]) {
      expect(await call(route, { ...mine, origin })).toMatchObject(foreign)
    }
  })

  test.for(asCases(changes.filter(({ permission }) => permission === 'public')))(
    '%s, in a form that any page may send',
    async ([, route]) => {
      if (route.body === undefined) return
      for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
        expect(await call(route, { 'content-type': type })).toMatchObject({ status: 415 })
      }
    },
  )
})

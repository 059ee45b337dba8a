import { afterEach, beforeEach, expect, test } from 'vitest'
import { PASSWORD, type TestAccounts, givenAccounts } from '../../../test/support/account-side.ts'
import { type TestApi, startApi } from '../../../test/support/api-listener.ts'
import { callerOfSession, callerOfToken } from './account-api.ts'

let hub: TestAccounts
let api: TestApi
let anna: string

beforeEach(async () => {
  hub = await givenAccounts()
  anna = await hub.give('anna@example.com', ['administrator'])
  const { sessions, apiTokens } = hub
  api = await startApi(
    {
      isSetUp: () => Promise.resolve(true),
      accounts: {
        ...hub,
        secondFactors: { methodsOf: (id) => Promise.resolve(hub.factors.get(id) ?? []) },
        mustEnrol: () => Promise.resolve(false),
        organizationName: () => Promise.resolve('Example'),
        isSetupLinkValid: (token) => Promise.resolve(token === 'good'),
        notices: () => Promise.resolve(['mail.not_configured']),
        signInMethods: () => Promise.resolve({ password: true, passkey: false }),
      },
      sessions: {
        async find(token) {
          const found = await sessions.find(token)
          return found && callerOfSession(found)
        },
      },
      tokens: {
        async find(id, secret) {
          const found = await apiTokens.find(id, secret)
          return found && callerOfToken(found)
        },
      },
    },
    { clock: { now: () => hub.now } },
  )
})

afterEach(async () => {
  await api.server.close()
  await hub.database.close()
})

/** A browser: it keeps the cookie and sends the token of the page along. */
function browser() {
  let cookie = ''
  let csrf = ''
  return async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${api.url}/api/v1${path}`, {
      method,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(csrf === '' ? {} : { 'x-csrf-token': csrf }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const set = reply.headers.getSetCookie()[0]
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    const text = await reply.text()
    const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    if (typeof json.csrfToken === 'string') csrf = json.csrfToken
    return { status: reply.status, body: json }
  }
}

const signIn = { address: 'anna@example.com', password: PASSWORD }

test('somebody signs in, sees their account, and signs out', async () => {
  const ask = browser()
  expect(await ask('GET', '/session')).toMatchObject({
    status: 200,
    body: { state: 'signed-out', isSetUp: true, organization: 'Example', notices: [] },
  })
  expect(await ask('GET', '/profile')).toMatchObject({ status: 401 })
  expect(await ask('POST', '/session', { ...signIn, password: 'wrong' })).toMatchObject({
    status: 401,
    body: { code: 'sign_in.refused' },
  })
  expect(await ask('POST', '/session', signIn)).toMatchObject({
    status: 200,
    body: {
      state: 'signed-in',
      account: { id: anna, address: 'anna@example.com' },
      roles: ['person', 'administrator'],
      notices: ['mail.not_configured'],
    },
  })
  expect(await ask('GET', '/profile')).toMatchObject({ status: 200, body: { hasPassword: true } })
  expect(await ask('GET', '/sessions')).toMatchObject({ body: { sessions: [{ isCurrent: true }] } })
  expect(await ask('DELETE', '/session')).toMatchObject({ status: 204 })
  expect(await ask('GET', '/profile')).toMatchObject({ status: 401 })
})

test('with a second factor missing nothing can be done', async () => {
  hub.factors.set(anna, ['totp'])
  const ask = browser()
  expect(await ask('POST', '/session', signIn)).toMatchObject({
    body: { state: 'needs-second-factor', signedIn: false, secondFactors: ['totp'] },
  })
  expect(await ask('GET', '/profile')).toMatchObject({ status: 401 })
  expect(await ask('POST', '/session/confirm', { password: PASSWORD })).toMatchObject({
    status: 401,
  })
})

test('people are added, invited and given roles; the last step needs a recent password', async () => {
  const ask = browser()
  await ask('POST', '/session', signIn)
  const added = await ask('POST', '/people', {
    address: 'ben@example.com',
    name: 'Ben',
    invite: { roles: ['auditor'] },
  })
  expect(added).toMatchObject({ status: 201, body: { account: { state: 'invited' } } })
  const id = String(added.body.id)
  expect(await ask('GET', '/people?search=ben')).toMatchObject({ body: { count: 1 } })
  const roles = { roles: ['editor'] }
  expect(await ask('PUT', `/people/${id}/roles`, roles)).toMatchObject({
    body: { account: { roles: ['editor'], isOwn: false } },
  })
  hub.pass({ minutes: 10 })
  expect(await ask('PUT', `/people/${id}/roles`, roles)).toMatchObject({
    status: 403,
    body: { code: 'session.not_recent' },
  })
  await ask('POST', '/session/confirm', { password: PASSWORD })
  expect(await ask('PUT', `/people/${id}/roles`, roles)).toMatchObject({ status: 200 })
  expect(await ask('DELETE', `/people/${id}/invitation`)).toMatchObject({
    status: 200,
    body: { account: null },
  })
  expect(await ask('GET', '/people/nobody')).toMatchObject({ body: { code: 'person.not_found' } })
})

test('a token made in the browser calls the API, but not for what needs a password', async () => {
  const ask = browser()
  await ask('POST', '/session', signIn)
  const wanted = { name: 'Script', scopes: ['people.read', 'self'], validityDays: null }
  const made = await ask('POST', '/profile/tokens', wanted)
  expect(made.status).toBe(201)
  const call = (method: string, path: string, body?: object) =>
    fetch(`${api.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${String(made.body.token)}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  expect((await call('GET', '/people')).status).toBe(200)
  expect((await call('POST', '/people', { address: 'x@example.com', name: 'x' })).status).toBe(403)
  const again = await call('POST', '/profile/tokens', wanted)
  expect(await again.json()).toMatchObject({ code: 'session.not_recent' })
  const { id } = made.body.details as { id: string }
  expect((await ask('DELETE', `/profile/tokens/${id}`)).status).toBe(204)
  expect((await call('GET', '/people')).status).toBe(401)
})

test('a changed password keeps this browser signed in and no other', async () => {
  const [one, other] = [browser(), browser()]
  await one('POST', '/session', signIn)
  await other('POST', '/session', signIn)
  const change = { currentPassword: PASSWORD, newPassword: 'three blind mice run' }
  expect(await one('PUT', '/profile/password', change)).toMatchObject({ status: 200 })
  expect(await one('GET', '/profile')).toMatchObject({ status: 200 })
  expect(await other('GET', '/profile')).toMatchObject({ status: 401 })
})

test('a password is reset by a link, and every address gets the same answer', async () => {
  const ask = browser()
  const known = await ask('POST', '/password-resets', { address: 'anna@example.com' })
  const unknown = await ask('POST', '/password-resets', { address: 'nobody@example.com' })
  expect(known).toEqual({ status: 202, body: { status: 'accepted' } })
  expect(unknown).toEqual(known)
  const { link } = await hub.links.makePasswordReset('anna@example.com', { by: 'command' })
  const token = link.split('#')[1]
  expect(await ask('POST', '/password-resets/check', { token })).toMatchObject({
    body: { address: 'anna@example.com', organization: 'Example' },
  })
  const complete = (password: string) =>
    ask('POST', '/password-resets/complete', { token, password })
  expect(await complete('password1234')).toMatchObject({ body: { code: 'password.common' } })
  expect(await complete('three blind mice run')).toMatchObject({ status: 200 })
  expect(await complete('three blind mice run')).toMatchObject({ body: { code: 'link.invalid' } })
})

test('who tried too often is told when to come back', async () => {
  const ask = browser()
  for (let tries = 0; tries < 5; tries += 1) {
    await ask('POST', '/session', { ...signIn, password: 'wrong' })
  }
  hub.now = new Date(hub.now.getTime() + 14_600)
  const late = await fetch(`${api.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(signIn),
  })
  expect(late.status).toBe(429)
  expect(late.headers.get('retry-after')).toBe('46')
  expect(await late.json()).toMatchObject({
    code: 'sign_in.locked',
    until: '2030-01-01T00:01:00.000Z',
  })
})

test('whoever has the set-up link learns whether it would do', async () => {
  expect(await browser()('GET', '/setup?token=good')).toEqual({
    status: 200,
    body: { isSetUp: true, isLinkValid: true },
  })
})

/** What belongs to one is not there for another, whatever they may do with their own. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '../../src/servers/api/routes.ts'
import { Authenticator } from '../support/authenticator.ts'
import { signInByApi } from '../support/api-session.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const NO_ID = '00000000-0000-4000-8000-000000000009'
const METHODS = '/api/v1/profile/sign-in-methods'

let hub: TestHub
/** An administrator, and somebody without a role. */
let admin: Session
let ben: Session
let benId: string

async function signIn(address: string, password: string) {
  const session = await signInByApi(hub.web, { address, password })
  return {
    async call(method: string, path: string, body?: unknown) {
      const reply = await session.call(method, path, body)
      return { ...reply, body: (reply.body ?? {}) as Record<string, unknown> }
    },
  }
}

type Session = Awaited<ReturnType<typeof signIn>>

beforeAll(async () => {
  hub = await startTestHub()
  admin = await signIn('admin@example.org', 'correct horse battery')
  const person = { address: 'ben@example.org', name: 'Ben', invite: { roles: [] } }
  const added = await admin.call('POST', '/api/v1/people', person)
  expect(added.status).toBe(201)
  benId = String(added.body.id)
  const account = await hub.command.accounts.findAccountOfAddress('ben@example.org')
  if (account === undefined) throw new Error('ben has no account')
  const { link } = await hub.command.links.make(account, 'invitation', { by: 'test' })
  const password = 'three blind mice run'
  const accepted = await admin.call('POST', '/api/v1/invitations/accept', {
    ...{ token: link.split('#')[1], name: 'Ben', language: 'en', password },
  })
  expect(accepted.status).toBe(200)
  admin = await signIn('admin@example.org', 'correct horse battery')
  ben = await signIn('ben@example.org', password)
})
afterAll(() => hub.close())

/** The same answer as for a thing that there is not: 404, in the same words. */
async function expectNotThere(who: Session, method: string, path: string, body?: object) {
  const { status, text } = await who.call(method, path, body)
  expect([method, path, status]).toEqual([method, path, 404])
  const id = path.replace(/.*\//, '')
  const unknown = await who.call(method, path.replace(id, NO_ID), body)
  expect(unknown.text).toBe(text.replace(id, NO_ID))
}

test('nobody sees or ends the session of another', async () => {
  const mine = (await admin.call('GET', '/api/v1/session')).body.sessionId as string
  expect((await ben.call('GET', '/api/v1/sessions')).text).not.toContain(mine)
  await expectNotThere(ben, 'DELETE', `/api/v1/sessions/${mine}`)
  expect((await admin.call('GET', '/api/v1/profile')).status).toBe(200)
})

test('nobody sees or revokes the API token of another as their own', async () => {
  const wanted = { name: 'Script', scopes: ['self'], validityDays: null }
  const made = await admin.call('POST', '/api/v1/profile/tokens', wanted)
  expect(made.status).toBe(201)
  const { id } = made.body.details as { id: string }
  expect((await ben.call('GET', '/api/v1/profile/tokens')).text).not.toContain(id)
  await expectNotThere(ben, 'DELETE', `/api/v1/profile/tokens/${id}`)
  const own = await ben.call('POST', '/api/v1/profile/tokens', wanted)
  const { id: bens } = own.body.details as { id: string }
  await expectNotThere(admin, 'DELETE', `/api/v1/profile/tokens/${bens}`)
  const wrongPerson = (await admin.call('GET', '/api/v1/session')).body.account as {
    personId: string
  }
  await expectNotThere(admin, 'DELETE', `/api/v1/people/${wrongPerson.personId}/tokens/${bens}`)
})

test('nobody sees, renames or removes the passkey of another; a command removes all', async () => {
  const origin = `http://localhost:${new URL(hub.web).port}`
  const authenticator = new Authenticator({ origin })
  const options = await ben.call('POST', `${METHODS}/passkeys/options`)
  const created = authenticator.create(options.body as never)
  const added = await ben.call('POST', `${METHODS}/passkeys`, { name: 'Key', created })
  expect(added.status).toBe(201)
  const { id } = added.body.passkey as { id: string }
  expect((await admin.call('GET', METHODS)).text).not.toContain(id)
  await expectNotThere(admin, 'PATCH', `${METHODS}/passkeys/${id}`, { name: 'Mine' })
  await expectNotThere(admin, 'DELETE', `${METHODS}/passkeys/${id}`)
  expect((await ben.call('GET', METHODS)).text).toContain('"Key"')

  const { accounts, factors } = hub.command
  const account = await accounts.findAccountOfAddress('ben@example.org')
  expect(await factors.removeAll(account?.id ?? '', { by: 'command' })).toBe(true)
  expect((await ben.call('GET', METHODS)).body).toMatchObject({ passkeys: [], recoveryCodes: null })
})

test('people are closed to whoever has no role for them, also themselves', async () => {
  const path = `/api/v1/people/${benId}`
  const attempts: [string, string, object?][] = [
    ['GET', '/api/v1/people'],
    ['GET', path],
    ['PATCH', path, { name: 'Ada' }],
    ['PUT', `${path}/roles`, { roles: ['administrator'] }],
    ['POST', `${path}/unlock`],
    ['POST', `${path}/invitation`, { roles: ['administrator'] }],
    ['DELETE', `${path}/sessions`],
    ['GET', `${path}/tokens`],
    ['DELETE', `${path}/tokens/${NO_ID}`],
  ]
  for (const [method, at, body] of attempts) {
    expect([method, at, (await ben.call(method, at, body)).status]).toEqual([method, at, 403])
  }
  const grabbing = { name: 'Ben', roles: ['administrator'], status: 'active' }
  expect((await ben.call('PATCH', '/api/v1/profile', grabbing)).status).toBe(400)
  expect((await ben.call('GET', '/api/v1/session')).body.roles).toEqual(['person'])
})

test('tests of the mail configuration are for administrators, and of one that is not there nothing is said', async () => {
  const started = await admin.call('POST', '/api/v1/mail-tests', { saved: true })
  expect(started.status).toBe(202)
  const path = `/api/v1/mail-tests/${String(started.body.id)}`
  for (const each of [path, `${path}/events`]) {
    expect((await ben.call('GET', each)).status).toBe(403)
  }
  expect((await admin.call('GET', `/api/v1/mail-tests/${NO_ID}`)).status).toBe(404)
  expect((await admin.call('GET', path)).body).toMatchObject({ recipient: 'admin@example.org' })
})

test('a program does not find the messages of another program, and a person without a role none', async () => {
  const other = await hub.command.accounts.addCredential('other', { by: 'test' })
  const as = ({ user, secret }: { user: string; secret: string }) => ({
    authorization: `Bearer ${user}.${secret}`,
  })
  const sent = await fetch(`${hub.web}/api/v1/messages`, {
    method: 'POST',
    headers: { ...as(hub.login), 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'ada@example.org', to: ['ben@partner.example'], text: 'hello' }),
  })
  expect(sent.status).toBe(202)
  const at = sent.headers.get('location') ?? ''
  const path = `${hub.web}${at}`
  expect((await fetch(path, { headers: as(hub.login) })).status).toBe(200)
  const refused = await fetch(path, { headers: as(other) })
  const unknown = await fetch(path.replace(/.{4}$/, '0000'), { headers: as(other) })
  expect([refused.status, unknown.status]).toEqual([404, 404])
  expect(await refused.text()).toBe(await unknown.text())
  for (const login of [hub.login, other]) {
    const order = await fetch(`${path}/orders`, {
      method: 'POST',
      headers: { ...as(login), 'content-type': 'application/json' },
      body: JSON.stringify({ order: 'cancel' }),
    })
    expect(order.status).toBe(401)
  }
  expect((await ben.call('GET', at)).status).toBe(403)
  expect((await ben.call('POST', `${at}/orders`, { order: 'cancel' })).status).toBe(403)
})

describe('nothing that a stranger can write breaks the hub', () => {
  const STRANGE = [
    'x',
    "'",
    '%00',
    '%2e%2e%2f',
    '%ff',
    '-1',
    '99999999999999999999',
    'a'.repeat(400),
  ]
  const named = ROUTES.filter(({ path }) => path.includes(':'))

  test.for(named.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'as the name of a thing: %s',
    async ([, { method, path }]) => {
      for (const each of STRANGE) {
        const body = method === 'GET' || method === 'DELETE' ? undefined : {}
        const { status } = await admin.call(method, path.replace(/:\w+/g, each), body)
        expect([each, status >= 400 && status < 500]).toEqual([each, true])
      }
    },
  )

  const asked = ROUTES.filter(({ method, query }) => method === 'GET' && query !== undefined)
  test.for(asked.map(({ path }) => path))('as a query: %s', async (path) => {
    const at = path.replace(/:\w+/g, NO_ID)
    const keys = [
      'search',
      'after',
      'before',
      'limit',
      'domain',
      'by',
      'from',
      'to',
      'since',
      'state',
    ]
    for (const key of keys) {
      for (const each of STRANGE) {
        const { status } = await admin.call('GET', `${at}?${key}=${each}`)
        expect([key, each, status < 500]).toEqual([key, each, true])
      }
    }
  })

  const changes = ROUTES.filter(({ body }) => body !== undefined)
  test.for(changes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'as a body: %s',
    async ([, { method, path }]) => {
      const at = path.replace(/:\w+/g, NO_ID)
      const strange: unknown[] = [
        { comment: 'a\0' },
        { 'a\0': 1 },
        { __proto__: null, constructor: 1 },
        [],
        null,
      ]
      for (const body of strange) {
        const { status } = await admin.call(method, at, body)
        expect([body, status >= 400 && status < 500]).toEqual([body, true])
      }
    },
  )
})

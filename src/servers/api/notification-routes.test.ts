import { afterEach, expect, test } from 'vitest'
import { startApi, type TestApi } from '../../../test/support/api-listener.ts'
import { NOTIFICATION_NAMES } from '../../contract/notifications.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import type { AccountCaller } from './caller.ts'

const open: TestApi[] = []
afterEach(async () => {
  for (const { server } of open.splice(0)) await server.close()
})

const sent: unknown[] = []

function callerWith(role: Role): AccountCaller {
  return {
    is: 'account',
    id: 'account-1',
    personId: 'person-1',
    address: 'ada@example.org',
    name: 'Ada',
    roles: [role],
    permissions: permissionsOf([role]),
  }
}

/** Tokens are the name of a role. */
async function given() {
  const api = await startApi({
    tokens: {
      find: (id, secret) => Promise.resolve(id === 'one' ? callerWith(secret as Role) : undefined),
    },
    notifications: {
      list: (language) =>
        NOTIFICATION_NAMES.map((name) => ({ name, title: language, description: '' })),
      preview: (name, language) =>
        Promise.resolve({
          sender: { address: 'hub@example.org', name: 'Example' },
          subject: `${name} ${language}`,
          text: 'text',
          html: '<p>text</p>',
        }),
      sendSample: (name, to, language) => {
        sent.push({ name, to: to.address, language })
        return Promise.resolve('message-1')
      },
    },
  })
  open.push(api)
  return async (
    path: string,
    { as = 'auditor', body }: { as?: string | undefined; body?: object } = {},
  ) => {
    const reply = await fetch(`${api.url}/api/v1/notifications${path}`, {
      headers: {
        ...(as === '' ? {} : { authorization: `Bearer spt_one.${as}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: await reply.json() }
  }
}

test('M4: the notifications are listed and shown in a language', async () => {
  const call = await given()
  const { status, body } = await call('?language=ko')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    notifications: NOTIFICATION_NAMES.map((name) => ({ name, title: 'ko' })),
  })
  expect(await call('/test-mail?language=fr')).toEqual({
    status: 200,
    body: {
      name: 'test-mail',
      language: 'fr',
      from: 'Example <hub@example.org>',
      subject: 'test-mail fr',
      text: 'text',
      html: '<p>text</p>',
    },
  })
  expect((await call('/test-mail?language=de')).status).toBe(400)
  expect((await call('/nothing')).status).toBe(404)
})

test('M4: the HTML of a notification comes as a page that runs nothing', async () => {
  const api = await startApi({
    tokens: { find: () => Promise.resolve(callerWith('auditor')) },
    notifications: {
      list: () => [],
      preview: () =>
        Promise.resolve({
          sender: { address: 'hub@example.org' },
          subject: '',
          text: '',
          html: '<!DOCTYPE html><script>alert(1)</script>',
        }),
      sendSample: () => Promise.resolve(''),
    },
  })
  open.push(api)
  const reply = await fetch(`${api.url}/api/v1/notifications/lock-out/html`, {
    headers: { authorization: 'Bearer spt_one.auditor' },
  })
  expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(reply.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  const policy = reply.headers.get('content-security-policy')?.split('; ') ?? []
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('sandbox')
  expect(policy).toContain("frame-ancestors 'self'")
  expect(policy.find((each) => each.startsWith('style-src'))).toMatch(
    /^style-src 'sha256-[\w+/]{43}='$/,
  )
  expect(await reply.text()).toBe('<!DOCTYPE html><script>alert(1)</script>')
})

test('M4: a sample goes to whoever asks for it, and to nobody else', async () => {
  const call = await given()
  const reply = await call('/lock-out/send-to-me', { body: { language: 'fr' } })
  expect(reply).toEqual({
    status: 202,
    body: { messageId: 'message-1', recipient: 'ada@example.org' },
  })
  expect(sent.splice(0)).toEqual([{ name: 'lock-out', to: 'ada@example.org', language: 'fr' }])
  const elsewhere = await call('/lock-out/send-to-me', { body: { recipient: 'eve@example.net' } })
  expect(elsewhere.status).toBe(400)
  expect((await call('/nothing/send-to-me', { body: {} })).status).toBe(404)
})

test.for([
  ['', {}],
  ['/test-mail', {}],
  ['/test-mail/send-to-me', { body: {} }],
] as const)('M4: notifications%s is for those who may read them', async ([path, options]) => {
  const call = await given()
  expect((await call(path, { ...options, as: '' })).status).toBe(401)
  expect((await call(path, { ...options, as: 'person' })).status).toBe(403)
  expect(sent).toEqual([])
})

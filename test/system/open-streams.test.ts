/** A stream of events ends when its reader may not have it any more, on whatever node that was decided. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { NEW_MAIL_CONFIGURATION } from '../../src/contract/new-mail-configuration.ts'
import { type ApiSession, signInByApi } from '../support/api-session.ts'
import { startFaultySmtp } from '../support/faulty-smtp.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const CAROL = { address: 'carol@example.org', password: 'three blind mice run' }

let hub: TestHub
let server: Awaited<ReturnType<typeof startFaultySmtp>>
/** Where the hub's two nodes are. */
let nodes: readonly string[]
let admin: ApiSession
let carolId: string
/** Goes on for as long as a server says nothing. */
let events: string

beforeAll(async () => {
  hub = await startTestHub()
  server = await startFaultySmtp('silent after connect')
  const other = await hub.startAnother()
  nodes = [hub.web, other.webAddress ?? '']
  admin = await signInByApi(hub.web, {
    address: 'admin@example.org',
    password: 'correct horse battery',
  })
  const { address, password } = CAROL
  const person = { address, name: 'Carol', invite: { roles: ['administrator'] } }
  carolId = (await admin.done<{ id: string }>('POST', '/api/v1/people', person)).id
  const account = await hub.command.accounts.findAccountOfAddress(address)
  if (account === undefined) throw new Error('carol has no account')
  const { link } = await hub.command.links.make(account, 'invitation', { by: 'test' })
  await admin.done('POST', '/api/v1/invitations/accept', {
    ...{ token: link.split('#')[1], name: 'Carol', language: 'en', password },
  })
  admin = await signInByApi(hub.web, {
    address: 'admin@example.org',
    password: 'correct horse battery',
  })
  const { version } = await admin.done<{ version: number }>('GET', '/api/v1/mail-configuration')
  const { id } = await admin.done<{ id: string }>('POST', '/api/v1/mail-tests', {
    basedOn: version,
    values: {
      ...NEW_MAIL_CONFIGURATION.smtp,
      ...{ host: '127.0.0.1', port: server.port, encryption: 'none', authentication: false },
      senderAddress: 'hub@example.org',
    },
  })
  events = `/api/v1/mail-tests/${id}/events`
})

afterAll(async () => {
  await server.close()
  await hub.close()
})

/** Opens the stream on a node; `ended` resolves with its end. */
async function watch(node: string, headers: Record<string, string>) {
  const leaving = new AbortController()
  const reply = await fetch(`${node}${events}`, { headers, signal: leaving.signal })
  expect(reply.status, node).toBe(200)
  const ended = reply.text().then(() => 'ended' as const)
  ended.catch(() => undefined)
  return { ended, leave: () => leaving.abort() }
}

const own = () => `/api/v1/people/${carolId}`

/** What takes the right away, and what gives it back. */
const DEEDS = [
  { name: 'their session is ended', deed: () => admin.done('DELETE', `${own()}/sessions`) },
  {
    name: 'their role is taken away',
    deed: () => admin.done('PUT', `${own()}/roles`, { roles: ['auditor'] }),
    undo: () => admin.done('PUT', `${own()}/roles`, { roles: ['administrator'] }),
  },
  {
    name: 'their account is disabled',
    deed: () => admin.done('POST', `${own()}/disable`),
    undo: () => admin.done('POST', `${own()}/enable`),
  },
  {
    name: 'they sign out',
    deed: (carol: ApiSession) => carol.done('DELETE', '/api/v1/session'),
  },
]

test.for(DEEDS)('a stream ends on every node when $name, and others go on', async (each) => {
  const carol = await signInByApi(hub.web, CAROL)
  const streams = await Promise.all(nodes.map((node) => watch(node, { cookie: carol.cookie })))
  const others = await watch(hub.web, { cookie: admin.cookie })
  await each.deed(carol)
  const began = performance.now()
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(['ended', 'ended'])
  // Sooner than they are looked at anyway.
  expect(performance.now() - began).toBeLessThan(5_000)
  const pause = new Promise((resolve) => setTimeout(() => resolve('open'), 200))
  expect(await Promise.race([others.ended, pause])).toBe('open')
  others.leave()
  await each.undo?.()
})

test('a stream that a token reads ends when the token is revoked', async () => {
  const wanted = { name: 'Watch', scopes: ['mail-configuration.read'], validityDays: null }
  const made = await admin.done<{ token: string; details: { id: string } }>(
    'POST',
    '/api/v1/profile/tokens',
    wanted,
  )
  const streams = await Promise.all(
    nodes.map((node) => watch(node, { authorization: `Bearer ${made.token}` })),
  )
  await admin.done('DELETE', `/api/v1/profile/tokens/${made.details.id}`)
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(['ended', 'ended'])
})

test('a stream ends when a second factor is asked of its reader, who has none', async () => {
  const stream = await watch(nodes[1] ?? '', { cookie: admin.cookie })
  const { version, settings } = await admin.done<{ version: number; settings: object }>(
    'GET',
    '/api/v1/sign-in-settings',
  )
  await admin.done('PUT', '/api/v1/sign-in-settings', {
    basedOn: version,
    settings: { ...settings, secondFactor: 'everyone' },
  })
  expect(await stream.ended).toBe('ended')
})

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../../test/support/database.ts'
import { startTurns, type TurnsOfProcess } from '../../../test/support/mailbox-turns.ts'
import {
  type Microsoft,
  type MicrosoftOptions,
  startMicrosoft,
} from '../../../test/support/microsoft.ts'
import { encodeLatin1 } from '../../base/bytes.ts'
import { silentLog } from '../../base/log.ts'
import { GraphTransport } from './graph-transport.ts'
import { MailProbe } from '../probe/mail-probe.ts'
import type { GraphMailRoute } from '../mail-route.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'
import { TokenCache } from '../oauth/token-cache.ts'

let now = new Date('2026-11-21T21:00:00Z')
const clock = { now: () => now }

let database: FreshDatabase
let shared: TurnsOfProcess
beforeAll(async () => {
  database = await freshDatabase()
  shared = await startTurns(database.connection, clock)
})
afterAll(async () => {
  await shared.stop()
  await database.close()
})

const open: Microsoft[] = []
afterEach(async () => {
  now = new Date('2026-11-21T21:00:00Z')
  for (const each of open.splice(0)) await each.close()
})

async function given(options: MicrosoftOptions = {}) {
  const microsoft = await startMicrosoft(options)
  open.push(microsoft)
  const { url, tenant, clientId, clientSecret, mailbox } = microsoft
  const route: GraphMailRoute = {
    is: 'graph',
    sender: mailbox,
    graph: url,
    source: { is: 'microsoft', authority: url, tenant, clientId, clientSecret },
  }
  const { turns } = shared
  const parts = { clock, log: silentLog, turns, tokens: new TokenCache({ clock }) }
  const transport = new GraphTransport(route, parts)
  return { microsoft, route, transport, probe: new MailProbe({ clock, turns }) }
}

const message: OutgoingMessage = {
  from: 'hub@example.org',
  recipients: ['ada@example.org'],
  content: encodeLatin1('From: hub@example.org\r\nTo: ada@example.org\r\n\r\nhello\r\n'),
  smtpUtf8: false,
  eightBit: false,
}

test('M3: a message arrives at Graph byte for byte, and the report says how, without secrets', async () => {
  const { microsoft, transport } = await given()
  const report = await transport.deliver(message)
  expect(report.recipients).toMatchObject([{ is: 'delivered', status: '2.0.0' }])
  expect(microsoft.messages).toEqual([Buffer.from(message.content)])
  const said = JSON.stringify(report)
  expect(said).toContain('202 Accepted (request-id request-1)')
  expect(said).not.toMatch(/eyJ|hello/)
  expect(said).not.toContain(microsoft.clientSecret)
})

test('M3: a token is kept until shortly before it expires', async () => {
  const { microsoft, transport } = await given()
  await transport.deliver(message)
  await transport.deliver(message)
  expect(microsoft.tokensIssued).toBe(1)
  now = new Date(now.getTime() + 3_590_000)
  await transport.deliver(message)
  expect(microsoft.tokensIssued).toBe(2)
})

test('M3: a token that Graph does not take is renewed, once', async () => {
  const { microsoft, transport } = await given({ refusedTokens: 1 })
  expect((await transport.deliver(message)).recipients).toMatchObject([{ is: 'delivered' }])
  expect(microsoft.tokensIssued).toBe(2)
  const hopeless = await given({ refusedTokens: 99 })
  const report = await hopeless.transport.deliver(message)
  expect(report.recipients).toMatchObject([{ is: 'deferred', status: '4.7.0' }])
  expect(hopeless.microsoft.tokensIssued).toBe(2)
})

test('M3: four requests are under way at once and no more, the test among them', async () => {
  let release = () => undefined as void
  const held = new Promise<void>((resolve) => (release = resolve))
  let arrived = 0
  const { microsoft, route, transport, probe } = await given({
    hold: () => {
      arrived += 1
      if (arrived === 4) release()
      return held
    },
  })
  const [test, ...reports] = await Promise.all([
    probe.run(route, message),
    ...Array.from({ length: 11 }, () => transport.deliver(message)),
  ])
  expect(reports.every(({ recipients }) => recipients[0]?.is === 'delivered')).toBe(true)
  expect(test.outcome).toEqual({ is: 'accepted' })
  expect(microsoft.mostAtOnce).toBe(4)
  expect(microsoft.messages).toHaveLength(12)
})

test.for<[string, Record<string, string>, number | undefined]>([
  ['decimal seconds', { 'retry-after': '2.128' }, 2128],
  ['a date', { 'retry-after': 'Sat, 21 Nov 2026 21:01:00 GMT' }, 60_000],
  ['milliseconds', { 'x-ms-retry-after-ms': '150', 'retry-after': '9' }, 150],
  ['nothing', {}, undefined],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
])('M3: asked to wait by %s, Graph is asked again after that', async ([, headers, expected]) => {
  const { transport } = await given({ answer: () => ({ status: 429, headers }) })
  const [result] = (await transport.deliver(message)).recipients
  expect(result).toMatchObject({ is: 'deferred', status: '4.3.2' })
  expect(result?.is === 'deferred' && result.retryAfterMs).toBe(expected)
})

test('M3: while Graph asks to be left alone nobody asks it', async () => {
  const { microsoft, transport } = await given({
    answer: (attempt) =>
      attempt === 1 ? { status: 503, headers: { 'retry-after': '60' } } : undefined,
  })
  await transport.deliver(message)
  const [result] = (await transport.deliver(message)).recipients
  expect(result).toMatchObject({ is: 'deferred' })
  expect(microsoft.messages).toEqual([])
})

const OUT_OF_ODATA = 'Access to OData is disabled.'
test.for<[number, string, string, string, string]>([
  [200, '', '', 'deferred 4.5.0', 'graph.not-accepted'],
  [302, '', '', 'deferred 4.5.0', 'graph.not-accepted'],
  [400, 'X', 'Invalid base64 string', 'failed 5.6.0', 'graph.message-malformed'],
  [400, 'ErrorInvalidRecipients', '', 'failed 5.1.3', 'recipient.rejected'],
  [403, 'ErrorAccessDenied', 'Access is denied.', 'deferred 4.7.0', 'graph.access-denied'],
  [403, 'ErrorAccessDenied', OUT_OF_ODATA, 'deferred 4.7.0', 'graph.mailbox-excluded'],
  [403, 'ErrorSendAsDenied', '', 'failed 5.7.1', 'graph.send-as-denied'],
  [403, 'NoPermissionsInAccessToken', '', 'deferred 4.7.0', 'graph.no-permissions'],
  [404, 'ErrorInvalidUser', '', 'deferred 4.3.5', 'graph.mailbox-not-found'],
  [413, '', 'The maximum request length', 'failed 5.3.4', 'graph.too-large'],
  [429, '', '', 'deferred 4.3.2', 'graph.throttled'],
  [503, '', '', 'deferred 4.3.2', 'graph.unavailable'],
  [504, '', '', 'deferred 4.3.2', 'graph.unavailable'],
])('M2: Graph answers %i %s %s', async ([status, code, words, becomes, cause]) => {
  const { route, transport, probe } = await given({
    answer: () => ({ status, code, message: words }),
  })
  const [result] = (await transport.deliver(message)).recipients
  expect(`${result?.is} ${result?.status}`).toBe(becomes)
  const { outcome, stages } = await probe.run(route, message)
  expect(outcome).toMatchObject({ is: 'failed', stage: 'send', cause: { code: cause } })
  const send = stages.find(({ name }) => name === 'send')
  expect(send?.reply).toContain(`${status}`)
  expect(send?.reply).toContain(words)
  expect(send?.facts).toMatchObject({ requestId: 'request-1' })
})

test.for([
  7000215, 7000222, 700016, 700011, 90002, 900023, 7000112, 70011, 28002, 700022, 500011, 65001,
  90094, 650056, 900382, 900432, 9001023, 7000218, 530032, 90033, 90006, 90012, 90024, 90055,
])(
  'M2: AADSTS%i is a cause of its own, with their words and the correlation id',
  async (number) => {
    const { route, transport, probe, microsoft } = await given({ aadsts: number })
    const { outcome, stages } = await probe.run(route, message)
    expect(outcome).toMatchObject({ stage: 'token', cause: { code: `aadsts.${number}` } })
    expect(stages[0]?.reply).toContain(`AADSTS${number}`)
    expect(stages[0]?.facts).toMatchObject({ correlationId: 'correlation-1', traceId: 'trace-1' })
    expect(JSON.stringify(stages)).not.toContain(microsoft.clientSecret)
    expect((await transport.deliver(message)).recipients).toMatchObject([{ is: 'deferred' }])
  },
)

test('M2: an error of Microsoft that nobody knows is shown with its number', async () => {
  const { route, probe } = await given({ aadsts: 123456 })
  expect((await probe.run(route, message)).outcome).toMatchObject({
    cause: { code: 'aadsts.other', params: { number: 123456 } },
  })
})

test('M2: a token without roles is shown, and blamed when Graph then refuses', async () => {
  const { route, probe } = await given({ roles: [] })
  const { outcome, stages } = await probe.run(route, message)
  expect(outcome).toMatchObject({ stage: 'send', cause: { code: 'graph.access-denied' } })
  expect(stages[1]).toMatchObject({
    name: 'role',
    state: 'failed',
    cause: { code: 'role.missing', params: { role: 'Mail.Send' } },
  })
})

test('M2: a good test by Graph has token, role, size and a 202', async () => {
  const { route, probe, microsoft } = await given()
  const { outcome, stages } = await probe.run(route, message)
  expect(outcome).toEqual({ is: 'accepted' })
  expect(stages.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'token done',
    'role done',
    'size done',
    'send done',
  ])
  expect(stages[1]?.facts).toMatchObject({ roles: 'Mail.Send', tenant: microsoft.tenant })
  expect(JSON.stringify(stages)).not.toMatch(/eyJ/)
})

test('M3: what is too large for Graph is not sent, and SMTP is advised', async () => {
  const { microsoft, transport } = await given()
  const content = new Uint8Array([...message.content, ...new Uint8Array(3_000_000).fill(97)])
  const [result] = (await transport.deliver({ ...message, content })).recipients
  expect(result).toMatchObject({
    is: 'failed',
    status: '5.3.4',
    because: expect.stringContaining('SMTP') as unknown,
  })
  expect(microsoft.messages).toEqual([])
})

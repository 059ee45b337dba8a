import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { type SmtpFault, startFaultySmtp } from '../../../test/support/faulty-smtp.ts'
import { startTurns } from '../../../test/support/mailbox-turns.ts'
import { startSmtpSink } from '../../../test/support/smtp-sink.ts'
import { makeTlsIdentity } from '../../../test/support/tls-identity.ts'
import { encodeLatin1 } from '../../base/bytes.ts'
import { systemClock } from '../../base/clock.ts'
import type { MailStage } from '../../contract/mail-stages.ts'
import { MailProbe } from './mail-probe.ts'
import type { SmtpMailRoute } from '../mail-route.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'

const SECRET = 'geheim'

const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

const resolver = (host: string) =>
  host === 'localhost'
    ? Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    : Promise.reject(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }))

let probe: MailProbe
const ends: (() => Promise<void>)[] = []
beforeAll(async () => {
  const database = await freshDatabase()
  const { turns, stop } = await startTurns(database.connection, systemClock)
  ends.push(stop, () => database.close())
  probe = new MailProbe({ clock: systemClock, turns, resolver })
})
afterAll(async () => {
  for (const end of ends) await end()
})

const message: OutgoingMessage = {
  from: 'hub@example.org',
  recipients: ['ada@example.org'],
  content: encodeLatin1('Subject: a test\r\n\r\nIt works, says the body.\r\n'),
  smtpUtf8: false,
  eightBit: false,
}

/** Short, so that silence is found out soon. */
const limits = {
  lookUpMs: 2_000,
  connectMs: 2_000,
  handshakeMs: 2_000,
  greetingMs: 200,
  commandMs: 400,
  dataMs: 400,
  finalDotMs: 400,
}

function routeTo(port: number, change: Partial<SmtpMailRoute> = {}): SmtpMailRoute {
  return {
    is: 'smtp',
    host: 'localhost',
    port,
    tls: 'required',
    helloName: 'hub.test',
    login: { by: 'password', user: 'hub', password: SECRET },
    limits,
    ...change,
  }
}

const shown = (stages: readonly MailStage[]) =>
  stages.map(({ name, state, cause }) => [name, state, cause?.code].filter(Boolean).join(' '))

test('M2: a server in order takes the message through every stage, with its words', async () => {
  const identity = makeTlsIdentity()
  const sink = await startSmtpSink({ tls: identity, users: { hub: SECRET } })
  open.push(sink)
  const seen: string[] = []
  const report = await probe.run(routeTo(sink.port, { ca: identity.rootPem }), message, {
    onStage: ({ name, state }) => seen.push(`${name} ${state}`),
  })
  expect(report.outcome).toEqual({ is: 'accepted' })
  expect(shown(report.stages)).toEqual([
    'look-up done',
    'connect done',
    'greeting done',
    'hello done',
    'starttls done',
    'login done',
    'sender done',
    'recipient done',
    'content done',
    'accepted done',
  ])
  expect(seen).toContain('login running')
  expect(report.stages.every(({ durationMs }) => durationMs !== undefined)).toBe(true)
  expect(report.stages.find(({ name }) => name === 'greeting')?.reply).toContain('220 sink.test')
  expect(report.stages.find(({ name }) => name === 'starttls')?.facts).toMatchObject({
    protocol: 'TLSv1.3',
  })
  const everything = JSON.stringify(report)
  expect(everything).not.toContain(SECRET)
  expect(everything).not.toContain(Buffer.from(`\0hub\0${SECRET}`).toString('base64'))
  expect(everything).not.toContain('says the body')
  expect(sink.messages).toHaveLength(1)
})

test.for<[SmtpFault, string, Partial<SmtpMailRoute>?]>([
  ['refuses', 'connect connect.refused'],
  ['silent after connect', 'greeting timed-out.greeting'],
  ['silent after EHLO', 'hello timed-out.reply'],
  ['no STARTTLS', 'starttls starttls.not-offered'],
  ['STARTTLS stripped', 'starttls starttls.stripped'],
  ['wrong host name', 'starttls certificate.wrong-host-name'],
  ['self-signed', 'starttls certificate.self-signed'],
  ['unknown issuer', 'starttls certificate.unknown-issuer'],
  ['expired certificate', 'starttls certificate.expired'],
  ['not yet valid certificate', 'starttls certificate.not-yet-valid'],
  ['TLS on a port taken for a clear one', 'greeting tls.expected'],
  ['clear text on a port taken for a TLS one', 'tls tls.not-spoken', { tls: 'implicit' }],
  ['AUTH rejected', 'login login.rejected'],
  ['AUTH not offered', 'login login.not-offered'],
  ['basic authentication ended', 'login login.basic-ended'],
  ['SMTP AUTH disabled', 'login login.smtp-auth-disabled'],
  ['sender rejected', 'sender sender.rejected'],
  ['recipient rejected', 'recipient recipient.rejected'],
  ['relay denied', 'recipient recipient.relay-denied'],
  ['closes in DATA', 'content server.closed-in-content'],
  ['421', 'sender server.busy'],
  ['message too large', 'sender message.too-large'],
  ['no SMTP', 'greeting server.not-smtp'],
])(
  'M2: of a server with the fault “%s” stage and cause are named',
  async ([fault, expected, change]) => {
    const server = await startFaultySmtp(fault)
    open.push(server)
    const startedMs = performance.now()
    const { outcome, stages } = await probe.run(
      routeTo(server.port, { ca: server.rootPem, ...change }),
      message,
      { totalMs: 10_000 },
    )
    expect(outcome.is === 'failed' && `${outcome.stage} ${outcome.cause.code}`).toBe(expected)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    const failed = stages.findIndex(({ state }) => state === 'failed')
    expect(stages[failed]?.transcript).not.toEqual([])
    expect(stages.slice(failed + 1).map(({ state }) => state)).toEqual(
      stages.slice(failed + 1).map(() => 'skipped'),
    )
    expect(server.messages).toEqual([])
  },
)

test('M2: a server that says 4xx is told so, and takes the next test', async () => {
  const server = await startFaultySmtp('4xx then good')
  open.push(server)
  const route = routeTo(server.port, { ca: server.rootPem })
  expect((await probe.run(route, message)).outcome).toMatchObject({
    stage: 'recipient',
    cause: { code: 'server.deferred', params: { code: 451 } },
  })
  expect((await probe.run(route, message)).outcome).toEqual({ is: 'accepted' })
})

test('M2: a wrong certificate is told with the names that it has', async () => {
  const server = await startFaultySmtp('wrong host name')
  open.push(server)
  const { outcome } = await probe.run(routeTo(server.port, { ca: server.rootPem }), message)
  expect(outcome).toMatchObject({
    cause: { params: { host: 'localhost', names: 'other.example.org' } },
  })
})

test('M2: a host without address is named', async () => {
  const { outcome } = await probe.run(routeTo(25, { host: 'mail.nowhere.example' }), message)
  expect(outcome).toMatchObject({ stage: 'look-up', cause: { code: 'name.not-found' } })
})

describe('M3: what is accepted is said', () => {
  test.for<[SmtpFault, Partial<SmtpMailRoute>, string]>([
    ['self-signed', { acceptInvalidCertificate: true }, 'certificate.accepted-invalid'],
    ['expired certificate', { acceptInvalidCertificate: true }, 'certificate.accepted-invalid'],
    ['wrong host name', { acceptWrongHostName: true }, 'certificate.accepted-wrong-host-name'],
  ])('%s', async ([fault, change, caution]) => {
    const server = await startFaultySmtp(fault)
    open.push(server)
    const route = routeTo(server.port, { ca: server.rootPem, ...change })
    const { outcome, stages } = await probe.run(route, message)
    expect(outcome).toEqual({ is: 'accepted' })
    expect(shown(stages)).toContain(`starttls done ${caution}`)
  })

  test.for<[SmtpFault, Partial<SmtpMailRoute>, string]>([
    [
      'wrong host name',
      { acceptInvalidCertificate: true },
      'starttls failed certificate.wrong-host-name',
    ],
    ['expired certificate', { acceptWrongHostName: true }, 'starttls failed certificate.expired'],
  ])('%s is not accepted by the other choice', async ([fault, change, expected]) => {
    const server = await startFaultySmtp(fault)
    open.push(server)
    const route = routeTo(server.port, { ca: server.rootPem, ...change })
    expect(shown((await probe.run(route, message)).stages)).toContain(expected)
  })
})

describe('M3: a log-in by XOAUTH2', () => {
  async function given(tokens: Record<string, string>) {
    const identity = makeTlsIdentity()
    const sink = await startSmtpSink({ tls: identity, tokens })
    const asked: string[] = []
    const endPoint = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(chunk.toString()))
      request.on('end', () => {
        response.end(JSON.stringify({ access_token: 'a-token', expires_in: 3600 }))
      })
    })
    await new Promise<void>((resolve) => endPoint.listen(0, '127.0.0.1', resolve))
    const close = () => new Promise<void>((resolve) => endPoint.close(() => resolve()))
    open.push(sink, { close })
    const tokenUrl = `http://127.0.0.1:${(endPoint.address() as AddressInfo).port}/token`
    const source = { is: 'refresh-token', tokenUrl, clientId: 'c', refreshToken: SECRET } as const
    const login = { by: 'xoauth2', user: 'hub@example.org', source } as const
    return { route: routeTo(sink.port, { ca: identity.rootPem, login }), sink, asked }
  }

  test('fetches a token and hands it over', async () => {
    const { route, sink, asked } = await given({ 'hub@example.org': 'a-token' })
    const report = await probe.run(route, message)
    expect(report.outcome).toEqual({ is: 'accepted' })
    expect(sink.messages).toMatchObject([{ user: 'hub@example.org' }])
    expect(asked.join()).toContain('grant_type=refresh_token')
    expect(JSON.stringify(report)).not.toMatch(/a-token|geheim/)
  })

  test('that is refused shows what the server says of the token', async () => {
    const { route } = await given({ 'hub@example.org': 'another' })
    const { outcome, stages } = await probe.run(route, message)
    expect(outcome).toMatchObject({ stage: 'login', cause: { code: 'login.token-rejected' } })
    const login = stages.find(({ name }) => name === 'login')
    expect(login?.transcript.join()).toContain('{"status":"401","schemes":"bearer"}')
    expect(login?.reply).toContain('535 5.7.3')
  })
})

test('M2: a test that is ended says so at once, and so does one that takes too long', async () => {
  const server = await startFaultySmtp('silent after EHLO')
  open.push(server)
  const route = routeTo(server.port, { limits: { ...limits, commandMs: 60_000 } })
  const stop = new AbortController()
  const ended = await probe.run(route, message, {
    signal: stop.signal,
    onStage: ({ name }) => name === 'hello' && stop.abort(),
  })
  expect(ended.outcome).toMatchObject({ stage: 'hello', cause: { code: 'test.aborted' } })
  const late = await probe.run(route, message, { totalMs: 300 })
  expect(late.outcome).toMatchObject({ stage: 'hello', cause: { code: 'timed-out.total' } })
})

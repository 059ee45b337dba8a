import { createServer, type AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1, encodeUtf8 } from '../../base/bytes.ts'
import { silentLog } from '../../base/log.ts'
import { type SinkOptions, type SmtpSink, startSmtpSink } from '../../../test/support/smtp-sink.ts'
import { makeTlsIdentity } from '../../../test/support/tls-identity.ts'
import { SmtpTransport } from './smtp-client.ts'
import type { SmtpRoute } from '../mail-route.ts'
import type { SmtpClientLimits } from './smtp-limits.ts'
import type { OutgoingMessage } from '../outgoing-message.ts'

const identity = makeTlsIdentity()
const stranger = makeTlsIdentity({ selfSigned: true })
const misnamed = makeTlsIdentity({ names: ['other.example.org'] })
const clock = { now: () => new Date('2030-01-01T00:00:00Z') }

const open: { close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

async function given(
  sinkOptions: SinkOptions = {},
  route: Partial<SmtpRoute> = {},
  limits: Partial<SmtpClientLimits> = {},
): Promise<{ sink: SmtpSink; transport: SmtpTransport }> {
  const sink = await startSmtpSink(sinkOptions)
  const transport = new SmtpTransport(
    { host: '127.0.0.1', port: sink.port, tls: 'none', helloName: 'hub.test', ...route },
    { clock, log: silentLog, limits },
  )
  open.push(sink, transport)
  return { sink, transport }
}

function aMessage(change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    from: 'ada@example.org',
    recipients: ['ben@example.net'],
    content: encodeLatin1('Subject: hello\r\n\r\n.dots\r\nand more\r\n'),
    smtpUtf8: false,
    eightBit: false,
    ...change,
  }
}

const outcomes = (report: { recipients: readonly { is: string; status: string }[] }) =>
  report.recipients.map(({ is, status }) => `${is} ${status}`)

test('a message arrives byte for byte, and the dialogue says how, without its content', async () => {
  const { sink, transport } = await given()
  const message = aMessage({ recipients: ['ben@example.net', 'eve@example.net'] })
  const report = await transport.deliver(message)
  expect(report.recipients).toEqual([
    {
      recipient: 'ben@example.net',
      is: 'delivered',
      status: '2.0.0',
      reply: expect.anything() as unknown,
    },
    {
      recipient: 'eve@example.net',
      is: 'delivered',
      status: '2.0.0',
      reply: expect.anything() as unknown,
    },
  ])
  expect(sink.messages).toMatchObject([
    { from: 'ada@example.org', recipients: ['ben@example.net', 'eve@example.net'] },
  ])
  expect(sink.messages[0]?.content).toEqual(Buffer.from(message.content))
  const said = report.dialogue.map(({ by, text }) => `${by}: ${text}`)
  expect(said).toContain('client: MAIL FROM:<ada@example.org> SIZE=35')
  expect(said).toContain('client: <39 bytes>')
  expect(said.join('\n')).not.toContain('hello')
  expect(report.dialogue.every(({ at }) => at.getTime() === clock.now().getTime())).toBe(true)
})

test('MAIL, RCPT and DATA travel in one write, content and final dot in another', async () => {
  const { sink, transport } = await given()
  await transport.deliver(aMessage())
  const chunks = sink.chunks.map(decodeLatin1)
  expect(chunks.some((chunk) => chunk.startsWith('MAIL') && chunk.endsWith('DATA\r\n'))).toBe(true)
  expect(chunks.some((chunk) => chunk.startsWith('Subject') && chunk.endsWith('\r\n.\r\n'))).toBe(
    true,
  )
})

test('without PIPELINING commands wait for their replies', async () => {
  const { sink, transport } = await given({ extensions: [] })
  expect(outcomes(await transport.deliver(aMessage()))).toEqual(['delivered 2.0.0'])
  expect(sink.chunks.map(decodeLatin1)).toContain('MAIL FROM:<ada@example.org>\r\n')
})

test('connections are kept and shared: as many as are allowed, and no more', async () => {
  const { sink, transport } = await given({}, {}, { connections: 3 })
  const reports = await Promise.all(Array.from({ length: 30 }, () => transport.deliver(aMessage())))
  expect(reports.flatMap(outcomes)).toEqual(Array(30).fill('delivered 2.0.0'))
  expect(sink.connections).toBe(3)
  expect(sink.messages.length).toBe(30)
})

test('a connection is closed after its share of messages', async () => {
  const { sink, transport } = await given({}, {}, { messagesPerConnection: 2 })
  for (let sent = 0; sent < 5; sent += 1) await transport.deliver(aMessage())
  expect(sink.connections).toBe(3)
})

test('a kept connection that the server closed is replaced without anyone noticing', async () => {
  const { sink, transport } = await given({ faults: { closeAfterMessages: 1 } })
  for (let sent = 0; sent < 3; sent += 1) {
    expect(outcomes(await transport.deliver(aMessage()))).toEqual(['delivered 2.0.0'])
  }
  expect(sink.messages.length).toBe(3)
})

test('a kept connection that is told 421 is replaced too', async () => {
  const { sink, transport } = await given()
  await transport.deliver(aMessage())
  let told = 0
  sink.setFaults({ reply: { mail: () => (told++ === 0 ? '421 4.3.2 going down' : undefined) } })
  expect(outcomes(await transport.deliver(aMessage()))).toEqual(['delivered 2.0.0'])
})

describe('what the server says is what becomes of the recipients', () => {
  test.for<[string, SinkOptions, string[]]>([
    [
      'a busy greeting',
      { faults: { reply: { connect: '421 4.3.2 busy' } } },
      ['deferred 4.3.2', 'deferred 4.3.2'],
    ],
    [
      'a greeting of refusal',
      { faults: { reply: { connect: '554 no service' } } },
      ['deferred 4.3.2', 'deferred 4.3.2'],
    ],
    [
      'MAIL refused for now',
      { faults: { reply: { mail: '451 4.7.1 greylisted' } } },
      ['deferred 4.7.1', 'deferred 4.7.1'],
    ],
    [
      'MAIL refused',
      { faults: { reply: { mail: '550 go away' } } },
      ['failed 5.0.0', 'failed 5.0.0'],
    ],
    [
      'one recipient refused',
      {
        faults: {
          reply: { rcpt: (line) => (line.includes('eve') ? '550 5.1.1 unknown' : undefined) },
        },
      },
      ['delivered 2.0.0', 'failed 5.1.1'],
    ],
    [
      'all recipients refused',
      { faults: { reply: { rcpt: '550 5.1.1 unknown' } } },
      ['failed 5.1.1', 'failed 5.1.1'],
    ],
    [
      'too many recipients',
      {
        faults: { reply: { rcpt: (line) => (line.includes('eve') ? '552 too many' : undefined) } },
      },
      ['delivered 2.0.0', 'deferred 4.5.3'],
    ],
    [
      'DATA refused',
      { faults: { reply: { data: '554 5.7.1 no' } } },
      ['failed 5.7.1', 'failed 5.7.1'],
    ],
    [
      'the content refused',
      { faults: { reply: { dot: '554 5.6.0 malformed' } } },
      ['failed 5.6.0', 'failed 5.6.0'],
    ],
    [
      'the content refused for now',
      { faults: { reply: { dot: '452 4.3.1 full' } } },
      ['deferred 4.3.1', 'deferred 4.3.1'],
    ],
    [
      'a reply of another class',
      { faults: { reply: { dot: '452 5.1.1 odd' } } },
      ['deferred 4.0.0', 'deferred 4.0.0'],
    ],
    ['a closed door', { faults: { closeAt: 'connect' } }, ['deferred 4.4.2', 'deferred 4.4.2']],
    ['a hang-up at MAIL', { faults: { closeAt: 'mail' } }, ['deferred 4.4.2', 'deferred 4.4.2']],
    [
      'a hang-up in the content',
      { faults: { closeAt: 'content' } },
      ['deferred 4.4.2', 'deferred 4.4.2'],
    ],
    [
      'nonsense',
      { faults: { reply: { ehlo: 'HTTP/1.1 400 Bad Request' } } },
      ['deferred 4.5.0', 'deferred 4.5.0'],
    ],
    [
      'an old server',
      { extensions: [], faults: { reply: { ehlo: '502 what?' } } },
      ['delivered 2.0.0', 'delivered 2.0.0'],
    ],
  ])('%s', async ([, options, expected]) => {
    for (const extensions of [options.extensions, options.extensions ?? []]) {
      const { transport } = await given({ ...options, ...(extensions && { extensions }) })
      const message = aMessage({ recipients: ['ben@example.net', 'eve@example.net'] })
      expect(outcomes(await transport.deliver(message))).toEqual(expected)
    }
  })
})

test('the connection goes on after a refused message', async () => {
  const { sink, transport } = await given()
  sink.setFaults({ reply: { dot: '554 5.6.0 no' } })
  expect(outcomes(await transport.deliver(aMessage()))).toEqual(['failed 5.6.0'])
  sink.setFaults({})
  expect(outcomes(await transport.deliver(aMessage()))).toEqual(['delivered 2.0.0'])
  expect(sink.connections).toBe(1)
})

test('a port where nobody listens defers', async () => {
  const { sink, transport } = await given()
  await sink.close()
  const report = await transport.deliver(aMessage())
  expect(outcomes(report)).toEqual(['deferred 4.4.1'])
  expect(report.recipients[0]).toMatchObject({
    because: expect.stringContaining('ECONNREFUSED') as unknown,
  })
})

test.for(['connect', 'ehlo', 'mail', 'rcpt', 'data', 'content'] as const)(
  'a server that falls silent at %s is given up in time, and sent nothing again',
  async (silentAt) => {
    const limits = { greetingMs: 50, commandMs: 50, dataMs: 50, finalDotMs: 50 }
    const { sink, transport } = await given({ faults: { silentAt } }, {}, limits)
    expect(outcomes(await transport.deliver(aMessage()))).toEqual(['deferred 4.4.2'])
    expect(sink.connections).toBe(1)
  },
)

test.for([{ closeAt: 'dot' }, { silentAt: 'dot' }] as const)(
  'what was lost after the final dot is deferred as ambiguous and not sent again: %j',
  async (faults) => {
    const { sink, transport } = await given({ faults }, {}, { finalDotMs: 50 })
    const { recipients } = await transport.deliver(aMessage())
    expect(recipients).toMatchObject([{ is: 'deferred', status: '4.4.2', ambiguous: true }])
    expect(sink.messages.length).toBe(1)
    expect(sink.connections).toBe(1)
  },
)

describe('TLS', () => {
  const ca = identity.rootPem
  test.for<[string, SinkOptions, Partial<SmtpRoute>, string]>([
    [
      'opportunistic takes what is offered',
      { tls: stranger },
      { tls: 'opportunistic' },
      'delivered 2.0.0 TLSv1.3 false',
    ],
    [
      'opportunistic tells when it is verified',
      { tls: identity },
      { tls: 'opportunistic', ca },
      'delivered 2.0.0 TLSv1.3 true',
    ],
    [
      'opportunistic goes in clear when nothing is offered',
      {},
      { tls: 'opportunistic' },
      'delivered 2.0.0 undefined undefined',
    ],
    [
      'opportunistic waits when STARTTLS is refused',
      { tls: identity, faults: { reply: { starttls: '454 4.7.0 no' } } },
      { tls: 'opportunistic' },
      'deferred 4.7.5 undefined undefined',
    ],
    [
      'opportunistic waits when the handshake fails',
      { tls: identity, faults: { closeAt: 'handshake' } },
      { tls: 'opportunistic' },
      'deferred 4.7.5 undefined undefined',
    ],
    [
      'none stays in clear',
      { tls: identity },
      { tls: 'none' },
      'delivered 2.0.0 undefined undefined',
    ],
    [
      'required verifies',
      { tls: identity },
      { tls: 'required', ca },
      'delivered 2.0.0 TLSv1.3 true',
    ],
    [
      'required takes no stranger',
      { tls: stranger },
      { tls: 'required', ca },
      'deferred 4.7.5 undefined undefined',
    ],
    [
      'required takes no other name',
      { tls: misnamed },
      { tls: 'required', ca: misnamed.rootPem },
      'deferred 4.7.5 undefined undefined',
    ],
    [
      'required is never in clear',
      {},
      { tls: 'required', ca },
      'deferred 4.7.4 undefined undefined',
    ],
    [
      'implicit verifies',
      { tls: { ...identity, implicit: true } },
      { tls: 'implicit', ca },
      'delivered 2.0.0 TLSv1.3 true',
    ],
    [
      'implicit takes no stranger',
      { tls: { ...stranger, implicit: true } },
      { tls: 'implicit', ca },
      'deferred 4.7.5 undefined undefined',
    ],
  ])('%s', async ([, options, route, expected]) => {
    const { sink, transport } = await given(options, route)
    const report = await transport.deliver(aMessage())
    const { protocol, verified } = report.tls ?? {}
    expect(`${outcomes(report).join()} ${protocol} ${verified}`).toBe(expected)
    const isDelivered = expected.startsWith('delivered')
    expect(sink.messages.map(({ tls }) => tls)).toEqual(isDelivered ? [report.tls?.protocol] : [])
  })

  test('a name of the host is verified, not its address', async () => {
    const { transport } = await given({ tls: identity }, { host: 'localhost', tls: 'required', ca })
    expect(outcomes(await transport.deliver(aMessage()))).toEqual(['delivered 2.0.0'])
  })

  test('what a server says in clear behind its 220 is not believed', async () => {
    const faults = { reply: { starttls: '220 go\r\n250-evil\r\n250 AUTH PLAIN' } }
    const { transport } = await given({ tls: identity, faults }, { tls: 'opportunistic' })
    expect(outcomes(await transport.deliver(aMessage()))).toEqual(['deferred 4.7.5'])
  })
})

describe('log-in', () => {
  const login = { login: { by: 'password', user: 'hub', password: 'geheim' } } as const
  const users = { hub: 'geheim' }
  const loginOnly = ['PIPELINING', 'AUTH LOGIN']

  test.for<[string, SinkOptions, string]>([
    ['PLAIN', { users }, 'delivered 2.0.0'],
    ['a wrong password', { users: { hub: 'other' } }, 'deferred 4.7.8'],
    ['no log-in offered', {}, 'deferred 4.7.8'],
  ])('%s', async ([, options, expected]) => {
    const { transport, sink } = await given(options, login)
    const report = await transport.deliver(aMessage())
    expect(outcomes(report)).toEqual([expected])
    expect(sink.messages.map(({ user }) => user)).toEqual(expected.startsWith('del') ? ['hub'] : [])
    const dialogue = JSON.stringify(report.dialogue)
    expect(dialogue).not.toContain('geheim')
    expect(dialogue).not.toContain(Buffer.from('\0hub\0geheim').toString('base64'))
  })

  test('LOGIN, when there is nothing else', async () => {
    const reply = {
      ehlo: `250-sink\r\n${loginOnly.map((word) => `250-${word}`).join('\r\n')}\r\n250 HELP`,
    }
    const { transport, sink } = await given({ users, faults: { reply } }, login)
    const report = await transport.deliver(aMessage())
    expect(outcomes(report)).toEqual(['delivered 2.0.0'])
    expect(sink.messages[0]?.user).toBe('hub')
    expect(JSON.stringify(report.dialogue)).not.toContain(Buffer.from('geheim').toString('base64'))
  })
})

describe('what the server cannot take fails at once, by its own words in EHLO', () => {
  const plain = { extensions: ['PIPELINING', 'SIZE 40'] }
  test.for<[string, SinkOptions, Partial<OutgoingMessage>, string[]]>([
    ['SMTPUTF8 in header fields', plain, { smtpUtf8: true }, ['failed 5.6.7']],
    ['a UTF-8 sender', plain, { from: 'jürg@example.org' }, ['failed 5.6.7']],
    [
      'one UTF-8 recipient of two',
      plain,
      { recipients: ['ben@example.net', 'jürg@example.net'] },
      ['delivered 2.0.0', 'failed 5.6.7'],
    ],
    [
      'UTF-8 in a domain only travels in ASCII',
      plain,
      { recipients: ['ben@exämple.net'] },
      ['delivered 2.0.0'],
    ],
    ['UTF-8 where it is offered', {}, { recipients: ['jürg@exämple.net'] }, ['delivered 2.0.0']],
    ['8-bit content', plain, { eightBit: true }, ['failed 5.6.3']],
    [
      '8-bit content where it is offered',
      {},
      { eightBit: true, content: encodeUtf8('\r\né\r\n') },
      ['delivered 2.0.0'],
    ],
    ['a message over SIZE', plain, { content: new Uint8Array(41).fill(97) }, ['failed 5.3.4']],
    ['a lone line feed', {}, { content: encodeLatin1('a\nb\r\n') }, ['failed 5.6.0']],
  ])('%s', async ([, options, change, expected]) => {
    const { transport, sink } = await given(options)
    expect(outcomes(await transport.deliver(aMessage(change)))).toEqual(expected)
    const delivered = expected.some((each) => each.startsWith('delivered'))
    expect(sink.messages.length).toBe(delivered ? 1 : 0)
  })

  test('parameters of MAIL say what is in the message', async () => {
    const { transport, sink } = await given()
    await transport.deliver(aMessage({ eightBit: true, recipients: ['jürg@exämple.net'] }))
    expect(sink.messages[0]).toMatchObject({
      parameters: 'SIZE=35 BODY=8BITMIME SMTPUTF8',
      recipients: ['jürg@exämple.net'],
    })
  })
})

test('a large message goes in blocks and arrives byte for byte', async () => {
  const line = `.${'x'.repeat(75)}\r\n`
  const content = encodeLatin1(`Subject: big\r\n\r\n${line.repeat(40_000)}`)
  const { transport, sink } = await given()
  expect(outcomes(await transport.deliver(aMessage({ content })))).toEqual(['delivered 2.0.0'])
  expect(Buffer.compare(sink.messages[0]?.content ?? new Uint8Array(), content)).toBe(0)
})

test('a thousand recipients are pipelined', async () => {
  const recipients = Array.from({ length: 1000 }, (_, at) => `person${at}@example.net`)
  const { transport, sink } = await given()
  const report = await transport.deliver(aMessage({ recipients }))
  expect(report.recipients.every(({ is }) => is === 'delivered')).toBe(true)
  expect(sink.messages[0]?.recipients.length).toBe(1000)
})

test('closing waits for what is under way', async () => {
  const { transport, sink } = await given()
  const delivery = transport.deliver(aMessage())
  await transport.close()
  expect(outcomes(await delivery)).toEqual(['delivered 2.0.0'])
  expect(sink.messages.length).toBe(1)
})

test('whatever a server says, there is a result for each recipient and no failure to give one', async () => {
  const answers: { pieces: string[] } = { pieces: [] }
  const server = createServer({ noDelay: true }, (socket) => {
    const pieces = [...answers.pieces]
    const answer = () => {
      const piece = pieces.shift()
      if (piece === undefined) socket.destroy()
      else socket.write(piece, 'latin1')
    }
    socket.on('data', answer).on('error', () => socket.destroy())
    answer()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const piece = fc.oneof(
    fc.constantFrom(
      '220 hi\r\n',
      '250 ok\r\n',
      '250-x\r\n250-PIPELINING\r\n250-SIZE 1e9\r\n250 AUTH\r\n',
      '354 go\r\n',
      '421 4.3.2 bye\r\n',
      '550 5.1.1 no\r\n',
      '250-',
      '\r\n',
      '\n',
      '250 ok\r\n250 ok\r\n354 go\r\n',
      '250-a\r\n250 STARTTLS\r\n',
      '334 \r\n',
      '999 x\r\n',
    ),
    fc.string({ maxLength: 10 }),
  )
  const recipients = ['ben@example.net', 'eve@example.net']
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      answers.pieces = pieces
      const limits = { greetingMs: 30, commandMs: 30, dataMs: 30, finalDotMs: 30, handshakeMs: 30 }
      const transport = new SmtpTransport(
        { host: '127.0.0.1', port, tls: 'opportunistic', helloName: 'hub.test' },
        { clock, log: silentLog, limits },
      )
      const report = await transport.deliver(aMessage({ recipients }))
      await transport.close()
      expect(report.recipients.map(({ recipient }) => recipient)).toEqual(recipients)
      for (const { is, status } of report.recipients) {
        expect(status).toMatch({ delivered: /^2\./, deferred: /^4\./, failed: /^5\./ }[is])
      }
    }),
    { seed: 5321, numRuns: 200 },
  )
  await new Promise((resolve) => server.close(resolve))
})

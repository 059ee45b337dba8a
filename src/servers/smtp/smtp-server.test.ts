/** What transcripts cannot say: time, many clients, memory, and bytes that are no dialogue. */

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { SmtpDialogue } from '../../../test/support/smtp-dialogue.ts'
import { startListener, type TestListener } from '../../../test/support/smtp-listener.ts'
import { makeTlsIdentity } from '../../../test/support/tls-identity.ts'
import { decodeLatin1 } from '../../base/bytes.ts'
import type { MailHandlers } from '../mail-handlers.ts'
import type { SmtpServerOptions } from './listener.ts'

const open: TestListener[] = []
afterEach(async () => {
  for (const { server } of open.splice(0)) await server.close({ graceMs: 0 })
})

async function given(
  options: Partial<SmtpServerOptions> = {},
  handlers: Partial<MailHandlers> = {},
): Promise<TestListener> {
  const listener = await startListener(options, handlers)
  open.push(listener)
  return listener
}

/** A client that has said MAIL and RCPT. */
async function inTransaction({ port }: { port: number }): Promise<SmtpDialogue> {
  const client = await SmtpDialogue.open(port)
  await client.reply()
  await client.say('EHLO client')
  await client.say('MAIL FROM:<a@b.test>')
  expect(await client.say('RCPT TO:<c@d.test>')).toMatch(/^250/)
  return client
}

async function inData(listener: { port: number }): Promise<SmtpDialogue> {
  const client = await inTransaction(listener)
  expect(await client.say('DATA')).toMatch(/^354/)
  return client
}

/** Sends another message on the same connection. */
async function sendAgain(client: SmtpDialogue, content: string): Promise<string> {
  await client.say('MAIL FROM:<a@b.test>')
  await client.say('RCPT TO:<c@d.test>')
  await client.say('DATA')
  return client.say(`${content}.`)
}

describe('A-16: smuggling', () => {
  test.for([
    '\n.\n',
    '\n.\r\n',
    '\r.\r\n',
    '\r\n.\n',
    '\r\n.\r\r\n',
    '\r.\r',
    '\n\r\n.\r\n',
    '\0\r\n.\r\n',
  ])('after %j nothing is understood: 5.6.0 and the connection closes', async (sequence) => {
    const listener = await given()
    const client = await inData(listener)
    client.send(
      `hello${sequence}MAIL FROM:<evil@b.test>\r\nRCPT TO:<x@d.test>\r\nDATA\r\nevil\r\n.\r\n`,
    )
    expect(await client.line()).toMatch(/^554 5\.6\.0 /)
    expect(await client.line()).toBe('CLOSED')
    expect(listener.accepted).toEqual([])
  })

  test('what is split over packets is the same', async () => {
    const listener = await given()
    const client = await inData(listener)
    for (const piece of ['hello\r', '\n.', '\r', '\nMAIL FROM:<a@b.test>\r\n']) {
      client.send(piece)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await client.line()).toMatch(/^250 2\.0\.0 /)
    expect(await client.line()).toMatch(/^250 2\.1\.0 /)
    expect(listener.accepted.map(({ content }) => decodeLatin1(content))).toEqual(['hello\r\n'])
  })
})

test('a submission has all the facts', async () => {
  const tls = makeTlsIdentity()
  const listener = await given({ kind: 'submission', tls })
  const client = await SmtpDialogue.open(listener.port)
  await client.reply()
  await client.say('EHLO before')
  await client.say('STARTTLS')
  await client.encrypt()
  await client.say('EHLO app.example.org')
  await client.say('AUTH PLAIN AGFwcABzZWNyZXQ=')
  await client.say('MAIL FROM:<j\xc3\xbcrg@b.test> SMTPUTF8')
  await client.say('RCPT TO:<Postmaster>')
  await client.say('DATA')
  expect(await client.say('..dot\r\n.')).toMatch(/^250/)
  client.destroy()
  expect(listener.accepted).toEqual([
    {
      envelopeFrom: 'jürg@b.test',
      recipients: ['postmaster@hub.test'],
      content: Uint8Array.from(Buffer.from('.dot\r\n')),
      smtpUtf8: true,
      via: 'submission',
      client: {
        address: '127.0.0.1',
        hello: 'app.example.org',
        tls: expect.stringMatching(/^TLSv1\.3 TLS_AES_/) as unknown,
        credential: 'credential-app',
      },
    },
  ])
})

test('250 is said only when the hub has the message', async () => {
  let store: (stored: { id: string }) => void = () => undefined
  const accept = () => new Promise<{ id: string }>((resolve) => (store = resolve))
  const client = await inData(await given({}, { accept }))
  client.send('hello\r\n.\r\nNOOP\r\n')
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(client.unread).toBe('')
  store({ id: 'm1' })
  expect(await client.line()).toBe('250 2.0.0 Accepted as m1')
  expect(await client.line()).toMatch(/^250 2\.0\.0/)
  client.destroy()
})

test('a client that has said all and closed its side still gets its answers', async () => {
  const listener = await given()
  const client = await SmtpDialogue.open(listener.port)
  client.send('HELO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhello\r\n.\r\n')
  client.end()
  const replies: string[] = []
  for (let line = await client.line(); line !== 'CLOSED'; line = await client.line()) {
    replies.push(line.slice(0, 3))
  }
  expect(replies).toEqual(['220', '250', '250', '250', '354', '250'])
})

test('content cut off by the client is no message', async () => {
  const listener = await given()
  const client = await inData(listener)
  client.send('hello\r\n.\r')
  client.end()
  expect(await client.line()).toBe('CLOSED')
  expect(listener.accepted).toEqual([])
})

describe('time', () => {
  test('a client that says nothing is told 421', async () => {
    const { port } = await given({ limits: { commandTimeoutMs: 30 } })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    expect(await client.line()).toBe('421 4.4.2 Timeout')
    expect(await client.line()).toBe('CLOSED')
  })

  test('a command that drips is not waited for longer than one that does not come', async () => {
    const { port } = await given({ limits: { commandTimeoutMs: 100 } })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    const drip = setInterval(() => client.send('N'), 10)
    expect(await client.line()).toBe('421 4.4.2 Timeout')
    clearInterval(drip)
    client.destroy()
  })

  test.for([{ stallTimeoutMs: 30 }, { contentTimeoutMs: 30 }])(
    'content that stops, or drips for ever, ends with 421: %j',
    async (limits) => {
      const client = await inData(await given({ limits }))
      const drip = setInterval(() => client.send('contentTimeoutMs' in limits ? 'x' : ''), 5)
      expect(await client.line()).toBe('421 4.4.2 Timeout')
      clearInterval(drip)
      client.destroy()
    },
  )

  test('who does not log in has to leave, however busy', async () => {
    const { port } = await given({ kind: 'submission', limits: { loginTimeoutMs: 50 } })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    let reply = ''
    while (!reply.startsWith('421')) reply = await client.say('NOOP')
    expect(reply).toBe('421 4.4.2 Timeout')
  })

  test('a TLS handshake that does not come ends the connection', async () => {
    const { port } = await given({ tls: makeTlsIdentity(), limits: { handshakeTimeoutMs: 30 } })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    expect(await client.say('STARTTLS')).toMatch(/^220/)
    expect(await client.line()).toBe('CLOSED')
  })

  test('after STARTTLS a client has to greet again before it logs in', async () => {
    const { port } = await given({ kind: 'submission', tls: makeTlsIdentity() })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    await client.say('EHLO a')
    await client.say('STARTTLS')
    await client.encrypt()
    expect(await client.say('AUTH PLAIN AGFwcABzZWNyZXQ=')).toMatch(/^503/)
    await client.say('EHLO a')
    expect(await client.say('AUTH PLAIN AGFwcABzZWNyZXQ=')).toMatch(/^235/)
    client.destroy()
  })

  test('a handshake of nonsense ends the connection', async () => {
    const { port } = await given({ tls: makeTlsIdentity() })
    const client = await SmtpDialogue.open(port)
    await client.reply()
    await client.say('STARTTLS')
    client.send('MAIL FROM:<a@b.test>\r\n')
    while ((await client.line()) !== 'CLOSED');
  })
})

describe('many', () => {
  test('connections over the limit of an address are told so', async () => {
    const { port } = await given({ limits: { connectionsPerAddress: 2 } })
    const first = await SmtpDialogue.open(port)
    const second = await SmtpDialogue.open(port)
    expect(await first.reply()).toMatch(/^220/)
    expect(await second.reply()).toMatch(/^220/)
    const third = await SmtpDialogue.open(port)
    expect(await third.reply()).toBe('421 4.7.0 Too many connections, try again later')
    expect(await third.line()).toBe('CLOSED')
    await first.say('QUIT')
    expect(await first.line()).toBe('CLOSED')
    first.destroy()
    let greeting = '421'
    while (greeting.startsWith('421')) greeting = await (await SmtpDialogue.open(port)).reply()
    expect(greeting).toMatch(/^220/)
    second.destroy()
  })

  test('10,000 recipients in one packet are answered one by one, those over 1,000 with 452', async () => {
    const listener = await given()
    const client = await SmtpDialogue.open(listener.port)
    await client.reply()
    await client.say('HELO a')
    await client.say('MAIL FROM:<a@b.test>')
    client.send(Array.from({ length: 10_000 }, (_, at) => `RCPT TO:<${at}@d.test>\r\n`).join(''))
    const replies: string[] = []
    while (replies.length < 10_000) replies.push((await client.line()).slice(0, 9))
    expect(replies.filter((reply) => reply === '250 2.1.5').length).toBe(1000)
    expect(replies.filter((reply) => reply === '452 4.5.3').length).toBe(9000)
    await client.say('DATA')
    expect(await client.say('hello\r\n.')).toMatch(/^250/)
    expect(listener.accepted[0]?.recipients.length).toBe(1000)
    client.destroy()
  })

  test('content of all clients together has a limit', async () => {
    const listener = await given({ limits: { contentBytes: 3000 } })
    const kilobytes = `${'x'.repeat(998)}\r\n`.repeat(2)
    const first = await inData(listener)
    first.send(kilobytes)
    const second = await inData(listener)
    let reply = await second.say(`${kilobytes}.`)
    // The other client's content may still be on its way.
    while (reply.startsWith('250')) reply = await sendAgain(second, kilobytes)
    expect(reply).toBe('452 4.3.1 Too much mail at once, try again later')
    expect(await first.say('.')).toMatch(/^250/)
    expect(await sendAgain(second, kilobytes)).toMatch(/^250/)
    first.destroy()
    second.destroy()
  })
})

describe('much', () => {
  test('a large message arrives byte for byte', async () => {
    const listener = await given({ maxMessageBytes: 20_000_000 })
    const client = await inData(listener)
    const line = `.${'y'.repeat(70)}\r\n`
    client.send(`\r\n${`.${line}`.repeat(200_000)}`)
    expect(await client.say('.')).toMatch(/^250/)
    const content = Buffer.from(listener.accepted[0]?.content ?? [])
    expect(content.equals(Buffer.from(`\r\n${line.repeat(200_000)}`))).toBe(true)
    client.destroy()
  })

  test('a message without end is cut off at a multiple of the limit', async () => {
    const listener = await given({ maxMessageBytes: 1000 })
    const socket = connect(listener.port, '127.0.0.1')
    let text = ''
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.write('HELO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n')
    const endless = `${'z'.repeat(900)}\r\n`.repeat(1000)
    const flood = setInterval(() => socket.write(endless), 1)
    await new Promise((resolve) => socket.once('end', resolve))
    clearInterval(flood)
    socket.destroy()
    expect(text).toContain('552 5.3.4 Message is too large')
    expect(socket.bytesWritten).toBeLessThan(50_000_000)
  })

  test('a line without end is cut off', async () => {
    const { port } = await given()
    const client = await SmtpDialogue.open(port)
    await client.reply()
    client.send('x'.repeat(1_000_000))
    expect(await client.line()).toBe('500 5.5.2 Line too long')
    client.destroy()
  })
})

describe('stopping', () => {
  test('whoever is between messages is told 421, others once their message is answered', async () => {
    const { server, port } = await startListener()
    const idle = await SmtpDialogue.open(port)
    await idle.reply()
    const busy = await inData({ port })
    const closed = server.close({ graceMs: 10_000 })
    expect(await idle.line()).toBe('421 4.3.2 Service is stopping, try again later')
    expect(await idle.line()).toBe('CLOSED')
    idle.destroy()
    await expect(SmtpDialogue.open(port)).rejects.toThrow('ECONNREFUSED')
    expect(await busy.say('hello\r\n.')).toMatch(/^250/)
    expect(await busy.line()).toMatch(/^421 4\.3\.2/)
    busy.destroy()
    await closed
  })

  test('a message whose client is gone is waited for until the hub has it', async () => {
    let store: (stored: { id: string }) => void = () => undefined
    let isStored = false
    const handedOver = Promise.withResolvers<undefined>()
    const accept = async () => {
      handedOver.resolve(undefined)
      const stored = await new Promise<{ id: string }>((resolve) => (store = resolve))
      isStored = true
      return stored
    }
    const { server, port } = await startListener({}, { accept })
    const client = await inData({ port })
    client.send('hello\r\n.\r\n')
    await handedOver.promise
    client.destroy()
    const closed = server.close({ graceMs: 0 })
    setImmediate(() => store({ id: 'm1' }))
    await closed
    expect(isStored).toBe(true)
  })

  test('who does not come to an end is cut off', async () => {
    const { server, port } = await startListener()
    const client = await inData({ port })
    await server.close({ graceMs: 20 })
    expect(await client.line()).toBe('CLOSED')
  })
})

describe('TLS', () => {
  test('a renewed certificate is shown from the next handshake on', async () => {
    const [old, renewed] = [makeTlsIdentity(), makeTlsIdentity()]
    const { port, server } = await given({ implicitTls: true, tls: old })
    expect(await shownCertificate(port)).toBe(old.certificatePem.trim())
    server.replaceTls(renewed)
    expect(await shownCertificate(port)).toBe(renewed.certificatePem.trim())
  })

  test('TLS 1.1 is not spoken', async () => {
    const { port } = await given({ implicitTls: true, tls: makeTlsIdentity() })
    const ciphers = 'ALL:@SECLEVEL=0'
    const socket = connectTls({
      port,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers,
      rejectUnauthorized: false,
    })
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve))
    expect(error.message).toMatch(/version|closed|reset/i)
  })
})

function shownCertificate(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, rejectUnauthorized: false })
    socket.once('error', reject).once('secureConnect', () => {
      const pem = socket.getPeerX509Certificate()?.toString() ?? ''
      socket.destroy()
      resolve(pem.trim())
    })
  })
}

test('whatever a stranger sends, the server answers by SMTP and serves the next', async () => {
  const { port } = await given({ kind: 'submission', limits: { lingerTimeoutMs: 50 } })
  const piece = fc.oneof(
    fc.constantFrom(
      'EHLO a\r\n',
      'AUTH PLAIN AGFwcABzZWNyZXQ=\r\n',
      'AUTH LOGIN\r\n',
      'MAIL FROM:<a@b.test>\r\n',
      'RCPT TO:<c@d.test>\r\n',
      'DATA\r\n',
      '.\r\n',
      '\r\n.\r\n',
      'RSET\r\n',
      'QUIT\r\n',
      '\n',
      '\r',
      '\0',
      'STARTTLS\r\n',
      '*\r\n',
      'x'.repeat(2100),
      'NOOP\r\n',
    ),
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  )
  const replies = /^(?:220 [^\r\n]+\r\n)?(?:[2345]\d\d[ -][^\r\n]*\r\n)*$/
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 15 }), async (pieces) => {
      const text = await new Promise<string>((resolve) => {
        let heard = ''
        const socket = connect(port, '127.0.0.1')
        socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
        socket.on('error', () => undefined).on('close', () => resolve(heard))
        for (const each of pieces) socket.write(each, 'latin1')
        socket.end()
      })
      expect(text).toMatch(replies)
      const next = await SmtpDialogue.open(port)
      expect(await next.reply()).toMatch(/^220/)
      next.destroy()
    }),
    { seed: 5321, numRuns: 200 },
  )
})

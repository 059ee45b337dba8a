import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectSmtp } from '../support/smtp-client.ts'
import { runOk } from '../support/peers.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ partners: ['ben', 'bo'] })
})
afterAll(() => hub.close())

/** Hands a message over by SMTP and gives what arrives because of it. */
async function send(to: readonly string[], content: string, copies = 1) {
  const before = hub.sink.messages.length
  const client = await connectSmtp(hub.submission, hub.login)
  const reply = await client.send({ from: 'ada@example.org', to, content })
  client.close()
  await hub.sink.received(before + copies)
  const id = /[0-9a-f-]{36}/.exec(reply)?.[0] ?? ''
  return { id, arrived: hub.sink.messages.slice(before) }
}

const toBen =
  'From: Ada <ada@example.org>\r\nTo: Ben <ben@partner.example>\r\nSubject: plans\r\n' +
  'Bcc: bo@partner.example\r\nX-Sealpost-Encrypt: required\r\n\r\nmeet me at noon\r\n'

function verify(inner: string): string {
  const root = hub.rootFile
  return runOk(['openssl', 'cms', '-verify', '-CAfile', root], { input: inner }).toString()
}

test('M12: what was handed over in clear arrives signed and encrypted, and OpenSSL reads it', async () => {
  const establishment = await hub.command.authority.find()
  writeFileSync(
    hub.rootFile,
    `-----BEGIN CERTIFICATE-----\n${Buffer.from(establishment?.root.der ?? []).toString('base64')}\n-----END CERTIFICATE-----\n`,
  )
  const { id, arrived } = await send(['ben@partner.example'], toBen)
  const [message] = arrived
  const text = Buffer.from(message?.content ?? []).toString('latin1')
  expect(message?.from).toBe('ada@example.org')
  expect(message?.recipients).toEqual(['ben@partner.example'])
  expect(text).toContain('Subject: plans')
  expect(text).toContain('Received: from client.test')
  expect(text).not.toMatch(/noon|^(Bcc|X-Sealpost)/m)
  expect(verify(hub.decryptAs('ben', message?.content ?? new Uint8Array()))).toContain(
    'meet me at noon',
  )
  await vi.waitFor(async () => {
    const { deliveries, events } = await hub.command.messages.get(id)
    expect(deliveries).toMatchObject([{ state: 'delivered', strength: 'encrypted' }])
    expect(events.map(({ step }) => step)).toEqual(['protected', 'attempt'])
  })
})

test('M26: a Bcc recipient gets a message of their own that names nobody else', async () => {
  const { arrived } = await send(['ben@partner.example', 'bo@partner.example'], toBen, 2)
  const [forBen, forBo] = ['ben', 'bo'].map((name) =>
    arrived.find(({ recipients }) => recipients.join() === `${name}@partner.example`),
  )
  if (forBen === undefined || forBo === undefined) throw new Error('one message for each')
  expect(hub.decryptAs('bo', forBo.content)).toContain('noon')
  expect(() => hub.decryptAs('ben', forBo.content)).toThrow()
  expect(() => hub.decryptAs('bo', forBen.content)).toThrow()
  for (const { content } of arrived) expect(Buffer.from(content).toString()).not.toContain('bo@')
})

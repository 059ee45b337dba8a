/** What becomes of a message that not all of its recipients could read encrypted. */

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sourceOf } from '../../src/formats/mime/source.ts'
import { openMessage } from '../../src/smime/open.ts'
import type { EncryptionOutcome } from '../../src/db/tables/organization.ts'
import { connectSmtp } from '../support/smtp-client.ts'
import type { SinkMessage } from '../support/smtp-sink.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const BEN = 'ben@partner.example'
const CARL = 'carl@other.example'

let hub: TestHub
let aheadMs = 0

beforeAll(async () => {
  // A clock that is put forward stands for the second that settings may be old.
  hub = await startTestHub({ clock: { now: () => new Date(Date.now() + aheadMs) } })
})
afterAll(() => hub.close())
beforeEach(() => hub.sink.setFaults({}))

async function under(outcome: EncryptionOutcome): Promise<void> {
  await hub.command.organization.change({ encryptionOutcome: outcome }, { by: 'test' })
  aheadMs += 2_000
}

async function submit(to: readonly string[], field = ''): Promise<string> {
  const client = await connectSmtp(hub.submission, hub.login)
  try {
    const content =
      `From: ada@example.org\r\nTo: ${BEN}, ${CARL}\r\nSubject: plans\r\n${field}\r\n` +
      'meet me at noon\r\n'
    const reply = await client.send({ from: 'ada@example.org', to, content })
    return /[0-9a-f-]{36}/.exec(reply)?.[0] ?? ''
  } finally {
    client.close()
  }
}

/** What has arrived since, once there are so many. */
async function arriving(count: number, work: () => Promise<unknown>): Promise<SinkMessage[]> {
  const before = hub.sink.messages.length
  await work()
  await hub.sink.received(before + count)
  return hub.sink.messages.slice(before)
}

const textOf = ({ content }: SinkMessage) => Buffer.from(content).toString('latin1')
const toWhom = (messages: readonly SinkMessage[], address: string) => {
  const found = messages.find(({ recipients }) => recipients.includes(address))
  if (found === undefined) throw new Error(`nothing arrived for ${address}`)
  return found
}

test('all-or-refuse: the message is refused with the name, and nobody gets it', async () => {
  await under('all-or-refuse')
  const before = hub.sink.messages.length
  await expect(submit([BEN, CARL])).rejects.toThrow(/^550.5\.7\.5 [^]*carl@other\.example/)
  const [message] = await arriving(1, () => submit([BEN]))
  expect(message && hub.decryptAs('ben', message.content)).toContain('noon')
  expect(hub.sink.messages).toHaveLength(before + 1)
})

test('each-or-bounce: one gets it encrypted, the sender is told of the other', async () => {
  await under('each-or-bounce')
  const arrived = await arriving(2, () => submit([BEN, CARL]))
  expect(hub.decryptAs('ben', toWhom(arrived, BEN).content)).toContain('noon')
  const bounce = toWhom(arrived, 'ada@example.org')
  expect(bounce.from).toBe('')
  expect(arrived.some(({ recipients }) => recipients.includes(CARL))).toBe(false)

  const { decrypters, anchors } = {
    decrypters: await hub.command.certificates.decrypters(),
    anchors: (await hub.command.certificates.trust()).anchors,
  }
  const opened = openMessage(sourceOf(bounce.content), { decrypters, anchors, at: new Date() })
  expect(opened.verdict).toMatchObject({ is: 'valid', signer: 'postmaster@example.org' })
  const { source } = opened.content
  const text = Buffer.from(source.read(0, source.sizeBytes)).toString()
  opened.close()
  expect(text).toContain(`Final-Recipient: rfc822; ${CARL}`)
  expect(text).toContain('Status: 5.7.5')
  expect(text).not.toMatch(/noon|Subject: plans/)
})

test('all-or-clear: as not everyone can read it, all get it signed only', async () => {
  await under('all-or-clear')
  const [message] = await arriving(1, () => submit([BEN, CARL]))
  expect(message?.recipients).toEqual([BEN, CARL])
  expect(message && textOf(message)).toMatch(/multipart\/signed[^]*noon/)
})

test('each-or-clear: the same content travels at two strengths, and that is flagged', async () => {
  await under('each-or-clear')
  let id = ''
  const arrived = await arriving(2, async () => (id = await submit([BEN, CARL])))
  expect(hub.decryptAs('ben', toWhom(arrived, BEN).content)).toContain('noon')
  expect(textOf(toWhom(arrived, CARL))).toMatch(/multipart\/signed[^]*noon/)
  expect((await hub.command.messages.get(id)).decision).toMatchObject({ twoStrengths: true })
})

test('never: signed only, also for those who could read it encrypted', async () => {
  await under('never')
  const [message] = await arriving(1, () => submit([BEN]))
  expect(message && textOf(message)).toMatch(/multipart\/signed[^]*noon/)
})

test('a message that requires encryption is refused whatever the setting is', async () => {
  await under('never')
  const required = 'X-Sealpost-Encrypt: required\r\n'
  await expect(submit([BEN, CARL], required)).rejects.toThrow(/^550/)
  const [message] = await arriving(1, () => submit([BEN], required))
  expect(message && hub.decryptAs('ben', message.content)).toContain('noon')
})

describe('delivery', () => {
  test('a recipient that is refused for good is bounced once, the others get theirs', async () => {
    await under('each-or-clear')
    hub.sink.setFaults({
      reply: { rcpt: (line) => (line.includes('carl') ? '550 5.1.1 no such user' : undefined) },
    })
    let id = ''
    const arrived = await arriving(2, async () => (id = await submit([BEN, CARL])))
    expect(toWhom(arrived, 'ada@example.org').from).toBe('')
    await vi.waitFor(async () => {
      const { deliveries, events } = await hub.command.messages.get(id)
      expect(deliveries).toMatchObject([
        { recipient: BEN, state: 'delivered' },
        { recipient: CARL, state: 'failed', status: '5.1.1', reply: '550 no such user' },
      ])
      expect(events.filter(({ step }) => step === 'bounced')).toHaveLength(1)
    })
  })

  test('a message that waits can be held, released and retried at once', async () => {
    await under('all-or-clear')
    hub.sink.setFaults({ reply: { mail: '451 4.3.0 later' } })
    const id = await submit([BEN])
    const state = async () => (await hub.command.messages.get(id)).deliveries[0]
    await vi.waitFor(async () => {
      expect(await state()).toMatchObject({ state: 'waiting', attempts: 1, status: '4.3.0' })
    })
    await hub.command.messages.orders.order('hold', id, { by: 'test' })
    expect(await state()).toMatchObject({ state: 'held' })
    hub.sink.setFaults({})
    const [message] = await arriving(1, () =>
      hub.command.messages.orders.order('release', id, { by: 'test' }),
    )
    expect(message && hub.decryptAs('ben', message.content)).toContain('noon')
  })
})

describe('the API', () => {
  const post = async (body: object, headers: Record<string, string> = {}) => {
    const { user, secret } = hub.login
    const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
    const reply = await fetch(`${hub.web}/api/v1/messages`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }
  const message = { from: 'ada@example.org', to: [BEN], subject: 'plans', text: 'noon' }

  test('a repeated Idempotency-Key is one message', async () => {
    await under('all-or-refuse')
    const headers = { 'idempotency-key': 'invoice-7' }
    const first = await post(message, headers)
    const again = await post(message, headers)
    expect(first.status).toBe(202)
    expect(again.body).toEqual(first.body)
    const other = await post({ ...message, text: 'midnight' }, headers)
    expect(other).toMatchObject({ status: 422, body: { code: 'message.repeated_differently' } })
  })

  test('a message that cannot be encrypted to everyone is refused with the names', async () => {
    await under('all-or-refuse')
    const refused = await post({ ...message, cc: [CARL] })
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain(CARL)
  })
})

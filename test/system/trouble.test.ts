/** What happens to mail when something else breaks. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectSmtp } from '../support/smtp-client.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub.close())

async function submit(address = hub.submission): Promise<string> {
  const client = await connectSmtp(address, hub.login)
  try {
    const reply = await client.send({
      from: 'ada@example.org',
      to: ['ben@partner.example'],
      content: 'From: ada@example.org\r\nTo: ben@partner.example\r\n\r\nmeet me at noon\r\n',
    })
    return /[0-9a-f-]{36}/.exec(reply)?.[0] ?? ''
  } finally {
    client.close()
  }
}

const stateOf = async (id: string) => (await hub.command.messages.get(id)).deliveries[0]?.state

test('while the database is gone for 30 s mail is put off with 451, and when it is back all goes on', async () => {
  await submit()
  hub.line.cut()
  const until = performance.now() + 30_000
  while (performance.now() < until) {
    await expect(submit()).rejects.toThrow(/^451/)
    await sleep(500)
  }
  expect((await fetch(`${hub.web}/healthz`)).status).toBe(200)
  expect((await fetch(`${hub.web}/readyz`)).status).toBe(503)
  hub.line.mend()
  let id = ''
  await vi.waitFor(async () => (id = await submit()), { timeout: 20_000, interval: 200 })
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('delivered'), { timeout: 10_000 })
})

test('a delivery that is under way when the database goes is recorded when it is back', async () => {
  // The line is cut while the server has the message and has not answered yet.
  let isCut = false
  hub.sink.setFaults({
    reply: {
      dot: () => {
        hub.line.cut()
        isCut = true
        hub.sink.setFaults({})
        return undefined
      },
    },
  })
  const before = hub.sink.messages.length
  const id = await submit()
  await vi.waitFor(() => expect(isCut).toBe(true))
  await hub.sink.received(before + 1)
  hub.line.mend()
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('delivered'), { timeout: 20_000 })
  expect(hub.sink.messages).toHaveLength(before + 1)
})

test('several hubs share a database: one takes mail, the other delivers it', async () => {
  const front = await hub.startAnother({ SEALPOST_ROLES: 'smtp' })
  const before = hub.sink.messages.length
  const id = await submit(front.submissionAddress)
  await hub.sink.received(before + 1)
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('delivered'))
  await front.stop()
})

test('what waits when a hub ends is delivered by the next one', async () => {
  hub.sink.setFaults({ reply: { mail: '451 4.3.0 later' } })
  const id = await submit()
  await vi.waitFor(async () => {
    expect((await hub.command.messages.get(id)).deliveries[0]).toMatchObject({ attempts: 1 })
  })
  await hub.hub.stop()
  hub.sink.setFaults({})
  await hub.command.messages.orders.order('retry', id, { by: 'test' })
  await hub.startAnother()
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('delivered'), { timeout: 10_000 })
})

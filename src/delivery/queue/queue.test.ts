import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Audit } from '../../audit/audit.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { silentLog } from '../../base/log.ts'
import { generateSealingKey } from '../../base/seal.ts'
import type { Database } from '../../db/connection.ts'
import { Acceptance } from '../../messages/acceptance.ts'
import { Messages } from '../../messages/messages.ts'
import { freshDatabase } from '../../../test/support/database.ts'
import type { DeliveryReport, RecipientResult } from './delivery-report.ts'
import type { TransportTraits } from '../mail-route.ts'
import type { Outbox, QueuedMessage, Release } from './outbox.ts'
import { Presence } from './presence.ts'
import { DeliveryQueue } from './queue.ts'
import type { ReleasedCopy } from '../released-copy.ts'

const recipients = ['ben@partner.example', 'bo@partner.example']

let db: Database
let now: Date
const clock = { now: () => now }

beforeEach(async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  db = fresh.db
  now = new Date('2030-01-01T00:00:00Z')
})

type Answer = (recipient: string) => RecipientResult

const delivered: Answer = (recipient) => ({
  recipient,
  is: 'delivered',
  status: '2.0.0',
  reply: { code: 250, text: 'ok' },
})
const greylisted: Answer = (recipient) => ({
  recipient,
  is: 'deferred',
  status: '4.7.1',
  because: 'come back later',
})
const unknown: Answer = (recipient) => ({
  recipient,
  is: 'failed',
  status: '5.1.1',
  because: 'no such user',
})

/** A hub's mail side with a server that answers as told, and everyone's mail in clear. */
async function startHub({
  answer = delivered,
  release,
  alone = false,
  traits = { cipher: 'aes-256-gcm' },
}: {
  answer?: Answer
  release?: () => Release
  alone?: boolean
  traits?: TransportTraits
} = {}) {
  const sent: { recipients: readonly string[]; content: Uint8Array }[] = []
  const bounces = vi.fn<() => void>()
  const presence = new Presence({ db, clock, log: silentLog })
  await presence.start({ alone })
  const server = { answer }
  const outbox: Outbox = {
    load: (ids) => Promise.resolve(ids.map(readBack)),
    release: (message, copies) =>
      Promise.resolve(
        release?.() ?? {
          is: 'released',
          copies: new Map([...copies].map((index) => [index, inClear(message.content)])),
          events: [],
        },
      ),
  }
  const queue = new DeliveryQueue({
    db,
    clock,
    log: silentLog,
    presence,
    transport: {
      traits: () => Promise.resolve(traits),
      deliver(message): Promise<DeliveryReport> {
        sent.push(message)
        return Promise.resolve({ recipients: message.recipients.map(server.answer), dialogue: [] })
      },
    },
    outbox,
    onBounceDue: bounces,
  })
  const acceptance = new Acceptance({
    db,
    clock,
    log: silentLog,
    master: generateSealingKey(),
    candidates: {
      forEncryption: () => Promise.resolve(new Map()),
      forSigning: () => Promise.resolve([]),
      trust: () => Promise.resolve({ anchors: [], others: [] }),
    },
    settings: () =>
      Promise.resolve({ domains: ['example.org'], encryptionOutcome: 'all-or-clear' }),
    queue,
    freeSpace: undefined,
    onBounceDue: () => undefined,
    hostName: 'mail.example.org',
  })
  const messages = new Messages({
    db,
    audit: new Audit({ db }),
    clock,
    log: silentLog,
    acceptance,
    outbox,
    onDue: () => queue.wake(),
  })
  const statesOf = async (id: string) =>
    (await messages.get(id)).deliveries.map(({ state }) => state)
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await queue.stop()
    await presence.stop()
  }
  onTestFinished(stop)
  return { queue, messages, sent, server, bounces, statesOf, stop }
}

function readBack(id: string): QueuedMessage {
  return {
    id,
    acceptedAt: now,
    envelopeFrom: 'ada@example.org',
    smtpUtf8: false,
    plan: undefined as never,
    content: encodeUtf8('read back'),
  }
}

function inClear(content: Uint8Array): ReleasedCopy {
  return { strength: 'clear', content } as unknown as ReleasedCopy
}

/** Waits for what the queue does by itself: it looks at the table once a second at the least. */
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 })

const submit = ({ messages }: { messages: Messages }) =>
  messages.accept({
    envelopeFrom: 'ada@example.org',
    recipients,
    content: encodeUtf8(`From: ada@example.org\r\nTo: ${recipients.join(', ')}\r\n\r\nhello\r\n`),
    smtpUtf8: false,
    via: 'submission',
    client: { address: '192.0.2.1' },
  })

test('an accepted message is delivered from memory, and the result is recorded', async () => {
  const hub = await startHub()
  hub.queue.start()
  const { id } = await submit(hub)
  await eventually(async () => expect(await hub.statesOf(id)).toEqual(['delivered', 'delivered']))
  expect(hub.sent).toHaveLength(1)
  expect(hub.sent[0]?.recipients).toEqual(recipients)
  expect((await hub.messages.get(id)).events.map(({ step }) => step)).toEqual(['attempt'])
})

test('M3: a message too large for the way out fails before it is protected, and its sender is told', async () => {
  const release = vi.fn<() => Release>()
  const hub = await startHub({ release, traits: { cipher: 'aes-256-cbc', maxMessageBytes: 10 } })
  hub.queue.start()
  const { id } = await submit(hub)
  await eventually(async () => expect(await hub.statesOf(id)).toEqual(['failed', 'failed']))
  expect((await hub.messages.get(id)).deliveries[0]).toMatchObject({ status: '5.3.4' })
  expect(hub.sent).toEqual([])
  expect(release).not.toHaveBeenCalled()
  expect(hub.bounces).toHaveBeenCalled()
})

test('what the server defers waits for its time and is tried again', async () => {
  const hub = await startHub({ answer: greylisted })
  hub.queue.start()
  const { id } = await submit(hub)
  await eventually(async () => {
    expect((await hub.messages.get(id)).deliveries[0]).toMatchObject({
      state: 'waiting',
      attempts: 1,
      reply: 'come back later',
    })
  })
  hub.server.answer = delivered
  hub.queue.wake()
  await new Promise((resolve) => setImmediate(resolve))
  expect(hub.sent).toHaveLength(1)
  now = new Date('2030-01-01T00:02:00Z')
  await eventually(async () => {
    hub.queue.wake()
    expect(await hub.statesOf(id)).toEqual(['delivered', 'delivered'])
  })
  expect(hub.sent).toHaveLength(2)
})

test('what the server refuses for good has failed at once, and its sender is due a bounce', async () => {
  const hub = await startHub({
    answer: (recipient) => (recipient.startsWith('bo') ? unknown : delivered)(recipient),
  })
  hub.queue.start()
  const { id } = await submit(hub)
  await eventually(async () => expect(await hub.statesOf(id)).toEqual(['delivered', 'failed']))
  await eventually(() => expect(hub.bounces).toHaveBeenCalled())
})

test('a message that does not agree with its decision is held, and nothing is sent', async () => {
  const hub = await startHub({
    release: () => ({ is: 'held', because: 'recipients differ', events: [] }),
  })
  hub.queue.start()
  const { id } = await submit(hub)
  await eventually(async () => expect(await hub.statesOf(id)).toEqual(['held', 'held']))
  expect(hub.sent).toEqual([])
})

test('a hub that only accepts leaves delivery to another one', async () => {
  const front = await startHub()
  const { id } = await submit(front)
  const worker = await startHub()
  worker.queue.start()
  await eventually(async () =>
    expect(await worker.statesOf(id)).toEqual(['delivered', 'delivered']),
  )
  expect(front.sent).toEqual([])
})

test('what a living process has claimed is not taken over, what a dead one has is', async () => {
  const first = await startHub({
    answer: () => {
      throw new Error('died in the middle of the attempt')
    },
  })
  first.queue.start()
  const { id } = await submit(first)
  await eventually(() => expect(first.sent).toHaveLength(1))
  // It lives on, and looks at the table no more: what comes later would be its own as well.
  await first.queue.stop()

  const second = await startHub()
  second.queue.start()
  // Once it has claimed and delivered what came later, it has passed over what came before.
  const later = await submit(await startHub())
  second.queue.wake()
  await eventually(async () =>
    expect(await second.statesOf(later.id)).toEqual(['delivered', 'delivered']),
  )
  expect(await second.statesOf(id)).toEqual(['waiting', 'waiting'])
  expect(second.sent).toHaveLength(1)

  now = new Date('2030-01-01T00:01:00Z')
  await eventually(async () => {
    second.queue.wake()
    expect(await second.statesOf(id)).toEqual(['delivered', 'delivered'])
  })
})

test('a hub that is alone on its database takes everything over at once', async () => {
  const first = await startHub({
    answer: () => {
      throw new Error('died in the middle of the attempt')
    },
  })
  first.queue.start()
  const { id } = await submit(first)
  await eventually(() => expect(first.sent).toHaveLength(1))
  const next = await startHub({ alone: true })
  next.queue.start()
  await eventually(async () => expect(await next.statesOf(id)).toEqual(['delivered', 'delivered']))
})

test('a hub that stops gives back what it has not come to', async () => {
  const first = await startHub({
    answer: () => {
      throw new Error('never recorded')
    },
  })
  first.queue.start()
  const { id } = await submit(first)
  await eventually(() => expect(first.sent).toHaveLength(1))
  await first.stop()
  const next = await startHub()
  next.queue.start()
  await eventually(async () => expect(await next.statesOf(id)).toEqual(['delivered', 'delivered']))
})

test('a thousand blind recipients are a thousand envelopes, two hundred named ones two', async () => {
  const hub = await startHub()
  hub.queue.start()
  const named = Array.from({ length: 200 }, (_, index) => `n${index}@partner.example`)
  const blind = Array.from({ length: 1000 }, (_, index) => `b${index}@partner.example`)
  const { id } = await hub.messages.accept({
    envelopeFrom: 'ada@example.org',
    recipients: [...named, ...blind],
    content: encodeUtf8(`From: ada@example.org\r\nTo: ${named.join(',\r\n ')}\r\n\r\nhello\r\n`),
    smtpUtf8: false,
    via: 'submission',
    client: { address: '192.0.2.1' },
  })
  await vi.waitFor(
    async () => {
      const states = new Set(await hub.statesOf(id))
      expect([...states]).toEqual(['delivered'])
    },
    { timeout: 20_000 },
  )
  expect(
    hub.sent
      .map((each) => each.recipients.length)
      .sort((a, b) => b - a)
      .slice(0, 3),
  ).toEqual([100, 100, 1])
  expect(hub.sent).toHaveLength(1002)
})

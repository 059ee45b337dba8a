import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../base/bytes.ts'
import { Audit } from '../audit/audit.ts'
import { systemClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { generateSealingKey } from '../base/seal.ts'
import type { Database } from '../db/connection.ts'
import { decide } from '../rules/rules.ts'
import { freshDatabase } from '../../test/support/database.ts'
import { Acceptance, type Handover, type MailSettings } from './acceptance.ts'
import { openContent } from './content.ts'
import { findContents } from './store.ts'
import { Messages } from './messages.ts'

const master = generateSealingKey()
let db: Database
let settings: MailSettings
let bounces: number
let acceptance: Acceptance
let messages: Messages

beforeEach(async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  db = fresh.db
  bounces = 0
  settings = { domains: ['example.org'], encryptionOutcome: 'all-or-clear' }
  acceptance = new Acceptance({
    db,
    clock: systemClock,
    log: silentLog,
    master,
    candidates: {
      forEncryption: (addresses) =>
        Promise.resolve(
          new Map(
            addresses
              .filter((address) => address.endsWith('@partner.example'))
              .map((address) => [address, [{ certificate: 'b'.repeat(64), usable: true }]]),
          ),
        ),
      forSigning: () => Promise.resolve([{ certificate: 'a'.repeat(64), usable: true }]),
      trust: () => Promise.resolve({ anchors: [], others: [] }),
    },
    settings: () => Promise.resolve(settings),
    queue: undefined,
    freeSpace: undefined,
    onBounceDue: () => (bounces += 1),
    hostName: 'mail.example.org',
  })
  const outbox = { release: () => Promise.reject(new Error('nothing leaves here')) }
  const parts = {
    db,
    audit: new Audit({ db }),
    clock: systemClock,
    log: silentLog,
    acceptance,
    outbox,
  }
  messages = new Messages({ ...parts, onDue: () => {} })
})

const handover = (change: Partial<Handover> & { text?: string } = {}): Handover => ({
  envelopeFrom: 'ada@example.org',
  recipients: ['ben@partner.example'],
  content: encodeUtf8(
    change.text ?? 'From: ada@example.org\r\nTo: ben@partner.example\r\n\r\nhello\r\n',
  ),
  smtpUtf8: false,
  via: 'submission',
  client: { address: '192.0.2.1' },
  ...change,
})

test('an accepted message is stored with its recipients, decided, its content sealed', async () => {
  const { id } = await acceptance.accept(handover())
  const stored = await messages.get(id)
  expect(stored).toMatchObject({
    envelopeFrom: 'ada@example.org',
    decision: { is: 'send', copies: [{ strength: 'encrypted' }] },
    deliveries: [{ recipient: 'ben@partner.example', strength: 'encrypted', state: 'waiting' }],
  })
  const [content] = await findContents(db, [id])
  if (content === undefined) throw new Error('no content')
  expect(Buffer.from(content.sealed.content).includes('hello')).toBe(false)
  expect(decodeUtf8(openContent(master, id, content.sealed))).toContain('hello')
})

test('promise 4: a decision is computed again from what was stored, reasons and all', async () => {
  const { id } = await acceptance.accept(handover())
  const { facts, decision } = await messages.get(id)
  expect(JSON.parse(JSON.stringify(decide(facts)))).toEqual(decision)
})

test('many messages at once are stored each with its own content', async () => {
  const texts = Array.from(
    { length: 100 },
    (_, index) => `message ${index} ${'x'.repeat(index * 7)}.`,
  )
  const ids = await Promise.all(
    texts.map((text) =>
      acceptance.accept(handover({ text: `From: ada@example.org\r\n\r\n${text}` })),
    ),
  )
  const contents = await findContents(
    db,
    ids.map(({ id }) => id),
  )
  const opened = contents.map(({ id, sealed }) => decodeUtf8(openContent(master, id, sealed)))
  expect(texts.filter((text) => !opened.some((each) => each.endsWith(text)))).toEqual([])
})

describe('under the outcome all-or-refuse', () => {
  beforeEach(() => {
    settings = { ...settings, encryptionOutcome: 'all-or-refuse' }
  })

  test('a message with a recipient without certificate is refused with the name', async () => {
    const recipients = ['ben@partner.example', 'carl@other.example']
    await expect(acceptance.accept(handover({ recipients }))).rejects.toMatchObject({
      code: 'message.recipient_without_certificate',
      detail: { recipients: ['carl@other.example'] },
      answer: { http: 422, smtp: '550 5.7.5' },
    })
    expect(await messages.list({ limit: 10 })).toEqual([])
  })
})

test('under each-or-bounce a recipient without certificate fails, and the sender is due a bounce', async () => {
  settings = { ...settings, encryptionOutcome: 'each-or-bounce' }
  const recipients = ['ben@partner.example', 'carl@other.example']
  const { id } = await acceptance.accept(handover({ recipients }))
  expect((await messages.get(id)).deliveries).toMatchObject([
    { recipient: 'ben@partner.example', state: 'waiting', strength: 'encrypted' },
    { recipient: 'carl@other.example', state: 'failed', strength: null, status: '5.7.5' },
  ])
  expect(bounces).toBe(1)
})

describe('an Idempotency-Key', () => {
  const keyed = (requestDigest: string) =>
    handover({ via: 'api', idempotencyKey: 'invoice 7', requestDigest })

  test('stands for one message, also when requests come at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => acceptance.accept(keyed('d'))))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await messages.list({ limit: 10 })).toHaveLength(1)
  })

  test('is refused for another request', async () => {
    await acceptance.accept(keyed('one'))
    await expect(acceptance.accept(keyed('two'))).rejects.toMatchObject({
      code: 'message.repeated_differently',
    })
  })

  test('of one credential is not that of another', async () => {
    const first = await acceptance.accept(keyed('one'))
    const other = await acceptance.accept({
      ...keyed('two'),
      client: { address: '192.0.2.1', credential: 'other' },
    })
    expect(other.id).not.toBe(first.id)
  })
})

test('a message is held, released, cancelled, and each is in its timeline', async () => {
  const { id } = await acceptance.accept(handover())
  for (const order of ['hold', 'release', 'retry', 'cancel'] as const) {
    expect(await messages.orders.order(order, id, { by: 'admin' })).toBe(1)
  }
  const { deliveries, events } = await messages.get(id)
  expect(deliveries[0]?.state).toBe('cancelled')
  expect(events.map(({ step }) => step)).toEqual(['held', 'released', 'retried', 'cancelled'])
  await expect(messages.orders.order('hold', id, { by: 'admin' })).rejects.toMatchObject({
    code: 'message.not_possible',
  })
})

test.for(['no-uuid', '00000000-0000-7000-8000-000000000000'])(
  'there is no message %s',
  async (id) => {
    await expect(messages.get(id)).rejects.toMatchObject({ code: 'message.not_found' })
  },
)

test('a list shows the newest first, by state, and goes on from an identifier', async () => {
  const ids: string[] = []
  for (let at = 0; at < 3; at += 1) ids.push((await acceptance.accept(handover())).id)
  await messages.orders.order('hold', ids[0] ?? '', { by: 'admin' })
  const idsOf = async (options: Parameters<Messages['list']>[0]) =>
    (await messages.list(options)).map(({ id }) => id)
  expect(await idsOf({ limit: 2 })).toEqual([ids[2], ids[1]])
  expect(await idsOf({ limit: 2, before: ids[1] ?? '' })).toEqual([ids[0]])
  expect(await idsOf({ limit: 9, state: 'held' })).toEqual([ids[0]])
})

test('the database refuses a delivery at another strength than was decided', async () => {
  const { id } = await acceptance.accept(handover())
  const row = db.updateTable('delivery').where('messageId', '=', id)
  await expect(row.set({ state: 'delivered', travelled: 'clear' }).execute()).rejects.toThrow(
    'delivery_travels_as_decided',
  )
  await expect(row.set({ state: 'delivered' }).execute()).rejects.toThrow(
    'delivery_delivered_has_travelled',
  )
})

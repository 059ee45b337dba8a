import { expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { storeMessage } from '../../../test/support/stored-messages.ts'
import { encodeUtf8 } from '../../base/bytes.ts'
import { generateSealingKey } from '../../base/seal.ts'
import { MessageDetail } from '../../contract/message-detail.ts'
import { QueueQuery, QueueView } from '../../contract/queue.ts'
import { sealContent } from '../content.ts'
import { Waiting } from '../waiting/waiting.ts'
import { MessageDetails } from './detail.ts'

const AT = new Date('2030-01-01T00:00:00Z')

test('a message is told with its reasons, its parts and what can be ordered, not its text', async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  const { db } = fresh
  const master = generateSealingKey()
  const id = await storeMessage(db, {
    deliveries: [{ state: 'delivered' }, { to: 'eve@other.example', state: 'held' }],
  })
  const text = 'From: ada@example.org\r\nSubject: secret plan\r\n\r\nmeet at noon\r\n'
  const { sealedKey, content } = sealContent(master, id, encodeUtf8(text))
  await db.insertInto('messageContent').values({ messageId: id, sealedKey, content }).execute()
  const events = [
    { step: 'held', detail: { alarm: true, because: 'unsigned', copy: 0 } },
    { step: 'released', detail: { by: 'Ada Admin', account: 'a1' } },
    { step: 'from_the_future', detail: {} },
  ]
  await db
    .insertInto('messageEvent')
    .values(
      events.map(({ step, detail }) => ({
        messageId: id,
        at: AT,
        step,
        detail: JSON.stringify(detail),
      })),
    )
    .execute()
  const detail = MessageDetail.parse(await new MessageDetails({ db, master }).find(id))
  expect(detail).toMatchObject({
    state: 'held',
    strength: 'encrypted',
    rule: { name: 'organization', outcome: 'each-or-clear' },
    signing: { is: 'signed' },
    recipients: [{ position: 0 }, { position: 1, reason: { because: 'no_certificate' } }],
    structure: { type: 'text/plain', sizeBytes: 14, parts: [] },
    orders: ['release', 'cancel'],
  })
  expect(detail.timeline.map(({ step }) => step)).toEqual([
    'accepted',
    'alarm',
    'released',
    'other',
  ])
  expect(JSON.stringify(detail)).not.toMatch(/secret plan|noon/)
})

test('the queue tells what waits by domain, and the same words once', async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  const { db } = fresh
  const waits = { state: 'waiting', reply: '451 later' } as const
  for (const to of ['ben@Slow.example', 'eve@slow.example', 'zoe@other.example']) {
    await storeMessage(db, {
      deliveries: [
        { to, ...waits },
        { to: 'x@held.example', state: 'held' },
      ],
    })
  }
  const waiting = new Waiting({ db, clock: { now: () => AT } })
  const look = async (query: Record<string, string>) =>
    QueueView.parse(await waiting.look(QueueQuery.parse(query)))
  const all = await look({ limit: '4' })
  expect(all.counts).toEqual({ waiting: 3, held: 3, due: 3 })
  expect(all.errors).toEqual([{ status: null, reply: '451 later', deliveries: 3 }])
  expect(all.domains.map(({ domain }) => domain)).toEqual([
    'held.example',
    'slow.example',
    'other.example',
  ])
  expect(all.deliveries).toHaveLength(4)
  const rest = await look({ limit: '4', after: all.next ?? '' })
  expect(rest.deliveries).toHaveLength(2)
  expect(rest.next).toBeNull()
  expect((await look({ state: 'waiting', domain: 'SLOW.example' })).deliveries).toHaveLength(2)
})

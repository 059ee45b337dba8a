import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { silentLog } from '../base/log.ts'
import type { Database } from '../db/connection.ts'
import { eraseExpired } from './retention.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ACCEPTED = new Date('2030-01-01T00:00:00Z')
const after = (days: number) => new Date(ACCEPTED.getTime() + days * DAY_MS)

let db: Database

beforeEach(async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  db = fresh.db
})

/** A message with one delivery, as it stands in the database. */
async function given(
  id: string,
  delivery: { state: 'waiting' | 'held' | 'failed' | 'delivered'; finishedAt: Date | null } & {
    bounce?: 'due' | 'sent'
  },
): Promise<void> {
  await db
    .insertInto('message')
    .values({
      id,
      acceptedAt: ACCEPTED,
      via: 'submission',
      envelopeFrom: 'ada@example.org',
      smtpUtf8: false,
      headerMessageId: null,
      client: '{}',
      sizeBytes: 5,
      facts: '{}',
      decision: '{}',
    })
    .execute()
  await db
    .insertInto('messageContent')
    .values({ messageId: id, sealedKey: Buffer.from('key'), content: Buffer.from('sealed') })
    .execute()
  await db
    .insertInto('delivery')
    .values({
      messageId: id,
      position: 0,
      recipient: 'ben@partner.example',
      copy: 0,
      strength: 'encrypted',
      travelled: delivery.state === 'delivered' ? 'encrypted' : null,
      attempts: 1,
      dueAt: ACCEPTED,
      bounce: 'none',
      ...delivery,
    })
    .execute()
}

async function erasedOn(day: number): Promise<string[]> {
  const clock = { now: () => after(day) }
  await eraseExpired({ db, clock, log: silentLog }, { retentionDays: 30 })
  const rows = await db
    .selectFrom('message')
    .leftJoin('messageContent', 'messageContent.messageId', 'message.id')
    .select(['message.id', 'message.contentErasedAt', 'messageContent.sealedKey'])
    .execute()
  for (const row of rows) expect(row.contentErasedAt === null).toBe(row.sealedKey !== null)
  return rows.filter(({ sealedKey }) => sealedKey === null).map(({ id }) => id.slice(-1))
}

const id = (digit: number) => `00000000-0000-7000-8000-00000000000${digit}`

test('promise 9: content and its key are erased when the retention after the last delivery ends', async () => {
  await given(id(1), { state: 'delivered', finishedAt: after(2) })
  expect(await erasedOn(31)).toEqual([])
  expect(await erasedOn(32)).toEqual([])
  expect(await erasedOn(32.01)).toEqual(['1'])
})

test('what is not delivered yet, or owes its sender a bounce, is kept however old it is', async () => {
  await given(id(1), { state: 'waiting', finishedAt: null })
  await given(id(2), { state: 'held', finishedAt: null })
  await given(id(3), { state: 'failed', finishedAt: after(1), bounce: 'due' })
  await given(id(4), { state: 'failed', finishedAt: after(1), bounce: 'sent' })
  expect(await erasedOn(400)).toEqual(['4'])
})

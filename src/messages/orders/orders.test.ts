import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { freshDatabase } from '../../../test/support/database.ts'
import { storeMessage } from '../../../test/support/stored-messages.ts'
import { Audit } from '../../audit/audit.ts'
import { silentLog } from '../../base/log.ts'
import type { Database } from '../../db/connection.ts'
import { findMessage } from '../record/store.ts'
import { Orders } from './orders.ts'

const NOW = new Date('2030-06-01T12:00:00Z')
const ADMIN = { by: 'account-1', name: 'Ada Admin' }

let db: Database
let audit: Audit
let orders: Orders
let due: number

beforeEach(async () => {
  const fresh = await freshDatabase()
  onTestFinished(() => fresh.close())
  db = fresh.db
  due = 0
  audit = new Audit({ db })
  const clock = { now: () => NOW }
  orders = new Orders({ db, audit, clock, log: silentLog, onDue: () => (due += 1) })
})

async function statesOf(id: string): Promise<string[]> {
  return (await findMessage(db, id))?.deliveries.map(({ state }) => state) ?? []
}

test('an order is on the timeline with the name, and in the audit log with the account', async () => {
  const id = await storeMessage(db, { deliveries: [{ state: 'waiting' }] })
  expect(await orders.order('hold', id, ADMIN)).toBe(1)
  const message = await findMessage(db, id)
  expect(message?.events).toEqual([
    { at: NOW, step: 'held', detail: { by: 'Ada Admin', account: 'account-1' } },
  ])
  expect(await audit.list({ limit: 5 })).toMatchObject([
    { action: 'message.hold', subject: id, by: 'account-1', detail: { deliveries: 1 } },
  ])
})

test('what was delivered is never sent again', async () => {
  const id = await storeMessage(db, {
    deliveries: [{ state: 'delivered' }, { to: 'eve@other.example', state: 'failed' }],
  })
  expect(await orders.order('retry', id, ADMIN)).toBe(1)
  expect(await statesOf(id)).toEqual(['delivered', 'waiting'])
  expect(due).toBe(1)
  await expect(orders.order('retry', id, { ...ADMIN, positions: [0] })).rejects.toMatchObject({
    code: 'message.not_possible',
    answer: { http: 409 },
  })
})

test('an order for some recipients leaves the others alone', async () => {
  const id = await storeMessage(db, {
    deliveries: ['a', 'b', 'c'].map((to) => ({ to: `${to}@other.example`, state: 'waiting' })),
  })
  expect(await orders.order('cancel', id, { ...ADMIN, positions: [0, 2, 9] })).toBe(2)
  expect(await statesOf(id)).toEqual(['cancelled', 'waiting', 'cancelled'])
  expect((await findMessage(db, id))?.events[0]?.detail).toMatchObject({ recipients: [0, 2] })
})

test('of two who order at once, one wins, and only their order is recorded', async () => {
  const id = await storeMessage(db, { deliveries: [{ state: 'held' }] })
  const results = await Promise.allSettled([
    orders.order('release', id, ADMIN),
    orders.order('release', id, { by: 'account-2', name: 'Ben' }),
    orders.order('release', id, { by: 'account-3', name: 'Cid' }),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await audit.list({ limit: 5 })).toHaveLength(1)
  expect((await findMessage(db, id))?.events).toHaveLength(1)
})

test('a failure that is tried again before its sender was told is not told', async () => {
  const id = await storeMessage(db, { deliveries: [{ state: 'failed', bounce: 'due' }] })
  await orders.order('retry', id, ADMIN)
  const row = await db.selectFrom('delivery').select(['bounce', 'finishedAt']).executeTakeFirst()
  expect(row).toEqual({ bounce: 'none', finishedAt: null })
})

describe('what cannot be', () => {
  test('is refused, changes nothing and is not recorded', async () => {
    const erased = await storeMessage(db, {
      deliveries: [{ state: 'failed' }],
      contentErasedAt: NOW,
    })
    const bounced = await storeMessage(db, { deliveries: [{ state: 'failed', strength: null }] })
    const results = [
      [erased, 'message.content_erased'],
      [bounced, 'message.not_possible'],
      ['00000000-0000-7000-8000-000000000000', 'message.not_found'],
      ["'; --", 'message.not_found'],
    ] as const
    for (const [id, code] of results) {
      await expect(orders.order('retry', id, ADMIN)).rejects.toMatchObject({ code })
    }
    expect(await audit.list({ limit: 5 })).toEqual([])
    expect(due).toBe(0)
  })

  test('hinders no other message of the same order', async () => {
    const waiting = await storeMessage(db, { deliveries: [{ state: 'waiting' }] })
    const done = await storeMessage(db)
    expect(await orders.orderAll('hold', [done, waiting, 'none'], ADMIN)).toEqual([
      { id: done, is: 'refused', code: 'message.not_possible' },
      { id: waiting, is: 'done', deliveries: 1 },
      { id: 'none', is: 'refused', code: 'message.not_found' },
    ])
  })
})

test('all that waits for one domain is due now, and the rest is not', async () => {
  const dueAt = new Date(NOW.getTime() + 60_000)
  const [first = '', second = ''] = await Promise.all(
    ['ben@Slow.example', 'eve@other.example'].map((to) =>
      storeMessage(db, { deliveries: [{ to, state: 'waiting', dueAt }] }),
    ),
  )
  expect(await orders.retryWaiting({ ...ADMIN, domain: 'SLOW.example' })).toBe(1)
  expect((await findMessage(db, first))?.deliveries[0]?.dueAt).toEqual(NOW)
  expect((await findMessage(db, second))?.deliveries[0]?.dueAt).toEqual(dueAt)
  expect(await orders.retryWaiting(ADMIN)).toBe(1)
  expect(await orders.retryWaiting(ADMIN)).toBe(0)
  expect(await audit.list({ limit: 5 })).toMatchObject([
    { action: 'queue.retry', subject: 'all' },
    { action: 'queue.retry', subject: 'SLOW.example', detail: { deliveries: 1 } },
  ])
})

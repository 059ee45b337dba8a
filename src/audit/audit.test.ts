import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { Audit, type AuditEntry } from './audit.ts'

let database: FreshDatabase
let audit: Audit

beforeEach(async () => {
  database = await freshDatabase()
  audit = new Audit(database)
})

afterEach(() => database.close())

const at = new Date('2030-01-01T12:00:00.123Z')

function record(subject: string, detail?: Record<string, string>) {
  return database.db.transaction().execute((tx) =>
    audit.record(tx, {
      action: 'person.add',
      subject,
      by: 'command',
      at,
      ...(detail && { detail }),
    }),
  )
}

/** As somebody who can change tables behind the hub's back. */
async function tamper(statement: string) {
  await sql`alter table audit_entry disable trigger all`.execute(database.db)
  await sql.raw(statement).execute(database.db)
}

test('an empty chain is whole', async () => {
  expect(await audit.verifyChain()).toEqual({ is: 'whole', entries: 0, head: '00'.repeat(32) })
})

test('entries come back newest first, as they were recorded', async () => {
  await record('a@example.com', { name: 'A \u0000 \ud800 ü' })
  await record('b@example.com')
  const entries = await audit.list({ limit: 10 })
  expect(entries).toMatchObject([
    { number: 2, action: 'person.add', subject: 'b@example.com', by: 'command', at, detail: {} },
    { number: 1, subject: 'a@example.com', detail: { name: 'A \u0000 \ud800 ü' } },
  ])
  expect(await audit.list({ limit: 10, before: 2 })).toMatchObject([{ number: 1 }])
  expect(await audit.list({ limit: 10, subject: 'b@example.com' })).toMatchObject([{ number: 2 }])
  expect(await audit.verifyChain()).toEqual({ is: 'whole', entries: 2, head: entries[0]?.hash })
})

test('recorded by many at once, the chain has no gaps and no forks', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, n) => record(`${n}@example.com`)))
  expect(await audit.verifyChain()).toMatchObject({ is: 'whole', entries: 40 })
})

test('an entry is gone with the transaction that was undone', async () => {
  await record('a@example.com')
  const undone = database.db.transaction().execute(async (tx) => {
    await audit.record(tx, { action: 'person.add', subject: 'b@example.com', by: 'command', at })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  await record('c@example.com')
  expect(await audit.verifyChain()).toMatchObject({ is: 'whole', entries: 2 })
})

test.for([
  'update audit_entry set subject = subject',
  'delete from audit_entry',
  'truncate audit_entry',
])('the database refuses: %s', async (statement) => {
  await record('a@example.com')
  await expect(sql.raw(statement).execute(database.db)).rejects.toThrow('audit_entry only grows')
})

test.for([
  { statement: `update audit_entry set subject = 'x' where number = 2`, because: 'hash_mismatch' },
  { statement: `update audit_entry set detail = '{ }' where number = 2`, because: 'hash_mismatch' },
  {
    statement: `update audit_entry set at = at + interval '1 ms' where number = 2`,
    because: 'hash_mismatch',
  },
  { statement: `delete from audit_entry where number = 2`, because: 'missing' },
  {
    statement: `update audit_entry set hash = sha256('x'), previous_hash = sha256('y') where number = 2`,
    because: 'link_mismatch',
  },
])('$statement shows as $because', async ({ statement, because }) => {
  for (const subject of ['a', 'b', 'c']) await record(subject)
  await tamper(statement)
  expect(await audit.verifyChain()).toEqual({ is: 'broken', entry: 2, because })
})

test('the log is searched by action, by whom, subject and time, page by page, with names', async () => {
  const { db } = database
  const { id } = await db
    .insertInto('person')
    .values({
      address: 'Ada@example.com',
      addressKey: 'ada@example.com',
      name: 'Ada',
      createdAt: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const add = (entry: Partial<AuditEntry>) =>
    db
      .transaction()
      .execute((tx) =>
        audit.record(tx, { action: 'person.add', subject: id, by: 'command', at, ...entry }),
      )
  await add({})
  await add({ action: 'person.rename', by: id, at: new Date('2030-01-02T00:00:00Z') })
  await add({ action: 'personal.note', subject: 'x', at: new Date('2030-01-03T00:00:00Z') })
  const search = async (query: Partial<Parameters<Audit['search']>[0]>) =>
    (await audit.search({ limit: 10, ...query })).entries.map(({ number }) => number)

  expect(await search({})).toEqual([3, 2, 1])
  expect(await search({ action: 'person' })).toEqual([2, 1])
  expect(await search({ action: 'person.add' })).toEqual([1])
  expect(await search({ subject: 'ADA@example.com' })).toEqual([2, 1])
  expect(await search({ subject: id, by: 'command' })).toEqual([1])
  expect(await search({ by: 'ada@example.com' })).toEqual([2])
  expect(await search({ from: new Date('2030-01-02T00:00:00Z') })).toEqual([3, 2])
  expect(await search({ to: new Date('2030-01-02T00:00:00Z') })).toEqual([1])
  const first = await audit.search({ limit: 2 })
  expect([first.entries.length, first.next]).toEqual([2, 2])
  expect(first.names).toEqual(new Map([[id, { name: 'Ada', address: 'Ada@example.com' }]]))
  const last = await audit.search({ limit: 2, before: 2 })
  expect([last.entries.length, last.next]).toEqual([1, null])
})

test('the chain is checked once at a time', async () => {
  await record('a@example.com')
  const [first, second] = await Promise.all([audit.verifyOnce(), audit.verifyOnce()])
  expect(first).toBe(second)
  expect(first.verdict).toMatchObject({ is: 'whole', entries: 1 })
  await record('b@example.com')
  expect((await audit.verifyOnce()).verdict).toMatchObject({ entries: 2 })
})

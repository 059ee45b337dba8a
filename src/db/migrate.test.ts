import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/database.ts'
import { silentLog } from '../base/log.ts'
import { openDatabase, pgConfig } from './connection.ts'
import { MIGRATIONS, migrate } from './migrate.ts'

const undo: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const each of undo.splice(0)) await each()
})

/** The connection to an empty database. */
async function emptyDatabase() {
  await using fresh = await freshDatabase()
  const client = new pg.Client(pgConfig(fresh.connection))
  await client.connect()
  await client.query('drop schema public cascade')
  await client.query('create schema public')
  await client.end()
  return fresh.connection
}

async function hubOn(connection: Awaited<ReturnType<typeof emptyDatabase>>) {
  const db = await openDatabase(connection, { log: silentLog })
  undo.push(() => db.destroy())
  return db
}

test('migrations are named in their order, one number each', () => {
  const numbers = Object.keys(MIGRATIONS).map((name) => Number(name.slice(0, 4)))
  expect(numbers).toEqual(numbers.map((_, at) => at + 1))
})

test('migrating does what is to be done, and then nothing', async () => {
  const db = await hubOn(await emptyDatabase())
  expect(await migrate(db)).toEqual(Object.keys(MIGRATIONS))
  expect(await migrate(db)).toEqual([])
})

test('of several hubs that start at once one migrates, and all find it done', async () => {
  const connection = await emptyDatabase()
  const hubs = await Promise.all([hubOn(connection), hubOn(connection), hubOn(connection)])
  const done = await Promise.all(hubs.map(migrate))
  expect(done.flat()).toEqual(Object.keys(MIGRATIONS))
})

test('a database of a newer version is left alone, and the migration named', async () => {
  await using fresh = await freshDatabase()
  await sql`insert into kysely_migration values ('9999-later', '2100-01-01T00:00:00Z')`.execute(
    fresh.db,
  )
  await expect(migrate(fresh.db)).rejects.toMatchObject({
    code: 'database.newer_version',
    detail: { migration: '9999-later' },
  })
})

test('an administrator of before has a person, a role of many, and the same password', async () => {
  const db = await hubOn(await emptyDatabase())
  const { '0004-accounts': accounts, ...rest } = MIGRATIONS
  const before = Object.entries(rest).filter(([name]) => name < '0004')
  for (const [, { up }] of before) await up(db as never)
  await sql`
    insert into person (address, address_key, name, created_at)
    values ('Anna@example.com', 'anna@example.com', 'Anna', now())`.execute(db)
  await sql`
    insert into account (address, address_key, password_hash, role, created_at)
    values ('anna@example.com', 'anna@example.com', 'hash-a', 'administrator', now()),
      ('Ben@example.com', 'ben@example.com', 'hash-b', 'administrator', now())`.execute(db)
  await accounts.up(db as never)
  const { rows } = await sql`
    select name, address, password_hash, roles, status from account
    join person on person.id = account.person_id order by name`.execute(db)
  expect(rows).toEqual([
    {
      name: 'Anna',
      address: 'Anna@example.com',
      passwordHash: 'hash-a',
      roles: ['administrator'],
      status: 'active',
    },
    {
      name: 'Ben',
      address: 'Ben@example.com',
      passwordHash: 'hash-b',
      roles: ['administrator'],
      status: 'active',
    },
  ])
})

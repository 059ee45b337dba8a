import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { type FreshDatabase, freshDatabase } from '../../test/support/database.ts'
import { silentLog } from '../base/log.ts'
import { type JobKind, type JobOptions, Jobs, enqueueJob } from './jobs.ts'

const greet: JobKind<{ name: string }> = {
  name: 'person.greet',
  payload: z.object({ name: z.string() }),
}

let database: FreshDatabase
let greeted: string[]
const started: Jobs[] = []

beforeEach(async () => {
  database = await freshDatabase()
  greeted = []
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.stop()))
  await database.close()
})

/** A hub that greets; `fail` is asked before each. */
async function startHub(fail: (name: string) => boolean = () => false) {
  const jobs = new Jobs({ connection: database.connection, log: silentLog })
  jobs.handle(greet, ({ name }) => {
    if (fail(name)) return Promise.reject(new Error('no voice'))
    greeted.push(name)
    return Promise.resolve()
  })
  await jobs.start(database.db, { isAlone: true })
  started.push(jobs)
}

function put(name: string, options?: JobOptions) {
  return database.db.transaction().execute((tx) => enqueueJob(tx, greet, { name }, options))
}

test('a job is done soon after its transaction, and not without it', async () => {
  await startHub()
  const undone = database.db.transaction().execute(async (tx) => {
    await enqueueJob(tx, greet, { name: 'nobody' })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  await put('Anna')
  await expect.poll(() => greeted).toEqual(['Anna'])
})

test('a job put in while no hub does jobs is done by the next', async () => {
  await new Jobs({ connection: database.connection, log: silentLog }).prepare()
  await put('Anna')
  await startHub()
  await expect.poll(() => greeted).toEqual(['Anna'])
})

test('of several hubs one does a job', async () => {
  await Promise.all([startHub(), startHub(), startHub()])
  const names = Array.from({ length: 20 }, (_, n) => `guest ${n}`)
  for (const name of names) await put(name)
  await expect.poll(() => greeted.length).toBe(20)
  expect([...greeted].sort()).toEqual([...names].sort())
})

test('a job that fails is tried again', async () => {
  let failures = 0
  await startHub(() => (failures += 1) <= 1)
  await put('Anna')
  await expect.poll(() => greeted, { timeout: 15_000 }).toEqual(['Anna'])
  expect(failures).toBe(2)
})

test('a job waits for its moment, and gives way to a later one of its key', async () => {
  await startHub()
  await put('much later', { at: new Date(Date.now() + 3_600_000), key: 'greeting' })
  await put('now', { key: 'greeting' })
  await expect.poll(() => greeted).toEqual(['now'])
  const { rows } = await sql<{
    left: number
  }>`select count(*) as left from job._private_jobs`.execute(database.db)
  expect(rows).toEqual([{ left: 0 }])
})

test('promise 8: a job that a hub was doing when it died is done by the next hub, at once', async () => {
  await new Jobs({ connection: database.connection, log: silentLog }).prepare()
  await put('Anna')
  await sql`update job._private_jobs set locked_by = 'the dead', locked_at = now()`.execute(
    database.db,
  )
  await startHub()
  await expect.poll(() => greeted).toEqual(['Anna'])
})

test('a job of another form than its kind is not handed over', async () => {
  await startHub()
  await database.db
    .transaction()
    .execute((tx) =>
      enqueueJob(tx, { name: greet.name, payload: z.number() }, 7, { maxAttempts: 1 }),
    )
  await put('Anna')
  await expect.poll(() => greeted).toEqual(['Anna'])
})

test('jobs go on after the database threw everybody out', async () => {
  await startHub()
  // Waits until each is gone: one that still could might take the job below, and die with it.
  await sql`
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db)
  await expect
    .poll(() =>
      put('Anna').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  await expect.poll(() => greeted, { timeout: 20_000 }).toEqual(['Anna'])
})

test('what is scheduled is done when its minute comes', async () => {
  let done = 0
  const jobs = new Jobs({ connection: database.connection, log: silentLog })
  jobs.handleRegularly('content.erase', '* * * * *', () => {
    done += 1
    return Promise.resolve()
  })
  await jobs.start(database.db, { isAlone: true })
  started.push(jobs)
  // The schedule is known to the database from the start; a job of it is what the minute puts in.
  const known = () => sql`select identifier from job._private_known_crontabs`.execute(database.db)
  await expect.poll(async () => (await known()).rows).toEqual([{ identifier: 'content.erase' }])
  await database.db
    .transaction()
    .execute((tx) => enqueueJob(tx, { name: 'content.erase', payload: z.json() }, {}))
  await expect.poll(() => done).toBe(1)
})

test('a schedule that cannot be read is refused at the start', async () => {
  const jobs = new Jobs({ connection: database.connection, log: silentLog })
  jobs.handleRegularly('content.erase', 'every full moon', () => Promise.resolve())
  await expect(jobs.start(database.db, { isAlone: true })).rejects.toThrow()
  await jobs.stop()
})

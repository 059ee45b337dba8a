import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import {
  givenDataFolder,
  openCluster,
  startCluster,
  startClusterElsewhere,
} from '../../test/support/cluster.ts'
import { HubError } from '../base/errors.ts'
import { clusterPath } from './cluster-folder.ts'
import { findProcesses } from './cluster-processes.ts'
import { pgConfig } from './connection.ts'
import { FileLock } from './file-lock.ts'

// Each test makes a cluster and starts it up to three times, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

test('refuses a second hub on the folder, and names the first', async () => {
  const folder = givenDataFolder()
  await startCluster(folder)
  await expect(startCluster(folder)).rejects.toMatchObject({
    code: 'hub.already_running',
    detail: { pid: process.pid, role: 'hub' },
  })
})

test('does not mind the lock files of the dead', async () => {
  const folder = givenDataFolder()
  await (await startCluster(folder)).stop()
  writeFileSync(join(folder, 'hub.lock'), '{"pid":1,"role":"hub"}')
  // A process id that lives, and is no PostgreSQL.
  writeFileSync(join(clusterPath(folder), 'postmaster.pid'), `${process.pid}\n`)
  writeFileSync(join(clusterPath(folder), '.s.PGSQL.5432.lock'), `${process.pid}\n`)
  await expect(openCluster(await startCluster(folder))).resolves.toBeDefined()
})

test('is started again when it crashes, and queries find it by themselves', async () => {
  const cluster = await startCluster(givenDataFolder())
  const db = await openCluster(cluster)
  await sql`create table kept (n integer)`.execute(db)
  await sql`insert into kept values (1)`.execute(db)
  const killed = cluster.pid ?? 0
  process.kill(killed, 'SIGKILL')
  const failures = new Set<string>()
  const ask = async () => {
    try {
      return (await sql`select n from kept`.execute(db)).rows
    } catch (error) {
      failures.add(error instanceof HubError ? error.code : String(error))
      return []
    }
  }
  // Children of the dead answer for a moment yet.
  while (cluster.pid === killed) await Promise.all([ask(), sleep(5)])
  await expect.poll(ask, { timeout: 30_000 }).toEqual([{ n: 1 }])
  failures.delete('database.unavailable')
  expect([...failures]).toEqual([])
})

test('a transaction cut by a crash fails as a whole, with an error to try again', async () => {
  const cluster = await startCluster(givenDataFolder())
  const db = await openCluster(cluster)
  await sql`create table kept (n integer)`.execute(db)
  const work = db.transaction().execute(async (tx) => {
    await sql`insert into kept values (1)`.execute(tx)
    process.kill(cluster.pid ?? 0, 'SIGKILL')
    // The connection dies while nobody asks anything of it.
    await sleep(100)
    await sql`insert into kept values (2)`.execute(tx)
  })
  await expect(work).rejects.toMatchObject({ code: 'database.unavailable' })
  await expect
    .poll(() => sql`select n from kept`.execute(db).then(({ rows }) => rows, String), {
      timeout: 20_000,
    })
    .toEqual([])
})

test('stops at once although connections are open', async () => {
  const cluster = await startCluster(givenDataFolder())
  const client = new pg.Client(pgConfig(cluster.connection))
  client.on('error', () => {
    // Cut on purpose.
  })
  await client.connect()
  const before = performance.now()
  await cluster.stop()
  expect(performance.now() - before).toBeLessThan(15_000)
  expect(findProcesses(cluster.path)).toEqual([])
})

test('of a hub that was killed is stopped by the next, which finds everything', async () => {
  const folder = givenDataFolder()
  const { kill, postmaster } = await startClusterElsewhere(folder)
  await kill()
  expect(findProcesses(clusterPath(folder))).toContain(postmaster)
  const cluster = await startCluster(folder)
  expect(cluster.pid).not.toBe(postmaster)
  expect(findProcesses(cluster.path)).not.toContain(postmaster)
  await openCluster(cluster)
})

test('children whose postmaster is dead do not keep the next one out', async () => {
  const folder = givenDataFolder()
  const { kill, postmaster } = await startClusterElsewhere(folder)
  const child = findProcesses(clusterPath(folder)).find((pid) => pid !== postmaster) ?? 0
  // Stopped, it cannot notice that its postmaster is gone.
  process.kill(child, 'SIGSTOP')
  await kill()
  process.kill(postmaster, 'SIGKILL')
  const cluster = await startCluster(folder)
  expect(findProcesses(cluster.path)).not.toContain(child)
  await openCluster(cluster)
})

test('two hubs started at once: one runs, the other is refused', async () => {
  const folder = givenDataFolder()
  const outcomes = await Promise.allSettled([startCluster(folder), startCluster(folder)])
  expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('what an interrupted first start left is no obstacle', async () => {
  const folder = givenDataFolder()
  mkdirSync(`${clusterPath(folder)}.unfinished/base`, { recursive: true })
  await openCluster(await startCluster(folder))
  expect(existsSync(`${clusterPath(folder)}.unfinished`)).toBe(false)
})

test('a server that cannot be seen from here keeps the folder', async () => {
  const folder = givenDataFolder()
  await (await startCluster(folder)).stop()
  // As a server in another container would, which shares the folder but not the process ids.
  const held = FileLock.take(join(folder, 'postgres.lock'))
  await expect(startCluster(folder)).rejects.toMatchObject({ code: 'database.still_running' })
  held?.release()
  await openCluster(await startCluster(folder))
})

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { HubError } from '../base/errors.ts'
import { silentLog } from '../base/log.ts'
import { binarySources } from './cluster-binaries.ts'
import { clusterPath } from './cluster-folder.ts'
import { findProcesses } from './cluster-processes.ts'
import { type Database, openDatabase, pgConfig } from './connection.ts'
import { PrivateCluster } from './private-cluster.ts'

const isRoot = process.getuid?.() === 0
const undo: (() => unknown)[] = []

afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

/** A data folder that goes with the test, and the processes in it. */
function dataFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'sealpost-cluster-'))
  undo.push(() => {
    const path = clusterPath(folder)
    if (existsSync(path)) for (const pid of findProcesses(path)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

async function start(folder: string, more: { user?: string } = {}): Promise<PrivateCluster> {
  const sources = binarySources()
  const cluster = await PrivateCluster.start({
    ...more,
    dataFolder: folder,
    log: silentLog,
    sources,
  })
  undo.push(() => cluster.stop())
  return cluster
}

async function open(cluster: PrivateCluster): Promise<Database> {
  const db = await openDatabase(cluster.connection, { log: silentLog })
  undo.push(() => db.destroy())
  return db
}

async function show(db: Database, setting: string): Promise<string> {
  const { rows } = await sql<{
    value: string
  }>`select current_setting(${setting}) as value`.execute(db)
  return rows[0]?.value ?? ''
}

test('keeps what was committed, forces it to the disk, and checks its pages', async () => {
  const db = await open(await start(dataFolder()))
  expect(await show(db, 'fsync')).toBe('on')
  expect(await show(db, 'synchronous_commit')).toBe('on')
  expect(await show(db, 'full_page_writes')).toBe('on')
  expect(await show(db, 'data_checksums')).toBe('on')
})

test('is reached through a unix socket and no other way', async () => {
  const cluster = await start(dataFolder())
  expect(await show(await open(cluster), 'listen_addresses')).toBe('')
  expect(statSync(join(cluster.path, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700)
  expect(statSync(cluster.path).mode & 0o777).toBe(0o700)
})

test('lets nobody in but the hub, and the hub not as superuser', async () => {
  const cluster = await start(dataFolder())
  const superuser = new pg.Client({ ...pgConfig(cluster.connection), user: 'postgres' })
  await expect(superuser.connect()).rejects.toThrow('no pg_hba.conf entry')
  const { rows } = await sql<{ rolsuper: boolean }>`
    select rolsuper from pg_roles where rolname = current_user`.execute(await open(cluster))
  expect(rows).toEqual([{ rolsuper: false }])
})

test.runIf(isRoot)('of a hub that is root runs as a user who is not', async () => {
  const cluster = await start(dataFolder(), { user: 'nobody' })
  const owner = statSync(`/proc/${cluster.pid}`).uid
  expect(owner).toBe(statSync(cluster.path).uid)
  expect(owner).not.toBe(0)
})

test.runIf(isRoot)('turns away other programs of the user it runs as', async () => {
  const folder = dataFolder()
  const cluster = await start(folder)
  chmodSync(folder, 0o755)
  const intruder = new pg.Client({ ...pgConfig(cluster.connection), host: cluster.path })
  process.seteuid?.(statSync(cluster.path).uid)
  try {
    await expect(intruder.connect()).rejects.toThrow('Peer authentication failed')
  } finally {
    process.seteuid?.(0)
  }
})

test.runIf(isRoot)('stands where its user cannot walk to, however long the path', async () => {
  const parent = mkdtempSync(join(homedir(), '.sealpost-cluster-'))
  undo.push(() => rmSync(parent, { recursive: true }))
  chmodSync(parent, 0o700)
  const deep = join(parent, 'a'.repeat(100), 'b'.repeat(100))
  mkdirSync(deep, { recursive: true, mode: 0o700 })
  const folder = dataFolder(deep)
  const first = await start(folder)
  const db = await open(first)
  await sql`create table kept (word text)`.execute(db)
  await sql`insert into kept values ('here')`.execute(db)
  await db.destroy()
  await first.stop()
  const again = await open(await start(folder))
  expect((await sql`select word from kept`.execute(again)).rows).toEqual([{ word: 'here' }])
})

test('refuses a second hub on the folder, and names the first', async () => {
  const folder = dataFolder()
  await start(folder)
  await expect(start(folder)).rejects.toMatchObject({
    code: 'hub.already_running',
    detail: { pid: process.pid, role: 'hub' },
  })
})

test('does not mind the lock files of the dead', async () => {
  const folder = dataFolder()
  await (await start(folder)).stop()
  writeFileSync(join(folder, 'hub.lock'), '{"pid":1,"role":"hub"}')
  // A process id that lives, and is no PostgreSQL.
  writeFileSync(join(clusterPath(folder), 'postmaster.pid'), `${process.pid}\n`)
  writeFileSync(join(clusterPath(folder), '.s.PGSQL.5432.lock'), `${process.pid}\n`)
  await expect(open(await start(folder))).resolves.toBeDefined()
})

test('is started again when it crashes, and queries find it by themselves', async () => {
  const cluster = await start(dataFolder())
  const db = await open(cluster)
  await sql`create table kept (n integer)`.execute(db)
  await sql`insert into kept values (1)`.execute(db)
  process.kill(cluster.pid ?? 0, 'SIGKILL')
  const failures = new Set<string>()
  let rows: unknown[] = []
  while (rows.length === 0) {
    try {
      rows = (await sql`select n from kept`.execute(db)).rows
    } catch (error) {
      failures.add(error instanceof HubError ? error.code : String(error))
      await sleep(5)
    }
  }
  expect(rows).toEqual([{ n: 1 }])
  expect([...failures]).toEqual(['database.unavailable'])
})

test('a transaction cut by a crash fails as a whole, with an error to try again', async () => {
  const cluster = await start(dataFolder())
  const db = await open(cluster)
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
  const cluster = await start(dataFolder())
  const client = new pg.Client(pgConfig(cluster.connection))
  client.on('error', () => {
    // Cut on purpose.
  })
  await client.connect()
  const before = performance.now()
  await cluster.stop()
  expect(performance.now() - before).toBeLessThan(5_000)
  expect(findProcesses(cluster.path)).toEqual([])
})

/** Runs a hub of its own in another process, and resolves with the postmaster's id. */
async function startElsewhere(folder: string) {
  const source = `
    import { PrivateCluster } from '${import.meta.dirname}/private-cluster.ts'
    import { binarySources } from '${import.meta.dirname}/cluster-binaries.ts'
    import { silentLog } from '${import.meta.dirname}/../base/log.ts'
    const cluster = await PrivateCluster.start({
      dataFolder: process.argv[1], log: silentLog, sources: binarySources(),
    })
    console.log(cluster.pid)`
  const hub = spawn(process.execPath, ['--input-type=module-typescript', '-e', source, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  undo.push(() => hub.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: hub.stdout }), 'line')) as [string]
  return { hub, postmaster: Number(line) }
}

test('of a hub that was killed is stopped by the next, which finds everything', async () => {
  const folder = dataFolder()
  const { hub, postmaster } = await startElsewhere(folder)
  hub.kill('SIGKILL')
  await once(hub, 'exit')
  expect(findProcesses(clusterPath(folder))).toContain(postmaster)
  const cluster = await start(folder)
  expect(cluster.pid).not.toBe(postmaster)
  expect(findProcesses(cluster.path)).not.toContain(postmaster)
  await open(cluster)
})

test('children whose postmaster is dead do not keep the next one out', async () => {
  const folder = dataFolder()
  const { hub, postmaster } = await startElsewhere(folder)
  const child = findProcesses(clusterPath(folder)).find((pid) => pid !== postmaster) ?? 0
  // Stopped, it cannot notice that its postmaster is gone.
  process.kill(child, 'SIGSTOP')
  hub.kill('SIGKILL')
  await once(hub, 'exit')
  process.kill(postmaster, 'SIGKILL')
  const cluster = await start(folder)
  expect(findProcesses(cluster.path)).not.toContain(child)
  await open(cluster)
})

test('two hubs started at once: one runs, the other is refused', async () => {
  const folder = dataFolder()
  const outcomes = await Promise.allSettled([start(folder), start(folder)])
  expect(outcomes.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('a folder of another major version is left alone, with what to do', async () => {
  const folder = dataFolder()
  await (await start(folder)).stop()
  const before = readdirSync(clusterPath(folder))
  writeFileSync(join(clusterPath(folder), 'PG_VERSION'), '9\n')
  await expect(start(folder)).rejects.toMatchObject({
    code: 'database.other_major',
    message: expect.stringContaining('install PostgreSQL 9') as string,
  })
  expect(readdirSync(clusterPath(folder))).toEqual(before)
  expect(readFileSync(join(clusterPath(folder), 'PG_VERSION'), 'utf8')).toBe('9\n')
})

test('a folder with something else in it is left alone', async () => {
  const folder = dataFolder()
  const path = clusterPath(folder)
  mkdirSync(path)
  if (isRoot) spawnSync('chown', ['nobody', path])
  writeFileSync(join(path, 'holiday.jpg'), '')
  await expect(start(folder)).rejects.toMatchObject({ code: 'database.folder_unusable' })
  expect(readdirSync(path)).toEqual(['holiday.jpg'])
})

test('what an interrupted first start left is no obstacle', async () => {
  const folder = dataFolder()
  mkdirSync(`${clusterPath(folder)}.unfinished/base`, { recursive: true })
  await open(await start(folder))
  expect(existsSync(`${clusterPath(folder)}.unfinished`)).toBe(false)
})

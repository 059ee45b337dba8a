import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  givenDataFolder,
  openCluster,
  startCluster,
  startClusterElsewhere,
} from '../../test/support/cluster.ts'
import { clusterPath } from './cluster-folder.ts'
import { clusterUser } from './cluster-user.ts'
import { type Database, pgConfig } from './connection.ts'
import { migrate } from './migrate.ts'

// Each test makes a cluster and starts it up to three times, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const isRoot = process.getuid?.() === 0

async function show(db: Database, setting: string): Promise<string> {
  const { rows } = await sql<{
    value: string
  }>`select current_setting(${setting}) as value`.execute(db)
  return rows[0]?.value ?? ''
}

test('keeps what was committed, forces it to the disk, and checks its pages', async () => {
  const db = await openCluster(await startCluster(givenDataFolder()))
  expect(await show(db, 'fsync')).toBe('on')
  expect(await show(db, 'synchronous_commit')).toBe('on')
  expect(await show(db, 'full_page_writes')).toBe('on')
  expect(await show(db, 'data_checksums')).toBe('on')
})

test('is reached through a unix socket and no other way', async () => {
  const cluster = await startCluster(givenDataFolder())
  expect(await show(await openCluster(cluster), 'listen_addresses')).toBe('')
  expect(statSync(join(cluster.path, '.s.PGSQL.5432')).mode & 0o777).toBe(0o700)
  expect(statSync(cluster.path).mode & 0o777).toBe(0o700)
})

test('lets nobody in but the hub, and the hub not as superuser', async () => {
  const cluster = await startCluster(givenDataFolder())
  const superuser = new pg.Client({ ...pgConfig(cluster.connection), user: 'postgres' })
  await expect(superuser.connect()).rejects.toThrow('no pg_hba.conf entry')
  const { rows } = await sql<{ rolsuper: boolean }>`
    select rolsuper from pg_roles where rolname = current_user`.execute(await openCluster(cluster))
  expect(rows).toEqual([{ rolsuper: false }])
})

test.runIf(isRoot)('of a hub that is root runs as a user who is not', async () => {
  const cluster = await startCluster(givenDataFolder(), { user: 'nobody' })
  const owner = statSync(`/proc/${cluster.pid}`).uid
  expect(owner).toBe(statSync(cluster.path).uid)
  expect(owner).not.toBe(0)
})

test.runIf(isRoot)('turns away other programs of the user it runs as', async () => {
  const folder = givenDataFolder()
  const cluster = await startCluster(folder)
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
  onTestFinished(() => rmSync(parent, { recursive: true }))
  chmodSync(parent, 0o700)
  const deep = join(parent, 'a'.repeat(100), 'b'.repeat(100))
  mkdirSync(deep, { recursive: true, mode: 0o700 })
  const folder = givenDataFolder(deep)
  const first = await startCluster(folder)
  const db = await openCluster(first)
  await sql`create table kept (word text)`.execute(db)
  await sql`insert into kept values ('here')`.execute(db)
  await db.destroy()
  await first.stop()
  const again = await openCluster(await startCluster(folder))
  expect((await sql`select word from kept`.execute(again)).rows).toEqual([{ word: 'here' }])
})

test('a folder of another major version is left alone, with what to do', async () => {
  const folder = givenDataFolder()
  await (await startCluster(folder)).stop()
  const before = readdirSync(clusterPath(folder))
  writeFileSync(join(clusterPath(folder), 'PG_VERSION'), '9\n')
  await expect(startCluster(folder)).rejects.toMatchObject({
    code: 'database.other_major',
    message: expect.stringContaining('install PostgreSQL 9') as string,
  })
  expect(readdirSync(clusterPath(folder))).toEqual(before)
  expect(readFileSync(join(clusterPath(folder), 'PG_VERSION'), 'utf8')).toBe('9\n')
})

test('a folder with something else in it is left alone', async () => {
  const folder = givenDataFolder()
  const path = clusterPath(folder)
  mkdirSync(path)
  if (isRoot) spawnSync('chown', ['nobody', path])
  writeFileSync(join(path, 'holiday.jpg'), '')
  await expect(startCluster(folder)).rejects.toMatchObject({ code: 'database.folder_unusable' })
  expect(readdirSync(path)).toEqual(['holiday.jpg'])
})

test.runIf(isRoot)(
  'of a hub that is not root belongs to the hub, and root can take over',
  async (context) => {
    const folder = givenDataFolder()
    const { uid, gid } = clusterUser('nobody')
    chownSync(folder, uid, gid)
    const mayRun = spawnSync(process.execPath, ['-e', ''], { cwd: '/', uid, gid }).status === 0
    if (!mayRun) return context.skip('the checkout is out of reach for other users')
    const { pid, kill, postmaster } = await startClusterElsewhere(folder, { uid, gid })
    expect(statSync(`/proc/${postmaster}`).uid).toBe(uid)
    await expect(startCluster(folder)).rejects.toMatchObject({
      code: 'hub.already_running',
      detail: { pid },
    })
    await kill()
    const cluster = await startCluster(folder)
    await openCluster(cluster)
    expect(statSync(`/proc/${cluster.pid}`).uid).toBe(uid)
    await cluster.stop()
    // What root made in the meantime is no obstacle for the hub's own user.
    await startClusterElsewhere(folder, { uid, gid })
  },
)

const distribution = existsSync('/usr/lib/postgresql')
  ? readdirSync('/usr/lib/postgresql')[0]
  : undefined

test.runIf(distribution)(
  'a folder made by the programs of the distribution stays with them',
  async () => {
    const folder = givenDataFolder()
    const configured = `/usr/lib/postgresql/${distribution}/bin`
    const first = await startCluster(folder, { configured })
    const db = await openCluster(first)
    expect(await migrate(db)).not.toEqual([])
    await first.stop()
    const again = await startCluster(folder)
    expect(again.major).toBe(Number(distribution))
    expect(await migrate(await openCluster(again))).toEqual([])
  },
)

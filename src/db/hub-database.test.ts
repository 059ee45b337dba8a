import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLog } from '../base/log.ts'
import { binarySources } from './cluster-binaries.ts'
import { clusterPath } from './cluster-folder.ts'
import { findProcesses } from './cluster-processes.ts'
import { type DatabaseConfig, type HubDatabase, openHubDatabase } from './hub-database.ts'
import { PrivateCluster } from './private-cluster.ts'

// Clusters that force everything to the disk, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let data: string
const opened: HubDatabase[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sealpost-hub-'))
})

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
  rmSync(data, { recursive: true })
})

async function open(
  role: 'hub' | 'command',
  more: Partial<DatabaseConfig> = {},
): Promise<HubDatabase> {
  const config: DatabaseConfig = {
    data,
    databaseUrl: undefined,
    databasePasswordFile: undefined,
    databaseConnections: 4,
    postgresBin: undefined,
    postgresUser: undefined,
    ...more,
  }
  const database = await openHubDatabase(config, { log: silentLog, role })
  const close = database.close.bind(database)
  let closing: Promise<void> | undefined
  const once = { ...database, close: () => (closing ??= close()) }
  opened.push(once)
  return once
}

/** Whether the database is there and migrated. */
const people = ({ db }: HubDatabase) => db.selectFrom('person').selectAll().execute()

test('a command without a hub starts the database for as long as it works', async () => {
  const command = await open('command')
  expect(await people(command)).toEqual([])
  await command.close()
  expect(findProcesses(clusterPath(data))).toEqual([])
})

test("a command beside a hub uses the hub's database, and leaves it running", async () => {
  const hub = await open('hub')
  const before = findProcesses(clusterPath(data))[0]
  const command = await open('command')
  expect(await people(command)).toEqual([])
  await command.close()
  expect(findProcesses(clusterPath(data))).toContain(before)
  expect(await people(hub)).toEqual([])
})

test('a hub waits for a command to end, a second hub does not wait for the first', async () => {
  const command = await open('command')
  const hub = open('hub')
  await expect(Promise.race([hub, people(command)])).resolves.toEqual([])
  await command.close()
  expect(await people(await hub)).toEqual([])
  const before = performance.now()
  await expect(open('hub')).rejects.toMatchObject({ code: 'hub.already_running' })
  expect(performance.now() - before).toBeLessThan(15_000)
})

test('two commands at once wait for each other', async () => {
  const first = await open('command')
  const second = open('command')
  await people(first)
  await first.close()
  expect(await people(await second)).toEqual([])
})

test('DATABASE_URL names a server, which several hubs share and which may come later', async () => {
  const passwordFile = join(data, 'password')
  writeFileSync(passwordFile, 'not/asked@for\n')
  const server = {
    databaseUrl: `postgres://sealpost@localhost/sealpost?host=${clusterPath(data)}`,
    databasePasswordFile: passwordFile,
  }
  const early = open('hub', server)
  const cluster = await PrivateCluster.start({
    dataFolder: data,
    log: silentLog,
    sources: binarySources(),
  })
  const hubs = await Promise.all([early, open('hub', server), open('command', server)])
  for (const hub of hubs) {
    expect(await people(hub)).toEqual([])
    expect(hub.connection).toMatchObject({
      url: expect.stringContaining('not%2Fasked%40for') as string,
    })
  }
  await sql`select 1`.execute(hubs[0].db)
  for (const hub of hubs) await hub.close()
  await cluster.stop()
})

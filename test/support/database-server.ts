/**
 * One private cluster for a whole run of the tests, started when the first test asks for it.
 *
 * Test files run in processes of their own; they ask over a socket in the run's temporary folder and
 * are told where the cluster is. Each gets databases made from one that is migrated already.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestProject } from 'vitest/node'
import { silentLog } from '../../src/base/log.ts'
import { binarySources } from '../../src/db/cluster-binaries.ts'
import { type ConnectionSettings, openDatabase } from '../../src/db/connection.ts'
import { migrate } from '../../src/db/migrate.ts'
import { PrivateCluster } from '../../src/db/private-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the socket that tells where the cluster is. */
    databaseServer: string
  }
}

/** Runs before all tests; what it returns runs after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  let cluster: Promise<PrivateCluster> | undefined
  const server = createServer((socket) => {
    cluster ??= startCluster(join(folder, 'data'))
    cluster.then(
      ({ path }) => socket.end(JSON.stringify({ path })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    )
  })
  const path = join(folder, 'ask.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  project.provide('databaseServer', path)
  return async () => {
    await closed(server)
    await (await cluster?.catch(() => undefined))?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startCluster(dataFolder: string): Promise<PrivateCluster> {
  const cluster = await PrivateCluster.start({
    dataFolder,
    log: silentLog,
    sources: binarySources(),
    unsafeNoSync: true,
  })
  await makeTemplate(cluster.connection)
  return cluster
}

/** Migrates the hub's own database, from which the others are copied: nobody works in it. */
async function makeTemplate(connection: ConnectionSettings): Promise<void> {
  const db = await openDatabase(connection, { log: silentLog, poolSize: 1 })
  await migrate(db)
  await db.destroy()
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

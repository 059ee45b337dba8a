/**
 * One private cluster for a whole run of the tests, started when the first test asks for it.
 *
 * Test files run in processes of their own; they ask over a socket in the run's temporary folder and
 * are given a database, copied from one that is migrated already. The next ones are made meanwhile.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { silentLog } from '../../src/base/log.ts'
import { HUB_ROLE } from '../../src/db/cluster-folder.ts'
import { binarySources } from '../../src/db/cluster-binaries.ts'
import { type ConnectionSettings, openDatabase, pgConfig } from '../../src/db/connection.ts'
import { migrate } from '../../src/db/migrate.ts'
import { PrivateCluster } from '../../src/db/private-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the socket that gives databases. */
    databaseServer: string
  }
}

/** Runs before all tests; what it returns runs after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'sealpost-test-'))
  let databases: Promise<Databases> | undefined
  const server = createServer((socket) => {
    databases ??= Databases.start(join(folder, 'data'))
    databases
      .then((each) => each.take())
      .then(
        (fresh) => socket.end(JSON.stringify(fresh)),
        (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
      )
  })
  const path = join(folder, 'ask.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  project.provide('databaseServer', path)
  return async () => {
    await closed(server)
    await (await databases?.catch(() => undefined))?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Databases made ahead: copying one takes longer than most tests want to wait. */
const SPARE = 2

class Databases {
  readonly #cluster: PrivateCluster
  readonly #spare: Promise<string>[] = []
  #made = 0
  #making: Promise<unknown> = Promise.resolve()

  private constructor(cluster: PrivateCluster) {
    this.#cluster = cluster
  }

  static async start(dataFolder: string): Promise<Databases> {
    const cluster = await PrivateCluster.start({
      dataFolder,
      log: silentLog,
      sources: binarySources(),
      unsafeNoSync: true,
    })
    await makeTemplate(cluster.connection)
    return new Databases(cluster)
  }

  async take(): Promise<{ path: string; database: string }> {
    while (this.#spare.length <= SPARE) this.#spare.push(this.#make())
    const database = await (this.#spare.shift() ?? this.#make())
    return { path: this.#cluster.path, database }
  }

  async stop(): Promise<void> {
    await this.#making.catch(() => {
      // Whoever was to have it knows.
    })
    await this.#cluster.stop()
  }

  /** One after the other: the template can be copied once at a time. */
  #make(): Promise<string> {
    const made = this.#making.then(async () => {
      const name = `test_${(this.#made += 1)}`
      const client = new pg.Client({
        ...pgConfig(this.#cluster.connection),
        database: 'template1',
      })
      await client.connect()
      await client.query(`create database ${name} template ${HUB_ROLE}`)
      await client.end()
      return name
    })
    this.#making = made
    return made
  }
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

/** A database for a test: real, empty, migrated, and nobody else's. */

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { inject } from 'vitest'
import { z } from 'zod'
import { silentLog } from '../../src/base/log.ts'
import { HUB_ROLE } from '../../src/db/cluster-folder.ts'
import {
  type ConnectionSettings,
  type Database,
  openDatabase,
  pgConfig,
} from '../../src/db/connection.ts'
import { socketConnection } from '../../src/db/private-cluster.ts'

/** A test's own database. */
export interface FreshDatabase extends AsyncDisposable {
  readonly db: Database
  /** For a second pool on the same database, as another hub would have. */
  readonly connection: ConnectionSettings
  /** Ends the pool. The database itself goes with the run. */
  close(): Promise<void>
}

/**
 * A migrated database of its own, in some tens of milliseconds. Closing it is good manners, and
 * done by `await using`; a test file that ends takes its connections with it.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const admin = { ...socketConnection(await clusterFolder()), database: 'template1' } as const
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new pg.Client(pgConfig(admin))
  await client.connect()
  // Copying needs the template to itself for a moment, and another file may be at it.
  await client.query('select pg_advisory_lock(1)')
  await client.query(`create database ${name} template ${HUB_ROLE}`)
  await client.end()
  const connection = { ...admin, database: name }
  const db = await openDatabase(connection, { log: silentLog })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= db.destroy())
  return { db, connection, close, [Symbol.asyncDispose]: close }
}

async function clusterFolder(): Promise<string> {
  const reply = await text(connect(inject('databaseServer')))
  const { path, error } = z
    .object({ path: z.string().optional(), error: z.string().optional() })
    .parse(JSON.parse(reply))
  if (path === undefined) throw new Error(`no database for tests: ${error}`)
  return path
}

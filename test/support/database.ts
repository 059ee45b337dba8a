/** A database for a test: real, empty, migrated, and nobody else's. */

import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { inject } from 'vitest'
import { z } from 'zod'
import { silentLog } from '../../src/base/log.ts'
import { type ConnectionSettings, type Database, openDatabase } from '../../src/db/connection.ts'
import { socketConnection } from '../../src/db/private-cluster.ts'

/** A test's own database. */
export interface FreshDatabase extends AsyncDisposable {
  readonly db: Database
  /** For a second pool on the same database, as another hub would have. */
  readonly connection: ConnectionSettings & { is: 'socket' }
  /** Ends the pool. The database itself goes with the run. */
  close(): Promise<void>
}

/**
 * A migrated database of its own, usually made ahead. Closing it is good manners, and done by
 * `await using`; a test file that ends takes its connections with it.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const reply = Reply.parse(JSON.parse(await text(connect(inject('databaseServer')))))
  if ('error' in reply) throw new Error(`no database for tests: ${reply.error}`)
  const connection = { ...socketConnection(reply.path), database: reply.database }
  const db = await openDatabase(connection, { log: silentLog })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= db.destroy())
  return { db, connection, close, [Symbol.asyncDispose]: close }
}

const Reply = z.union([
  z.object({ path: z.string(), database: z.string() }),
  z.object({ error: z.string() }),
])

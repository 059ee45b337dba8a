/**
 * The database, as the rest of the hub sees it: typed queries over a pool of connections.
 *
 * Names are camelCase here and snake_case there. `bigint` columns are read as numbers: nothing
 * counted here comes near 2^53. A connection that dies is replaced by the next query; the query
 * that met it fails with `database.unavailable` and may be tried again.
 */

import {
  CamelCasePlugin,
  Kysely,
  type Transaction as KyselyTransaction,
  PostgresDialect,
} from 'kysely'
import pg from 'pg'
import type { Log } from '../base/log.ts'
import { TranslatingDriver } from './driver.ts'
import { asDatabaseError } from './failures.ts'
import type { Tables } from './tables.ts'

/** The way to queries; a transaction (`Transaction<Tables>`) is one too. */
export type Database = Kysely<Tables>

/** A transaction that was begun: what must happen together takes one of these. */
export type Transaction = KyselyTransaction<Tables>

/** Where a database is. */
export type ConnectionSettings =
  | { readonly is: 'url'; readonly url: string }
  /** A unix socket `.s.PGSQL.5432` in this folder. Who connects is proved by the kernel. */
  | {
      readonly is: 'socket'
      readonly folder: string
      readonly user: string
      readonly database: string
    }

/** Connections of one pool: above this a small cluster loses more to switching than it gains. */
const POOL_SIZE = 10

/** Longest wait for a free or new connection: a submitting client waits meanwhile. */
const CONNECT_TIMEOUT_MS = 5_000

/** What `pg` wants to know of a connection. */
export function pgConfig(connection: ConnectionSettings): pg.ClientConfig {
  const where =
    connection.is === 'url'
      ? { connectionString: connection.url }
      : // The port only names the socket file.
        {
          host: connection.folder,
          port: 5432,
          user: connection.user,
          database: connection.database,
        }
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  return {
    ...where,
    application_name: 'sealpost',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types,
  }
}

/** A pool whose connections may die at any moment without taking the process with them. */
export function openPool(
  connection: ConnectionSettings,
  { log, size = POOL_SIZE }: { log: Log; size?: number },
): pg.Pool {
  const pool = new pg.Pool({ ...pgConfig(connection), max: size, idleTimeoutMillis: 60_000 })
  // An idle connection that dies speaks through the pool, a borrowed one only for itself; either
  // would end the process if nobody listened. Whoever uses it learns of it from their query.
  pool.on('error', (error) => log.debug('database.connection_lost', { error }))
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug('database.connection_lost', { error }))
  })
  return pool
}

/**
 * Opens a database and asks it one thing, so that a wrong address is known at once.
 * `destroy()` closes it.
 *
 * @throws HubError `database.unavailable`
 */
export async function openDatabase(
  connection: ConnectionSettings,
  parts: { log: Log; poolSize?: number },
): Promise<Database> {
  const pool = openPool(connection, { log: parts.log, size: parts.poolSize ?? POOL_SIZE })
  try {
    await pool.query('select 1')
  } catch (cause) {
    await pool.end()
    throw asDatabaseError(cause)
  }
  return new Kysely<Tables>({
    dialect: new TranslatingDialect({ pool }),
    // What is inside a JSON column is data, not names.
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

class TranslatingDialect extends PostgresDialect {
  readonly #pool: pg.Pool

  constructor({ pool }: { pool: pg.Pool }) {
    super({ pool })
    this.#pool = pool
  }

  override createDriver(): TranslatingDriver {
    return new TranslatingDriver({ pool: this.#pool })
  }
}

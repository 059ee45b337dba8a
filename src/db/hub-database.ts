/**
 * The database as a hub or a command opens it: a server that the configuration names, or the private
 * cluster. Beside a running hub a command uses that hub's cluster; alone it starts the cluster for
 * as long as it works.
 */

import { closeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../base/config.ts'
import { HubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { readSecretFile } from '../base/secret-file.ts'
import { binarySources } from './cluster-binaries.ts'
import { clusterPath, openFolder } from './cluster-folder.ts'
import { type ConnectionSettings, type Database, openDatabase } from './connection.ts'
import type { LockHolder } from './hub-lock.ts'
import { migrate } from './migrate.ts'
import { PrivateCluster, socketConnection } from './private-cluster.ts'

/** An open, migrated database. */
export interface HubDatabase {
  readonly db: Database
  /** For more pools on the same database. */
  readonly connection: ConnectionSettings
  /** Closes the database, and stops the cluster if it was started for this. */
  close(): Promise<void>
}

/** What of the configuration matters here. */
export type DatabaseConfig = Pick<
  Config,
  | 'data'
  | 'databaseUrl'
  | 'databasePasswordFile'
  | 'databaseConnections'
  | 'postgresBin'
  | 'postgresUser'
>

/** A server may start beside us, a hub may be in the middle of recovery, a command has an end. */
const PATIENCE_MS = 30_000

const POLL_MS = 50

/**
 * Opens the database for a hub or a command, and migrates it.
 *
 * @throws HubError `hub.already_running`: another hub has this data folder; `database.unavailable`:
 *   no answer for half a minute; and what `PrivateCluster.start` and `migrate` throw
 */
export async function openHubDatabase(
  config: DatabaseConfig,
  { log, role }: { log: Log; role: LockHolder['role'] },
): Promise<HubDatabase> {
  if (config.databaseUrl !== undefined) return openServer(config, config.databaseUrl, log)
  const opened = await patiently(
    () => startOrJoin(config, { log, role }),
    // A command in our way ends soon. A hub that is just starting does not answer yet.
    (error) =>
      error.code === 'database.unavailable' ||
      (error.code === 'hub.already_running' && error.detail['role'] !== 'hub'),
  )
  return opened
}

async function openServer(config: DatabaseConfig, text: string, log: Log): Promise<HubDatabase> {
  const url = new URL(text)
  if (config.databasePasswordFile !== undefined) {
    url.password = encodeURIComponent(readSecretFile(config.databasePasswordFile))
  }
  const connection = { is: 'url', url: url.href } as const
  const db = await patiently(
    () => openDatabase(connection, { log, poolSize: config.databaseConnections }),
    (error) => error.code === 'database.unavailable',
  )
  const close = () => db.destroy()
  return migrated({ db, connection, close })
}

async function startOrJoin(
  config: DatabaseConfig,
  { log, role }: { log: Log; role: LockHolder['role'] },
): Promise<HubDatabase> {
  const cluster = await PrivateCluster.start({
    dataFolder: config.data,
    log,
    sources: binarySources(config.postgresBin),
    user: config.postgresUser,
    holder: role,
  }).catch((error: unknown) => {
    const isBesideHub =
      role === 'command' &&
      error instanceof HubError &&
      error.code === 'hub.already_running' &&
      error.detail['role'] === 'hub'
    if (isBesideHub) return undefined
    throw error
  })
  if (cluster === undefined) return join(config, log)
  const { connection } = cluster
  const db = await openDatabase(connection, { log, poolSize: config.databaseConnections }).catch(
    async (error: unknown) => {
      await cluster.stop()
      throw error
    },
  )
  const close = async () => {
    await db.destroy()
    await cluster.stop()
  }
  return migrated({ db, connection, close })
}

/** The cluster of a running hub, which has migrated it. */
async function join(config: DatabaseConfig, log: Log): Promise<HubDatabase> {
  const folderFd = openRunning(clusterPath(config.data))
  const connection = socketConnection(`/proc/self/fd/${folderFd}`)
  try {
    // A command does one thing after the other.
    const db = await openDatabase(connection, { log, poolSize: 2 })
    const close = async () => {
      await db.destroy()
      closeSync(folderFd)
    }
    return { db, connection, close }
  } catch (error) {
    closeSync(folderFd)
    throw error
  }
}

function openRunning(path: string): number {
  try {
    return openFolder(path)
  } catch (cause) {
    throw new HubError('database.unavailable', `${path} is just being made`, { cause })
  }
}

async function migrated(database: HubDatabase): Promise<HubDatabase> {
  try {
    await migrate(database.db)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Tries again for as long as the error may pass. */
async function patiently<T>(
  attempt: () => Promise<T>,
  mayPass: (error: HubError) => boolean,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const isFinal = !(error instanceof HubError) || !mayPass(error)
      if (isFinal || performance.now() > deadline) throw error
      await sleep(POLL_MS)
    }
  }
}

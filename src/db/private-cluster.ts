/**
 * A PostgreSQL of the hub's own: started, watched and stopped with it.
 *
 * Two locks of the kernel's keep order. `hub.lock` belongs to whoever runs the cluster: a second hub on
 * the folder is refused. `postgres.lock` is inherited by every process of the server, so while it
 * can be had none of them lives, in this container or another, and stale files can be cleared.
 *
 * A hub that is killed leaves its server running; nothing is lost by that, and the next start stops
 * it first. A server that crashes is started again for as long as the hub lives; queries meanwhile
 * fail with `database.unavailable`.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { HubError, asHubError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import {
  CHILD_PLACE,
  HUB_ROLE,
  INHERITED_FOLDER,
  type ClusterFolder,
  type ClusterOptions,
  openFolder,
  prepareClusterFolder,
  writeAccessFiles,
} from './cluster-folder.ts'
import { identity } from './cluster-binaries.ts'
import { stopOrphans } from './cluster-processes.ts'
import { clusterSettings } from './cluster-settings.ts'
import { type ConnectionSettings, pgConfig } from './connection.ts'
import { asDatabaseError } from './failures.ts'
import { FileLock } from './file-lock.ts'
import { type LockHolder, takeHubLock } from './hub-lock.ts'

/** Pauses before a crashed server is started again: at once first, then ever longer. */
const RESTART_PAUSES_MS = [0, 500, 1_000, 2_000, 5_000, 10_000]

/** A server that ran this long had started well: the next crash is a new story. */
const STABLE_MS = 60_000

/** A fast shutdown writes a checkpoint; then the server is told to leave that to recovery. */
const FAST_SHUTDOWN_MS = 30_000
const IMMEDIATE_SHUTDOWN_MS = 5_000

/** Processes that were killed let go of the lock as soon as the kernel has buried them. */
const LOCK_TIMEOUT_MS = 5_000

const READY_POLL_MS = 20

/** The server's own words kept for an error. */
const LAST_LINES = 5

export class PrivateCluster {
  /** How to reach it, from this process only. */
  readonly connection: ConnectionSettings & { is: 'socket' }
  readonly #folder: ClusterFolder
  readonly #folderFd: number
  readonly #lock: FileLock
  readonly #options: ClusterOptions
  readonly #lastLines: string[] = []
  #server: ChildProcess | undefined
  readonly #stopping = new AbortController()
  #ended: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  private constructor(folder: ClusterFolder, lock: FileLock, options: ClusterOptions) {
    this.#folder = folder
    this.#lock = lock
    this.#options = options
    this.#folderFd = openFolder(folder.path)
    this.connection = socketConnection(`/proc/self/fd/${this.#folderFd}`)
  }

  /**
   * Starts the cluster of a data folder, which is made first when absent, and resolves when it
   * answers. Whoever it belongs to is told by `holder`: a hub, or a command for its own short time.
   *
   * @throws HubError `hub.already_running`, `hub.lock_unavailable`, `database.other_major`,
   *   `database.no_server`, `database.no_user`, `database.folder_unusable`,
   *   `database.still_running`, `database.start_failed`
   */
  static async start(
    options: ClusterOptions & { holder?: LockHolder['role'] },
  ): Promise<PrivateCluster> {
    if (process.platform !== 'linux') {
      throw new HubError(
        'database.no_server',
        "a database of the hub's own needs Linux: set DATABASE_URL to a server of PostgreSQL",
      )
    }
    const lock = takeHubLock(options.dataFolder, options.holder ?? 'hub')
    let cluster: PrivateCluster | undefined
    try {
      cluster = new PrivateCluster(prepareClusterFolder(options), lock, options)
      await cluster.#startServer()
    } catch (error) {
      await cluster?.stop()
      if (cluster === undefined) lock.release()
      throw error
    }
    cluster.#ended = cluster.#supervise()
    return cluster
  }

  /** Id of the postmaster; undefined while there is none. */
  get pid(): number | undefined {
    return this.#server?.pid
  }

  /** The folder of the cluster. */
  get path(): string {
    return this.#folder.path
  }

  /** Major version of the server. */
  get major(): number {
    return this.#folder.binaries.major
  }

  /** Shuts the server down and lets the folder go. Connections that are still open are cut. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop())
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    const server = this.#server
    if (server !== undefined && isAlive(server)) {
      const gone = exitOf(server)
      for (const [signal, timeoutMs] of [
        ['SIGINT', FAST_SHUTDOWN_MS],
        ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
        ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
      ] as const) {
        server.kill(signal)
        const timeout = new AbortController()
        await Promise.race([gone, sleep(timeoutMs, undefined, timeout)])
        timeout.abort()
        if (!isAlive(server)) break
        this.#log.warn('database.stop_slow', { signal, timeoutMs })
      }
    }
    await this.#ended
    closeSync(this.#folderFd)
    this.#lock.release()
    this.#log.info('database.stopped')
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  get #log(): Log {
    return this.#options.log
  }

  /** Starts a server as often as one ends that should not. */
  async #supervise(): Promise<void> {
    let crashes = 0
    let startedAt = performance.now()
    while (this.#server !== undefined) {
      const { code, signal } = await exitOf(this.#server)
      if (this.#isStopping) return
      if (performance.now() - startedAt > STABLE_MS) crashes = 0
      const pauseMs = RESTART_PAUSES_MS[Math.min(crashes, RESTART_PAUSES_MS.length - 1)] ?? 0
      crashes += 1
      this.#log.error('database.crashed', { code, signal, lastLines: this.#lastLines, pauseMs })
      await sleep(pauseMs, undefined, this.#stopping).catch(() => {
        // Stopped while waiting.
      })
      if (this.#isStopping) return
      startedAt = performance.now()
      try {
        await this.#startServer()
        if (this.#isStopping) return
        this.#log.warn('database.restarted', { pid: this.pid })
      } catch (error) {
        // Tried again after a pause: a full disk may have room by then.
        this.#log.error('database.restart_failed', { error: asHubError(error) })
      }
    }
  }

  async #startServer(): Promise<void> {
    const { path, user, binaries } = this.#folder
    await stopOrphans(path, this.#log)
    const lock = await this.#lockServer()
    try {
      // From here to the server's start nothing waits, so `stop` sees either both or neither.
      if (this.#isStopping) return
      // No process of this cluster lives: what these files say is of the past.
      for (const name of ['postmaster.pid', '.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
        rmSync(join(path, name), { force: true })
      }
      writeAccessFiles(this.#folderFd, user)
      const settings = clusterSettings({ unsafeNoSync: this.#options.unsafeNoSync === true })
      const server = spawn(
        join(binaries.folder, 'postgres'),
        ['-D', INHERITED_FOLDER, ...settings.flatMap((each) => ['-c', each])],
        {
          ...CHILD_PLACE,
          ...identity(user),
          // A session of its own: Ctrl-C at the terminal is for the hub, which then stops it in order.
          detached: true,
          stdio: ['ignore', 'ignore', 'pipe', this.#folderFd, lock.fd],
        },
      )
      this.#server = server
      this.#readLog(server.stderr)
      server.on('error', (error) => this.#lastLines.push(error.message))
    } finally {
      lock.release()
    }
    await this.#untilReady(this.#server)
    this.#log.info('database.started', { pid: this.pid, major: binaries.major, user: user.name })
  }

  async #lockServer(): Promise<FileLock> {
    const deadline = performance.now() + LOCK_TIMEOUT_MS
    for (;;) {
      const lock = FileLock.take(join(this.#options.dataFolder, 'postgres.lock'))
      if (lock !== undefined) return lock
      if (performance.now() > deadline) {
        throw new HubError(
          'database.still_running',
          `a server that cannot be seen from here works in ${this.path}, perhaps in another container: stop it first`,
        )
      }
      await sleep(READY_POLL_MS)
    }
  }

  /** Recovery after a crash takes what it takes; only a server that ends has failed. */
  async #untilReady(server: ChildProcess): Promise<void> {
    let failed = false
    const noteFailure = () => (failed = true)
    server.once('exit', noteFailure).once('error', noteFailure)
    for (;;) {
      if (failed || this.#isStopping) {
        const words = this.#lastLines.join('; ')
        throw new HubError('database.start_failed', `PostgreSQL did not start: ${words}`)
      }
      const client = new pg.Client(pgConfig(this.connection))
      client.on('error', () => {
        // The same error reaches us through connect(), below.
      })
      try {
        await client.connect()
        await client.end()
        return
      } catch (error) {
        const known = asDatabaseError(error)
        if (!(known instanceof HubError)) throw error
        await client.end().catch(() => {
          // Never connected: there is nothing to end.
        })
        await sleep(READY_POLL_MS)
      }
    }
  }

  /** The server's words become events: what it could not do is ours to report, the rest is noise. */
  #readLog(stderr: Readable | null): void {
    if (stderr === null) return
    createInterface({ input: stderr }).on('line', (line) => {
      this.#lastLines.push(line)
      if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift()
      if (/^(PANIC|WARNING):/.test(line)) this.#log.warn('database.says', { line })
      else this.#log.debug('database.says', { line })
    })
  }
}

/** Connects to the cluster of this folder as the hub's role. */
export function socketConnection(folder: string): ConnectionSettings & { is: 'socket' } {
  return { is: 'socket', folder, user: HUB_ROLE, database: HUB_ROLE }
}

function isAlive(server: ChildProcess): boolean {
  return server.pid !== undefined && server.exitCode === null && server.signalCode === null
}

/** Resolves when the process has ended, at once when it has by now. */
function exitOf(server: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (!isAlive(server)) {
    return Promise.resolve({ code: server.exitCode, signal: server.signalCode })
  }
  return new Promise((resolve) => {
    server.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

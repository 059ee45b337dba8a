/**
 * How the hub is: which processes work on its database, in which versions, what waits, and what
 * somebody should look at.
 */

import { statfs } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import type { Clock } from '../../base/clock.ts'
import type { Config } from '../../base/config.ts'
import { isLoopback } from '../../base/ip-address.ts'
import type { PublicAddress } from '../../base/public-address.ts'
import { hubVersion } from '../../base/version.ts'
import type { SystemWarning } from '../../contract/system.ts'
import type { Database } from '../../db/connection.ts'
import { ALIVE_FOR_MS } from '../../delivery/queue/presence.ts'
import * as store from './store.ts'
import type { TestOutcome } from './store.ts'

export interface HubNode {
  readonly id: string
  readonly host: string
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly alive: boolean
  readonly roles: readonly string[]
  readonly version: string
}

export interface HubState {
  readonly versions: { readonly hub: string; readonly node: string; readonly postgresql: string }
  readonly startedAt: Date
  readonly uptimeSeconds: number
  readonly publicUrl: string
  /** The process that answers. */
  readonly nodeId: string
  readonly nodes: readonly HubNode[]
  readonly database: {
    readonly answersInMs: number
    readonly sizeBytes: number
    readonly own: boolean
  }
  readonly queue: {
    readonly waiting: number
    readonly held: number
    readonly oldestWaitingSince: Date | null
  }
  /** Of the data folder; undefined when the database is elsewhere. */
  readonly disk: { readonly freeBytes: number; readonly sizeBytes: number } | undefined
  readonly jobs: { readonly waiting: number; readonly failed: number }
  readonly lastMailTest:
    | { readonly id: string; readonly startedAt: Date; readonly outcome: TestOutcome | null }
    | undefined
  readonly warnings: readonly SystemWarning[]
}

/** Mail that is delivered at all is delivered long before. */
const QUEUE_OLD_MS = 60 * 60_000
/** A hub refuses mail at 64 MB; this leaves time to make room. */
const DISK_LOW_BYTES = 2 * 1024 ** 3

export interface HubStateParts {
  readonly db: Database
  readonly clock: Clock
  readonly config: Pick<Config, 'data' | 'databaseUrl'>
  readonly publicAddress: PublicAddress
  /** The process that answers, as it is announced. */
  readonly nodeId: string
}

export class HubWatch {
  readonly #parts: HubStateParts
  readonly #startedAt: Date

  constructor(parts: HubStateParts) {
    this.#parts = parts
    this.#startedAt = parts.clock.now()
  }

  /** Looks at everything now. */
  async look(): Promise<HubState> {
    const { db, clock, config, publicAddress, nodeId } = this.#parts
    const own = config.databaseUrl === undefined
    const now = clock.now()
    const asked = performance.now()
    const server = await store.findServer(db)
    const answersInMs = Math.round((performance.now() - asked) * 10) / 10
    const [rows, queue, jobs, lastMailTest, disk] = await Promise.all([
      store.findNodes(db),
      store.countQueue(db),
      store.countJobs(db),
      store.findLastMailTest(db),
      own ? roomOf(config.data) : undefined,
    ])
    const nodes = rows.map(({ aliveUntil, ...row }) => ({
      ...row,
      lastSeenAt: new Date(aliveUntil.getTime() - ALIVE_FOR_MS),
      alive: aliveUntil > now,
    }))
    const state = {
      versions: { hub: hubVersion(), node: process.versions.node, postgresql: server.version },
      startedAt: this.#startedAt,
      uptimeSeconds: Math.floor((now.getTime() - this.#startedAt.getTime()) / 1000),
      publicUrl: publicAddress.origin,
      nodeId,
      nodes,
      database: { answersInMs, sizeBytes: server.sizeBytes, own },
      ...{ queue, disk, jobs, lastMailTest },
    }
    return { ...state, warnings: warningsFor(state, now) }
  }
}

/** What somebody should look at. */
export function warningsFor(state: Omit<HubState, 'warnings'>, now: Date): SystemWarning[] {
  const { publicUrl, queue, disk, jobs, lastMailTest, nodes } = state
  const living = nodes.filter(({ alive }) => alive)
  const since = queue.oldestWaitingSince
  const holds: Record<SystemWarning, boolean> = {
    'plain-http': isOpenHttp(publicUrl),
    'queue-old': since !== null && now.getTime() - since.getTime() > QUEUE_OLD_MS,
    'disk-low': disk !== undefined && disk.freeBytes < DISK_LOW_BYTES,
    'jobs-failed': jobs.failed > 0,
    'mail-test-failed': lastMailTest?.outcome === 'failed',
    'versions-differ': new Set(living.map(({ version }) => version)).size > 1,
    'no-worker': !living.some(({ roles }) => roles.includes('worker')),
  }
  return (Object.keys(holds) as SystemWarning[]).filter((each) => holds[each])
}

function isOpenHttp(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  return protocol === 'http:' && host !== 'localhost' && !isLoopback(host)
}

async function roomOf(folder: string): Promise<{ freeBytes: number; sizeBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize }
}

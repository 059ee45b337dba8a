/**
 * Processes of PostgreSQL that work in one folder, found by what the kernel says of them: every
 * one of them, postmaster or not, has the cluster's folder as its working directory. Process ids
 * in files may be stale and belong to somebody else by now.
 */

import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasNodeCode } from '../base/errors.ts'
import type { Log } from '../base/log.ts'

/** Time for a fast shutdown, which writes a checkpoint; afterwards recovery does that work. */
const STOP_TIMEOUT_MS = 20_000

const POLL_MS = 20

/** Ids of the processes of PostgreSQL in this folder. */
export function findProcesses(folder: string): number[] {
  const { dev, ino } = statSync(folder)
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .filter((pid) => {
      try {
        const cwd = statSync(`/proc/${pid}/cwd`)
        if (cwd.dev !== dev || cwd.ino !== ino) return false
        // A program that was replaced on disk since has this behind its name.
        const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''))
        return program === 'postgres'
      } catch (error) {
        // Gone meanwhile, or somebody else's: a postgres in our folder is ours to look at.
        if (hasNodeCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return false
        throw error
      }
    })
}

/**
 * Stops what an earlier hub left behind in this folder: asks a postmaster to shut down and then
 * kills what remains, among it children whose postmaster is dead. Returns when none is left.
 */
export async function stopOrphans(folder: string, log: Log): Promise<void> {
  const orphans = findProcesses(folder)
  if (orphans.length === 0) return
  const postmaster = readPostmasterPid(folder)
  if (postmaster !== undefined && orphans.includes(postmaster)) {
    log.warn('database.orphan_stopped', { pid: postmaster })
    signal(postmaster, 'SIGINT')
    if (await goneWithin(folder, STOP_TIMEOUT_MS)) return
  }
  const remaining = findProcesses(folder)
  log.warn('database.orphans_killed', { pids: remaining })
  for (const pid of remaining) signal(pid, 'SIGKILL')
  await goneWithin(folder, STOP_TIMEOUT_MS)
}

/** The first line of `postmaster.pid`; a negative number there is a server in single-user mode. */
function readPostmasterPid(folder: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : Math.abs(pid)
  } catch (error) {
    if (hasNodeCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function goneWithin(folder: string, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (findProcesses(folder).length > 0) {
    if (performance.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended by itself in between.
    if (!hasNodeCode(error, 'ESRCH')) throw error
  }
}

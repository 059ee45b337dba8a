/** Who runs the cluster of a data folder: one hub, or one command for its own short time. */

import { join } from 'node:path'
import { z } from 'zod'
import { HubError, messageOf } from '../base/errors.ts'
import { makeFolder } from '../base/folders.ts'
import { FileLock, readLockNote } from './file-lock.ts'

const Holder = z.object({ pid: z.number().int(), role: z.enum(['hub', 'command']) })

/** The process that holds a data folder. */
export type LockHolder = z.infer<typeof Holder>

/**
 * Takes the data folder, which is made when absent, for this process.
 *
 * @throws HubError `hub.already_running` with the holder's `pid` and `role`, `hub.lock_unavailable`
 */
export function takeHubLock(dataFolder: string, role: LockHolder['role']): FileLock {
  try {
    makeFolder(dataFolder)
  } catch (cause) {
    const why = messageOf(cause)
    throw new HubError('hub.lock_unavailable', `${dataFolder} cannot be made: ${why}`, { cause })
  }
  const lock = FileLock.take(lockPath(dataFolder))
  if (lock !== undefined) {
    lock.note(JSON.stringify({ pid: process.pid, role } satisfies LockHolder))
    return lock
  }
  const holder = readHolder(dataFolder)
  const who = holder === undefined ? 'another process' : `${holder.role} ${holder.pid}`
  throw new HubError('hub.already_running', `${who} already runs on ${dataFolder}`, {
    detail: { dataFolder, pid: holder?.pid, role: holder?.role },
  })
}

/** Who wrote the note last; only meaningful while the lock is held. Undefined just after it was taken. */
function readHolder(dataFolder: string): LockHolder | undefined {
  const note = readLockNote(lockPath(dataFolder))
  if (note === '') return undefined
  return Holder.safeParse(parseJson(note)).data
}

function lockPath(dataFolder: string): string {
  return join(dataFolder, 'hub.lock')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Read in the middle of being written: as good as empty.
    return undefined
  }
}

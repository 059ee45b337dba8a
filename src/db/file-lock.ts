/**
 * Locks on files that the kernel frees when their last holder is dead, however it died.
 *
 * Node has no call for this, so the tool `flock` (util-linux, busybox) takes the lock on a
 * descriptor that it shares with us and ends; the lock belongs to the open file, so it stays ours.
 * A process that inherits the descriptor holds the lock too. The file itself means nothing and is
 * never removed: two processes must not lock two files of one name.
 */

import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { HubError, hasNodeCode, messageOf } from '../base/errors.ts'

/** Longest note that is read back; ours have less than a hundred bytes. */
const MAX_NOTE_BYTES = 4096

/** `flock` says so when somebody else holds the lock. */
const BUSY_STATUS = 1

export class FileLock {
  /** The descriptor, to be inherited by whoever shall hold the lock with us. */
  readonly fd: number

  private constructor(fd: number) {
    this.fd = fd
  }

  /**
   * Takes the lock, or returns undefined at once when somebody has it.
   *
   * @throws HubError `hub.lock_unavailable`: no `flock` here, or no such folder
   */
  static take(path: string): FileLock | undefined {
    const fd = openLockFile(path)
    const { status, error, stderr } = spawnSync('flock', ['-x', '-n', '3'], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', fd],
    })
    if (status === 0) return new FileLock(fd)
    closeSync(fd)
    if (status === BUSY_STATUS) return undefined
    const why = hasNodeCode(error, 'ENOENT')
      ? 'the command flock (package util-linux) is not there'
      : stderr.toString().trim()
    throw new HubError('hub.lock_unavailable', `${path} cannot be locked: ${why}`, {
      cause: error,
    })
  }

  /** Leaves a note in the file for those who come in vain. */
  note(text: string): void {
    ftruncateSync(this.fd)
    writeSync(this.fd, text, 0)
  }

  /** Gives the lock up, unless a process that inherited it lives. */
  release(): void {
    closeSync(this.fd)
  }
}

/** The note of whoever holds the lock; empty when there is none yet. */
export function readLockNote(path: string): string {
  const fd = openLockFile(path)
  try {
    const note = Buffer.alloc(Math.min(fstatSync(fd).size, MAX_NOTE_BYTES))
    return note.toString('utf8', 0, readSync(fd, note, 0, note.byteLength, 0))
  } finally {
    closeSync(fd)
  }
}

/** Made by root, it belongs to whom its folder belongs to: that user may come without root. */
function openLockFile(path: string): number {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(dirname(path))
      fchownSync(fd, uid, gid)
    }
    return fd
  } catch (cause) {
    const why = messageOf(cause)
    throw new HubError('hub.lock_unavailable', `${path} cannot be opened: ${why}`, { cause })
  }
}

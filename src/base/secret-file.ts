/** Secrets that are kept in files: passwords, passphrases, the master key. */

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { HubError, hasNodeCode } from './errors.ts'
import { makeFolder } from './folders.ts'
import { type SealingKey, importSealingKey } from './seal.ts'

/** Nothing that people or programs keep as a secret is longer. */
const MAX_BYTES = 64 * 1024

const MASTER_KEY_BYTES = 32

/**
 * The text of a file that holds one secret. One final line end is not part of it, so that an editor
 * may have written it; the file may be empty.
 *
 * @throws HubError `file.unreadable`: absent, not ours to read, over 64 KB, or not UTF-8
 */
export function readSecretFile(path: string): string {
  try {
    const bytes = readFileSync(path)
    if (bytes.byteLength > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(bytes)
      .replace(/\r?\n$/, '')
  } catch (cause) {
    throw new HubError('file.unreadable', `the secret in ${path} cannot be read`, { cause })
  }
}

/**
 * The master key: 32 bytes in base64, in a file of one line. When there is no such file, one is made
 * if the caller says that nothing was sealed yet; a new key in place of a lost one would open nothing.
 *
 * @throws HubError `master_key.missing`, `seal.key_malformed`, `file.unreadable`, `file.unwritable`
 */
export function openMasterKeyFile(path: string, { mayCreate }: { mayCreate: boolean }): SealingKey {
  try {
    return readMasterKey(path)
  } catch (error) {
    if (!(error instanceof HubError) || !hasNodeCode(error.cause, 'ENOENT')) throw error
    if (!mayCreate) {
      throw new HubError(
        'master_key.missing',
        `${path} is not there: put the master key back; what it sealed cannot be read without it`,
      )
    }
  }
  createMasterKey(path)
  return readMasterKey(path)
}

function readMasterKey(path: string): SealingKey {
  const text = readSecretFile(path)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.byteLength !== MASTER_KEY_BYTES || bytes.toString('base64') !== text) {
    throw new HubError('seal.key_malformed', `${path} holds no ${MASTER_KEY_BYTES} bytes in base64`)
  }
  return importSealingKey(bytes)
}

/** On the disk before anything is sealed with it, whole, and never in the place of another. */
function createMasterKey(path: string): void {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`
  try {
    makeFolder(dirname(path))
    const fd = openSync(unfinished, 'wx', 0o600)
    writeSync(fd, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`)
    fsyncSync(fd)
    closeSync(fd)
    linkSync(unfinished, path)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
  } catch (cause) {
    // Another process made one at the same moment: that one is it.
    if (!hasNodeCode(cause, 'EEXIST')) {
      throw new HubError('file.unwritable', `the master key ${path} cannot be made`, { cause })
    }
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/**
 * The master key: 32 random bytes in a file outside the database, with which private keys and the
 * keys of messages are sealed. Whoever has the database without it reads none of them; whoever loses
 * it has lost them, so the file belongs into the backup, apart from the database's.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encodeUtf8 } from '../base/bytes.ts'
import { HubError, hasNodeCode } from '../base/errors.ts'
import { type SealingKey, importSealingKey, seal, unseal } from '../base/seal.ts'
import { type Database } from '../db/connection.ts'
import * as store from './store.ts'

const PURPOSE = 'master-key-check'
const KNOWN = encodeUtf8('sealpost')

/** One line of base64: 44 characters. */
const FORM = /^[A-Za-z0-9+/]{43}=\s*$/

/**
 * Reads the master key, or makes it when there is neither the file nor anything that was sealed with
 * one. The file is for its owner alone (0600).
 *
 * @throws HubError `master_key.missing`: the database was used with one, and the file is not there
 * @throws HubError `master_key.wrong`: not the one that this database was used with
 * @throws HubError `master_key.malformed`, `file.unreadable`, `file.unwritable`
 */
export async function openMasterKey({
  file,
  db,
}: {
  file: string
  db: Database
}): Promise<SealingKey> {
  // In this order: whoever made the check had written the file before.
  const check = await store.findMasterKeyCheck(db)
  const found = await readMasterKey(file)
  if (found === undefined && check !== undefined) {
    throw new HubError(
      'master_key.missing',
      `the master key ${file} is not there: bring it back from the backup`,
      { detail: { file } },
    )
  }
  const key = found ?? (await makeMasterKey(file))
  if (check === undefined) await store.insertMasterKeyCheck(db, seal(key, PURPOSE, KNOWN))
  await checkMasterKey(db, { key, file })
  return key
}

/** Whatever two hubs did at once, what is in the database now was sealed with this key. */
async function checkMasterKey(
  db: Database,
  { key, file }: { key: SealingKey; file: string },
): Promise<void> {
  const check = await store.findMasterKeyCheck(db)
  try {
    unseal(key, PURPOSE, check ?? new Uint8Array(0))
  } catch (cause) {
    throw new HubError(
      'master_key.wrong',
      `the master key ${file} is not the one that this database was used with`,
      { detail: { file }, cause },
    )
  }
}

async function readMasterKey(file: string): Promise<SealingKey | undefined> {
  let text: string
  try {
    text = await readFile(file, 'latin1')
  } catch (cause) {
    if (hasNodeCode(cause, 'ENOENT')) return undefined
    throw new HubError('file.unreadable', `the master key ${file} cannot be read`, {
      detail: { file },
      cause,
    })
  }
  if (!FORM.test(text)) {
    throw new HubError(
      'master_key.malformed',
      `${file} does not hold one line of 32 bytes in base64`,
    )
  }
  return importSealingKey(Buffer.from(text, 'base64'))
}

/** The file appears whole or not at all, and never in the place of another. */
async function makeMasterKey(file: string): Promise<SealingKey> {
  const bytes = randomBytes(32)
  const folder = dirname(file)
  const draft = `${file}.${randomUUID()}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(draft, `${bytes.toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    await link(draft, file)
    await using handle = await open(folder, 'r')
    await handle.sync()
  } catch (cause) {
    // Another hub on the same folder made it a moment ago.
    const theirs = hasNodeCode(cause, 'EEXIST') ? await readMasterKey(file) : undefined
    if (theirs !== undefined) return theirs
    throw new HubError('file.unwritable', `the master key ${file} cannot be written`, {
      detail: { file },
      cause,
    })
  } finally {
    await rm(draft, { force: true })
  }
  return importSealingKey(bytes)
}

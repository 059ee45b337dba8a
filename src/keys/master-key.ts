/**
 * The master key: 32 random bytes in a file outside the database, with which private keys and the
 * keys of messages are sealed. Whoever has the database without it reads none of them; whoever loses
 * it has lost them, so the file belongs into the backup, apart from the database's.
 */

import { encodeUtf8 } from '../base/bytes.ts'
import { HubError } from '../base/errors.ts'
import { type SealingKey, seal, unseal } from '../base/seal.ts'
import { openMasterKeyFile } from '../base/secret-file.ts'
import type { Database } from '../db/connection.ts'
import * as store from './store.ts'

const PURPOSE = 'master-key-check'
const KNOWN = encodeUtf8('sealpost')

/**
 * Reads the master key, or makes it when there is neither the file nor anything that was sealed with
 * one. The file is for its owner alone (0600).
 *
 * @throws HubError `master_key.missing`: the database was used with one, and the file is not there
 * @throws HubError `master_key.wrong`: not the one that this database was used with
 * @throws HubError `seal.key_malformed`, `file.unreadable`, `file.unwritable`
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
  const key = openMasterKeyFile(file, { mayCreate: check === undefined })
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

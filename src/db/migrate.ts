/** Brings a database to the form that this version of the hub works with. Forward only. */

import { type Migration, Migrator } from 'kysely/migration'
import { HubError } from '../base/errors.ts'
import type { Database } from './connection.ts'
import * as organization from './migrations/0001-organization.ts'
import * as certificates from './migrations/0002-certificates.ts'
import * as messages from './migrations/0003-messages.ts'
import * as accounts from './migrations/0004-accounts.ts'
import * as signInMethods from './migrations/0005-sign-in-methods.ts'
import * as policies from './migrations/0006-policies.ts'
import * as messageSearch from './migrations/0007-message-search.ts'
import * as certificateNotices from './migrations/0008-certificate-notices.ts'
import * as nodes from './migrations/0009-nodes.ts'
import * as mailboxTurns from './migrations/0010-mailbox-turns.ts'
import * as certificatesOfPeople from './migrations/0011-certificates-of-people.ts'
import * as changeControl from './migrations/0012-change-control.ts'
import * as messageLayers from './migrations/0013-message-layers.ts'
import * as accountSignals from './migrations/0014-account-signals.ts'

/** In the order of their names. One that was released is never edited. */
export const MIGRATIONS = {
  '0001-organization': organization,
  '0002-certificates': certificates,
  '0003-messages': messages,
  '0004-accounts': accounts,
  '0005-sign-in-methods': signInMethods,
  '0006-policies': policies,
  '0007-message-search': messageSearch,
  '0008-certificate-notices': certificateNotices,
  '0009-nodes': nodes,
  '0010-mailbox-turns': mailboxTurns,
  '0011-certificates-of-people': certificatesOfPeople,
  '0012-change-control': changeControl,
  '0013-message-layers': messageLayers,
  '0014-account-signals': accountSignals,
} satisfies Record<string, Migration>

/**
 * Does what is still to be done, all in one transaction under an advisory lock: of several hubs
 * that start at once, one migrates and the others wait for it. Returns the names of what was done.
 *
 * @throws HubError `database.newer_version`, `database.unavailable`, `storage.full`,
 *   `database.migration_failed`
 */
export async function migrate(db: Database): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw named(error)
  return (results ?? []).map((each) => each.migrationName)
}

function named(error: unknown): HubError {
  if (error instanceof HubError) return error
  const message = error instanceof Error ? error.message : ''
  const newer = /previously executed migration (\S+) is missing/.exec(message)?.[1]
  if (newer !== undefined) {
    return new HubError(
      'database.newer_version',
      `the database was migrated by a newer version of the hub (${newer}): start that version`,
      { detail: { migration: newer }, cause: error },
    )
  }
  return new HubError('database.migration_failed', 'the database could not be migrated', {
    cause: error,
  })
}

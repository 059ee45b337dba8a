/** Queries of the tests of the mail configuration. */

import { sql, type Selectable } from 'kysely'
import { asBuffer } from '../../../base/bytes.ts'
import type { MailStage } from '../../../contract/mail-stages.ts'
import type { MailTestResult } from '../../../contract/mail-tests.ts'
import type { Database, Transaction } from '../../../db/connection.ts'
import type { MailTestTable } from '../../../db/tables/policies.ts'

export type MailTestRow = Selectable<MailTestTable>

/** Everybody who starts a test as this account waits for the others, until the transaction ends. */
export async function lockStarts(tx: Transaction, by: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mail_test'), hashtext(${by}))`.execute(tx)
}

/** How many tests of this account are under way, and how many began after a moment. */
export async function countTests(
  db: Database,
  { by, after }: { by: string; after: Date },
): Promise<{ underWay: number; begun: number }> {
  return db
    .selectFrom('mailTest')
    .select((select) => [
      select.fn.countAll<number>().filterWhere('state', '<>', 'over').as('underWay'),
      select.fn.countAll<number>().filterWhere('startedAt', '>', after).as('begun'),
    ])
    .where('by', '=', by)
    .executeTakeFirstOrThrow()
}

export async function insertTest(
  tx: Transaction,
  test: Pick<
    MailTestRow,
    'id' | 'startedAt' | 'by' | 'byName' | 'recipient' | 'tested' | 'version'
  > & { document: object; stages: readonly MailStage[]; sealed: Uint8Array },
): Promise<void> {
  await tx
    .insertInto('mailTest')
    .values({
      ...test,
      state: 'waiting',
      document: JSON.stringify(test.document),
      stages: JSON.stringify(test.stages),
      sealed: asBuffer(test.sealed),
    })
    .execute()
}

export function findTest(db: Database, id: string): Promise<MailTestRow | undefined> {
  return db.selectFrom('mailTest').selectAll().where('id', '=', id).executeTakeFirst()
}

export function findLastTest(db: Database): Promise<MailTestRow | undefined> {
  return db
    .selectFrom('mailTest')
    .selectAll()
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The newest test of the version that is in force, which is over. */
export function findLastOutcome(db: Database, version: number): Promise<MailTestRow | undefined> {
  return db
    .selectFrom('mailTest')
    .selectAll()
    .where('tested', '=', 'saved')
    .where('version', '=', version)
    .where('state', '=', 'over')
    .orderBy('startedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Undefined when it was begun before. */
export function beginTest(db: Database, id: string): Promise<MailTestRow | undefined> {
  return db
    .updateTable('mailTest')
    .set({ state: 'running' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .returningAll()
    .executeTakeFirst()
}

export async function updateStages(
  db: Database,
  { id, stages }: { id: string; stages: readonly MailStage[] },
): Promise<void> {
  await db
    .updateTable('mailTest')
    .set({ stages: JSON.stringify(stages) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}

/** The end of a test; its secrets go. Undefined when it was over before: the first end stands. */
export function endTest(
  db: Database,
  end: { id: string; stages?: readonly MailStage[]; outcome: MailTestResult; at: Date },
): Promise<MailTestRow | undefined> {
  return db
    .updateTable('mailTest')
    .set({
      state: 'over',
      outcome: JSON.stringify(end.outcome),
      finishedAt: end.at,
      sealed: null,
      ...(end.stages === undefined ? {} : { stages: JSON.stringify(end.stages) }),
    })
    .where('id', '=', end.id)
    .where('state', '<>', 'over')
    .returningAll()
    .executeTakeFirst()
}

/** Tests that nobody is at any more: begun before a moment and not over. */
export async function findAbandoned(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('mailTest')
    .select('id')
    .where('state', '<>', 'over')
    .where('startedAt', '<', before)
    .orderBy('startedAt')
    .limit(100)
    .execute()
  return rows.map(({ id }) => id)
}

/** Queries on how the hub as a whole is. */

import { sql } from 'kysely'
import type { MailTestResult } from '../../contract/mail-tests.ts'
import type { Database } from '../../db/connection.ts'

/** What the last test of how mail leaves came to. */
export type TestOutcome = MailTestResult['is']

export interface NodeRow {
  readonly id: string
  readonly host: string
  readonly startedAt: Date
  readonly aliveUntil: Date
  readonly roles: readonly string[]
  readonly version: string
}

/** More processes than work on one database. */
const MAX_NODES = 200

/** The processes of the hub, the longest running first. */
export function findNodes(db: Database): Promise<NodeRow[]> {
  return db
    .selectFrom('hubProcess')
    .select(['id', 'host', 'startedAt', 'aliveUntil', 'roles', 'version'])
    .orderBy('startedAt')
    .limit(MAX_NODES)
    .execute()
}

export async function findServer(db: Database): Promise<{ version: string; sizeBytes: number }> {
  const { rows } = await sql<{ version: string; sizeBytes: number }>`
    select current_setting('server_version') as version,
      pg_database_size(current_database()) as size_bytes`.execute(db)
  const [row] = rows
  return row ?? { version: '', sizeBytes: 0 }
}

/** Partial indexes hold what is counted here; what is over, which is most, is not touched. */
export async function countQueue(
  db: Database,
): Promise<{ waiting: number; held: number; oldestWaitingSince: Date | null }> {
  const { rows } = await sql<{ waiting: number; held: number; oldestWaitingSince: Date | null }>`
    select
      (select count(*) from delivery where state = 'waiting') as waiting,
      (select count(*) from delivery where state = 'held') as held,
      (select min(m.accepted_at) from delivery d join message m on m.id = d.message_id
        where d.state = 'waiting') as oldest_waiting_since`.execute(db)
  const [row] = rows
  return row ?? { waiting: 0, held: 0, oldestWaitingSince: null }
}

/** Of a database that no process has done background work on yet there are no jobs. */
export async function countJobs(db: Database): Promise<{ waiting: number; failed: number }> {
  const { rows: found } = await sql<{ table: string | null }>`
    select to_regclass('job.jobs')::text as table`.execute(db)
  if (typeof found[0]?.table !== 'string') return { waiting: 0, failed: 0 }
  const { rows } = await sql<{ waiting: number; failed: number }>`
    select count(*) filter (where attempts < max_attempts) as waiting,
      count(*) filter (where attempts >= max_attempts) as failed
    from job.jobs`.execute(db)
  return rows[0] ?? { waiting: 0, failed: 0 }
}

export async function findLastMailTest(
  db: Database,
): Promise<{ id: string; startedAt: Date; outcome: TestOutcome | null } | undefined> {
  const { rows } = await sql<{ id: string; startedAt: Date; outcome: TestOutcome | null }>`
    select id, started_at, outcome->>'is' as outcome
    from mail_test order by started_at desc limit 1`.execute(db)
  return rows[0]
}

import { sql } from 'kysely'
import type { JsonValue } from '../base/canonical-json.ts'
import type { Database, Transaction } from '../db/connection.ts'

/** The schema in which graphile-worker keeps its tables. */
export const JOB_SCHEMA = 'job'

export async function insertJob(
  tx: Transaction,
  job: {
    name: string
    payload: JsonValue
    at: Date | undefined
    key: string | undefined
    maxAttempts: number
  },
): Promise<void> {
  await sql`
    select job.add_job(
      identifier => ${job.name},
      payload => ${JSON.stringify(job.payload)}::json,
      run_at => ${job.at ?? null}::timestamptz,
      job_key => ${job.key ?? null}::text,
      max_attempts => ${job.maxAttempts}::integer
    )`.execute(tx)
}

/** Takes every job from whoever is marked as doing it. */
export async function releaseAll(db: Database): Promise<void> {
  await sql`
    select job.force_unlock_workers(array(
      select locked_by from job._private_jobs where locked_by is not null
      union select locked_by from job._private_job_queues where locked_by is not null
    ))`.execute(db)
}

import { type Kysely, sql } from 'kysely'

/** The certificates of one of our people, counted for each in the list. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create index certificate_person on certificate (person_id)
    where person_id is not null`.execute(db)
}

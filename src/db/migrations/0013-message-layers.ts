import { type Kysely, sql } from 'kysely'

/** The layers of S/MIME that a message came with; null for one that came with none. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table message add column layers json`.execute(db)
}

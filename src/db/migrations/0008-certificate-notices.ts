import { type Kysely, sql } from 'kysely'

/** What officers were told of certificates that end. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table certificate_notice (
      fingerprint text not null references certificate (fingerprint),
      days integer not null check (days > 0),
      told_at timestamptz not null,
      primary key (fingerprint, days)
    )`.execute(db)
  await sql`create index certificate_not_after on certificate (not_after)`.execute(db)
}

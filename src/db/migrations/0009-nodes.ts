import { type Kysely, sql } from 'kysely'

/** What each process of the hub does and in which version; indexes to search the audit log by. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table hub_process
      add column roles text[] not null default '{}',
      add column version text not null default ''`.execute(db)
  await sql`create index audit_entry_by on audit_entry (by, number)`.execute(db)
  await sql`
    create index audit_entry_action on audit_entry (action text_pattern_ops, number)`.execute(db)
  await sql`create index audit_entry_at on audit_entry (at)`.execute(db)
}

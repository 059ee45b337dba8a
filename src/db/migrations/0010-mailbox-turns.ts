import { type Kysely, sql } from 'kysely'

/** Turns at mailboxes of Graph, which all processes of the hub share. */
export async function up(db: Kysely<never>): Promise<void> {
  // One row for each mailbox: whoever changes its queue holds this row meanwhile.
  await sql`
    create table mailbox (
      key text primary key,
      paused_until timestamptz not null default '-infinity'
    )`.execute(db)
  // The queue at a mailbox, in the order of the tickets: the first four have their turn.
  await sql`
    create table mailbox_turn (
      ticket bigint generated always as identity primary key,
      mailbox text not null references mailbox,
      process_id uuid not null
    )`.execute(db)
  await sql`create index mailbox_turn_mailbox on mailbox_turn (mailbox, ticket)`.execute(db)
}

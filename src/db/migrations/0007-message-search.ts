import { type Kysely, sql } from 'kysely'

/** What lists, searches and plots of messages read. All of it is derived, and follows by itself. */
export async function up(db: Kysely<never>): Promise<void> {
  // Messages that were accepted or changed since the tables below were brought up to date. Nothing
  // but a heap: the hot path adds to it, and whoever empties it reads all of it.
  await sql`create table message_change (message_id uuid not null)`.execute(db)
  await sql`insert into message_change select id from message`.execute(db)

  await sql`
    create table message_listing (
      message_id uuid primary key references message,
      facet smallint not null,
      names integer[] not null
    )`.execute(db)
  await sql`create index message_listing_facet on message_listing (facet, message_id)`.execute(db)

  await sql`
    create table search_name (
      id integer generated always as identity primary key,
      side text not null check (side in ('from', 'to')),
      name text not null,
      unique (name, side)
    )`.execute(db)
  await sql`
    create table search_word (
      word text collate "C" not null,
      name_id integer not null references search_name,
      primary key (word, name_id)
    )`.execute(db)
  await sql`
    create table message_name (
      name_id integer not null,
      message_id uuid not null,
      primary key (name_id, message_id)
    )`.execute(db)

  await sql`
    create table message_hour (
      hour timestamptz not null,
      facet smallint not null,
      messages integer not null,
      primary key (hour, facet)
    )`.execute(db)
}

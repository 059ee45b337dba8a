import { type Kysely, sql } from 'kysely'

/** Messages, their deliveries and what happened to them. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table message (
      id uuid primary key,
      accepted_at timestamptz not null,
      via text not null check (via in ('submission', 'relay', 'api', 'hub')),
      envelope_from text not null,
      smtp_utf8 boolean not null,
      header_message_id text,
      client json not null,
      size_bytes integer not null,
      facts json not null,
      decision json not null,
      content_erased_at timestamptz
    )`.execute(db)
  await sql`create index message_header_message_id on message (header_message_id)`.execute(db)

  // Content is written once, read when an attempt is repeated, and deleted: kept apart so that it
  // is not copied when anything else changes. It is random to every compressor.
  await sql`
    create table message_content (
      message_id uuid primary key references message,
      sealed_key bytea not null,
      content bytea not null
    )`.execute(db)
  await sql`alter table message_content alter column content set storage external`.execute(db)
  await sql`alter table message_content set (toast_tuple_target = 8160)`.execute(db)

  // Promise 3, kept by the database too: nothing travels at another strength than was decided, and
  // nothing is delivered that did not travel.
  await sql`
    create table delivery (
      message_id uuid not null references message,
      position integer not null,
      recipient text not null,
      copy integer,
      strength text check (strength in ('encrypted', 'clear', 'passed')),
      travelled text,
      state text not null
        check (state in ('waiting', 'held', 'delivered', 'failed', 'cancelled')),
      attempts integer not null default 0,
      due_at timestamptz not null,
      claimed_by uuid,
      status text,
      reply text,
      finished_at timestamptz,
      bounce text not null default 'none' check (bounce in ('none', 'due', 'sent')),
      primary key (message_id, position),
      constraint delivery_travels_as_decided check (travelled is null or travelled = strength),
      constraint delivery_delivered_has_travelled
        check (state <> 'delivered' or travelled is not null)
    )`.execute(db)
  await sql`create index delivery_due on delivery (due_at) where state = 'waiting'`.execute(db)
  await sql`create index delivery_held on delivery (message_id) where state = 'held'`.execute(db)
  await sql`create index delivery_bounce on delivery (message_id) where bounce = 'due'`.execute(db)
  // Rows change state once or twice: room in the page keeps the change there.
  await sql`alter table delivery set (fillfactor = 60)`.execute(db)

  await sql`
    create table message_event (
      id bigint generated always as identity primary key,
      message_id uuid not null references message,
      at timestamptz not null,
      step text not null,
      detail json not null
    )`.execute(db)
  await sql`create index message_event_message on message_event (message_id)`.execute(db)

  await sql`
    create table idempotency_key (
      credential text not null,
      key text not null,
      digest text not null,
      message_id uuid not null references message deferrable initially deferred,
      used_at timestamptz not null,
      primary key (credential, key)
    )`.execute(db)

  await sql`
    create table hub_process (
      id uuid primary key,
      host text not null,
      started_at timestamptz not null,
      alive_until timestamptz not null
    )`.execute(db)
}

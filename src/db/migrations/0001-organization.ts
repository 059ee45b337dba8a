import { type Kysely, sql } from 'kysely'

/** Organisation, people, credentials, administrators, and the audit log that only grows. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table organization (
      only_one boolean primary key default true check (only_one),
      name text not null,
      domains text[] not null,
      relay jsonb,
      relay_login bytea,
      relay_roots text,
      encryption_outcome text not null check (encryption_outcome in
        ('all-or-refuse', 'each-or-bounce', 'all-or-clear', 'each-or-clear', 'never')),
      retention_days integer not null check (retention_days between 0 and 36500),
      known_relays text[] not null,
      size_limit_bytes bigint not null check (size_limit_bytes > 0),
      created_at timestamptz not null,
      changed_at timestamptz not null
    )`.execute(db)
  await sql`
    create table setup_link (
      token_hash bytea primary key,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db)
  await sql`
    create table person (
      id uuid primary key default gen_random_uuid(),
      address text not null,
      address_key text not null constraint person_address unique,
      name text not null,
      created_at timestamptz not null
    )`.execute(db)
  await sql`
    create table credential (
      id uuid primary key default gen_random_uuid(),
      name text not null,
      user_name text not null constraint credential_user_name unique,
      secret_hash bytea not null,
      created_at timestamptz not null,
      revoked_at timestamptz
    )`.execute(db)
  await sql`
    create unique index credential_name on credential (name) where revoked_at is null
  `.execute(db)
  await sql`
    create table account (
      id uuid primary key default gen_random_uuid(),
      address text not null,
      address_key text not null constraint account_address unique,
      password_hash text not null,
      role text not null check (role in ('administrator')),
      created_at timestamptz not null
    )`.execute(db)
  await sql`
    create table audit_entry (
      number bigint primary key,
      at timestamptz not null,
      action text not null,
      subject text not null,
      by text not null,
      detail text not null,
      previous_hash bytea not null,
      hash bytea not null
    )`.execute(db)
  await sql`create index audit_entry_subject on audit_entry (subject, number)`.execute(db)
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% only grows', tg_table_name using errcode = 'restrict_violation';
    end
    $$`.execute(db)
  await sql`
    create trigger audit_entry_only_grows
      before update or delete or truncate on audit_entry
      for each statement execute function refuse_change()`.execute(db)
}

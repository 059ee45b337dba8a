import { type Kysely, sql } from 'kysely'

/** Keys, certificates, and the hub's own authorities. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table master_key_check (
      only_one boolean primary key default true check (only_one),
      sealed bytea not null
    )`.execute(db)
  await sql`
    create table key (
      id uuid primary key,
      type text not null check (type in ('rsa-2048', 'rsa-3072', 'p-256')),
      public_key bytea not null constraint key_public_key unique,
      sealed bytea not null,
      created_at timestamptz not null
    )`.execute(db)
  await sql`
    create table certificate (
      fingerprint text primary key check (fingerprint ~ '^[0-9a-f]{64}$'),
      der bytea not null,
      owner text not null check (owner in ('person', 'partner', 'hub', 'authority')),
      trust text not null check (trust in ('anchor', 'direct', 'path')),
      person_id uuid references person,
      key_id uuid references key,
      issued_by text references certificate,
      subject text not null,
      issuer text not null,
      not_before timestamptz not null,
      not_after timestamptz not null,
      added_at timestamptz not null,
      added_by text not null,
      check ((owner = 'person') = (person_id is not null)),
      check (trust <> 'anchor' or owner = 'authority')
    )`.execute(db)
  await sql`create index certificate_owner on certificate (owner, added_at)`.execute(db)
  await sql`
    create table certificate_address (
      address_key text not null,
      fingerprint text not null references certificate,
      address text not null,
      primary key (address_key, fingerprint)
    )`.execute(db)
  await sql`create index certificate_address_of on certificate_address (fingerprint)`.execute(db)
  await sql`
    create table authority (
      fingerprint text primary key references certificate,
      role text not null check (role in ('root', 'issuing')),
      created_at timestamptz not null,
      retired_at timestamptz
    )`.execute(db)
  await sql`
    create unique index authority_role on authority (role) where retired_at is null
  `.execute(db)
  await sql`
    create table certificate_change (
      only_one boolean primary key default true check (only_one),
      version bigint not null
    )`.execute(db)
  await sql`insert into certificate_change (version) values (1)`.execute(db)
}

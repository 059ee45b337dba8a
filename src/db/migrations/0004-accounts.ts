import { type Kysely, sql } from 'kysely'

/** Accounts of people, their roles, sessions, one-time links and tokens. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table person add column language text not null default 'en'
      check (language in ('en', 'fr', 'ko'))`.execute(db)
  await sql`
    insert into person (address, address_key, name, created_at)
    select address, address_key, split_part(address, '@', 1), created_at from account
    on conflict (address_key) do nothing`.execute(db)
  await sql`
    alter table account
      add column person_id uuid unique references person,
      add column roles text[] not null default array['administrator']
        check (roles <@ array['administrator', 'approver', 'editor', 'reviewer',
          'certificate-officer', 'auditor']),
      add column status text not null default 'active'
        check (status in ('invited', 'active', 'disabled')),
      add column password_changed_at timestamptz,
      add column last_sign_in_at timestamptz,
      alter column password_hash drop not null`.execute(db)
  await sql`
    update account set person_id = person.id, password_changed_at = account.created_at
    from person where person.address_key = account.address_key`.execute(db)
  await sql`
    alter table account
      alter column person_id set not null,
      alter column roles drop default,
      alter column status drop default,
      drop column role,
      drop column address,
      drop column address_key`.execute(db)
  // Kept by what was tried, an address known or not: so a lock tells nobody whether there is an account.
  await sql`
    create table sign_in_failure (
      subject_hash bytea primary key,
      count integer not null,
      last_at timestamptz not null,
      locked_until timestamptz
    )`.execute(db)
  await sql`create index sign_in_failure_last_at on sign_in_failure (last_at)`.execute(db)
  await sql`
    create table session (
      id uuid primary key default gen_random_uuid(),
      token_hash bytea not null unique,
      account_id uuid not null references account on delete cascade,
      state text not null check (state in ('signed-in', 'needs-second-factor')),
      created_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null,
      ends_at timestamptz not null,
      authenticated_at timestamptz not null,
      address text not null,
      user_agent text not null,
      method text not null check (method in ('password', 'passkey', 'openid')),
      second_factor text check (second_factor in ('totp', 'passkey', 'recovery-code'))
    )`.execute(db)
  await sql`create index session_account on session (account_id, last_seen_at)`.execute(db)
  await sql`create index session_expires_at on session (expires_at)`.execute(db)
  // Where an account has signed in from: what is not here is new, and told to its owner.
  await sql`
    create table account_place (
      account_id uuid not null references account on delete cascade,
      place_hash bytea not null,
      seen_at timestamptz not null,
      primary key (account_id, place_hash)
    )`.execute(db)
  await sql`
    create table account_link (
      token_hash bytea primary key,
      account_id uuid not null references account on delete cascade,
      purpose text not null check (purpose in ('invitation', 'password-reset')),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz
    )`.execute(db)
  await sql`create index account_link_account on account_link (account_id, purpose)`.execute(db)
  await sql`
    create table api_token (
      id text primary key,
      account_id uuid not null references account on delete cascade,
      name text not null,
      secret_hash bytea not null,
      scopes text[] not null,
      created_at timestamptz not null,
      last_used_at timestamptz,
      expires_at timestamptz,
      revoked_at timestamptz
    )`.execute(db)
  await sql`create index api_token_account on api_token (account_id, created_at)`.execute(db)
}

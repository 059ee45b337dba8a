import { type Kysely, sql } from 'kysely'

/** Second factors, passkeys, and links to accounts at OpenID providers. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table totp (
      account_id uuid primary key references account on delete cascade,
      sealed_secret bytea not null,
      created_at timestamptz not null,
      confirmed_at timestamptz,
      last_step bigint,
      last_used_at timestamptz,
      check (confirmed_at is null or last_step is not null)
    )`.execute(db)
  await sql`
    create table recovery_code (
      account_id uuid not null references account on delete cascade,
      code_hash bytea not null,
      created_at timestamptz not null,
      used_at timestamptz,
      primary key (account_id, code_hash)
    )`.execute(db)
  await sql`
    create table passkey (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references account on delete cascade,
      credential_id bytea not null constraint passkey_credential_id unique,
      public_key bytea not null,
      counter bigint not null,
      transports text[] not null,
      is_synced boolean not null,
      name text not null,
      created_at timestamptz not null,
      last_used_at timestamptz
    )`.execute(db)
  await sql`create index passkey_account on passkey (account_id, created_at)`.execute(db)
  await sql`
    create table passkey_challenge (
      challenge_hash bytea primary key,
      purpose text not null check (purpose in ('register', 'sign-in', 'second-factor')),
      account_id uuid references account on delete cascade,
      expires_at timestamptz not null,
      check ((purpose = 'sign-in') = (account_id is null))
    )`.execute(db)
  await sql`create index passkey_challenge_expires_at on passkey_challenge (expires_at)`.execute(db)
  await sql`
    create table openid_sign_in (
      state_hash bytea primary key,
      browser_hash bytea not null,
      issuer text not null,
      nonce text not null,
      sealed_verifier bytea not null,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`create index openid_sign_in_expires_at on openid_sign_in (expires_at)`.execute(db)
  await sql`
    create table openid_identity (
      issuer text not null,
      subject text not null,
      account_id uuid not null references account on delete cascade,
      created_at timestamptz not null,
      last_used_at timestamptz not null,
      primary key (issuer, subject)
    )`.execute(db)
  await sql`create index openid_identity_account on openid_identity (account_id)`.execute(db)
}

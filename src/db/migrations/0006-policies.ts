import { type Kysely, sql } from 'kysely'

/** Settings with versions, their secrets, what is in force since when; tests of the mail configuration. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create table policy (
      id uuid primary key default gen_random_uuid(),
      kind text not null,
      name text not null,
      newest integer not null default 0,
      created_at timestamptz not null,
      constraint policy_kind_name unique (kind, name)
    )`.execute(db)
  await sql`
    create table policy_version (
      policy_id uuid not null references policy,
      number integer not null check (number > 0),
      document json,
      at timestamptz not null,
      by text not null,
      by_name text not null,
      comment text not null,
      label text not null default '',
      rolled_back_to integer,
      primary key (policy_id, number)
    )`.execute(db)
  await sql`
    create trigger policy_version_never_changes
      before update or delete or truncate on policy_version
      for each statement execute function refuse_change()`.execute(db)

  // Secrets are rows of their own, so that a version can be told whole, and rolled back to.
  await sql`
    create table policy_secret (
      id uuid primary key,
      policy_id uuid not null references policy,
      name text not null,
      sealed bytea not null,
      at timestamptz not null,
      by text not null,
      by_name text not null
    )`.execute(db)
  await sql`
    create table policy_version_secret (
      policy_id uuid not null,
      number integer not null,
      name text not null,
      secret_id uuid not null references policy_secret,
      primary key (policy_id, number, name),
      foreign key (policy_id, number) references policy_version
    )`.execute(db)
  await sql`
    create table policy_deployment (
      id bigint generated always as identity primary key,
      policy_id uuid not null,
      number integer not null,
      at timestamptz not null,
      by text not null,
      foreign key (policy_id, number) references policy_version
    )`.execute(db)
  await sql`create index policy_deployment_newest on policy_deployment (policy_id, id)`.execute(db)

  await sql`
    create table mail_test (
      id uuid primary key,
      state text not null check (state in ('waiting', 'running', 'over')),
      started_at timestamptz not null,
      finished_at timestamptz,
      by text not null,
      by_name text not null,
      recipient text not null,
      tested text not null check (tested in ('saved', 'shown')),
      version integer not null,
      document json not null,
      sealed bytea,
      stages json not null,
      outcome json,
      constraint mail_test_over_has_outcome check ((state = 'over') = (outcome is not null)),
      constraint mail_test_over_has_no_secret check (state <> 'over' or sealed is null)
    )`.execute(db)
  await sql`create index mail_test_started on mail_test (started_at)`.execute(db)
  await sql`create index mail_test_under_way on mail_test (by) where state <> 'over'`.execute(db)
}

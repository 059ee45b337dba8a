import { type Kysely, sql } from 'kysely'

/**
 * Policies under change control: states, working copies, requests with their approvals, history,
 * access. What was saved before is checked in and deployed, as it was.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    alter table policy
      add column state text not null default 'checked-in' check (state in (
        'pending-creation', 'pending-control', 'checked-in', 'checked-out', 'pending-deployment',
        'pending-deletion', 'pending-restoration', 'deleted', 'uncontrolled', 'template',
        'destroyed')),
      add column revision integer not null default 0,
      add column is_template boolean not null default false,
      add column is_default_template boolean not null default false,
      add column held_by text,
      add column held_by_name text,
      add column held_at timestamptz,
      add column working_document json,
      add column working_links json,
      add constraint policy_held_while_checked_out
        check ((state = 'checked-out') = (held_by is not null)),
      add constraint policy_working_copy_while_checked_out
        check ((state = 'checked-out') = (working_links is not null)),
      add constraint policy_default_is_template check (is_template or not is_default_template),
      drop constraint policy_kind_name`.execute(db)
  await sql`
    create unique index policy_kind_name on policy (kind, lower(name), is_template)
      where state <> 'destroyed'`.execute(db)
  await sql`
    create unique index policy_default_template on policy (kind)
      where is_default_template and state = 'template'`.execute(db)

  // Which secrets go with a working copy.
  await sql`
    create table policy_working_secret (
      policy_id uuid not null references policy,
      name text not null,
      secret_id uuid not null references policy_secret,
      primary key (policy_id, name)
    )`.execute(db)

  await sql`
    alter table policy_version
      add column links json not null default '[]',
      add column is_kept boolean not null default false,
      add column source json,
      add column erased_at timestamptz`.execute(db)
  await sql`drop trigger policy_version_never_changes on policy_version`.execute(db)
  // A version may be told to be kept, get a label, and lose what it says. Nothing else about it changes.
  await sql`
    create function policy_version_only_loses() returns trigger language plpgsql as $$
    declare
      may_change constant text[] := array['label', 'is_kept', 'document', 'erased_at'];
      loses constant boolean :=
        old.erased_at is null and new.erased_at is not null and new.document is null;
    begin
      if to_jsonb(new) - may_change = to_jsonb(old) - may_change
        and (loses or (new.document::text is not distinct from old.document::text
          and new.erased_at is not distinct from old.erased_at))
      then return new;
      end if;
      raise exception 'policy_version only grows' using errcode = 'restrict_violation';
    end
    $$`.execute(db)
  await sql`
    create trigger policy_version_only_loses before update on policy_version
      for each row execute function policy_version_only_loses()`.execute(db)
  await sql`
    create trigger policy_version_stays before delete or truncate on policy_version
      for each statement execute function refuse_change()`.execute(db)

  // A deployment without a number took the policy out of production.
  await sql`
    alter table policy_deployment
      alter column number drop not null,
      add column by_name text not null default '',
      add column name text not null default '',
      add column links json not null default '[]',
      add column request_id uuid,
      add column break_glass_reason text`.execute(db)
  await sql`
    update policy_deployment set by_name = version.by_name, name = policy.name
    from policy_version version, policy
    where version.policy_id = policy_deployment.policy_id
      and version.number = policy_deployment.number
      and policy.id = policy_deployment.policy_id`.execute(db)

  await sql`
    create table policy_event (
      id bigint generated always as identity primary key,
      policy_id uuid not null references policy,
      verb text not null,
      number integer,
      at timestamptz not null,
      by text not null,
      by_name text not null,
      comment text not null,
      detail json not null default '{}',
      foreign key (policy_id, number) references policy_version
    )`.execute(db)
  await sql`create index policy_event_policy on policy_event (policy_id, id)`.execute(db)
  await sql`
    create trigger policy_event_never_changes before update or delete or truncate on policy_event
      for each statement execute function refuse_change()`.execute(db)
  await sql`
    insert into policy_event (policy_id, verb, number, at, by, by_name, comment)
    select policy_id, case when rolled_back_to is null then 'save' else 'roll-back' end,
      number, at, by, by_name, comment
    from policy_version order by policy_id, number`.execute(db)

  await sql`
    create table policy_request (
      id uuid primary key default gen_random_uuid(),
      policy_id uuid not null references policy,
      action text not null check (action in ('create', 'control', 'deploy', 'delete', 'restore')),
      state text not null check (state in (
        'open', 'scheduled', 'done', 'rejected', 'withdrawn', 'expired', 'failed')),
      at timestamptz not null,
      by text not null,
      by_name text not null,
      comment text not null,
      cc text not null default '',
      "order" json not null,
      expires_at timestamptz,
      not_before timestamptz,
      ended_at timestamptz,
      ended_by text,
      ended_by_name text,
      failure text,
      test_id uuid,
      constraint policy_request_ended
        check ((state in ('open', 'scheduled')) = (ended_at is null))
    )`.execute(db)
  await sql`
    create unique index policy_request_one_open on policy_request (policy_id)
      where state in ('open', 'scheduled')`.execute(db)
  await sql`create index policy_request_policy on policy_request (policy_id, at)`.execute(db)
  await sql`
    create index policy_request_expires on policy_request (expires_at) where state = 'open'`.execute(
    db,
  )
  await sql`
    create table policy_approval (
      request_id uuid not null references policy_request,
      account_id text not null,
      by_name text not null,
      at timestamptz not null,
      verdict text not null check (verdict in ('approve', 'reject')),
      comment text not null,
      primary key (request_id, account_id)
    )`.execute(db)

  await sql`
    create table policy_access (
      id bigint generated always as identity primary key,
      policy_id uuid references policy,
      principal_is text not null check (principal_is in ('role', 'account')),
      principal text not null,
      permission text not null,
      effect text not null check (effect in ('allow', 'deny')),
      unique nulls not distinct (policy_id, principal_is, principal, permission)
    )`.execute(db)
  await sql`
    insert into policy_access (policy_id, principal_is, principal, permission, effect)
    select null, 'role', role, permission, 'allow'
    from (values
      ('administrator', array['full-control']),
      ('approver', array['list-contents', 'read-settings', 'create-policy', 'deploy-policy',
        'delete-policy']),
      ('editor', array['list-contents', 'read-settings', 'edit-settings', 'create-template',
        'export-policy', 'import-policy']),
      ('reviewer', array['list-contents', 'read-settings']),
      ('auditor', array['list-contents', 'read-settings'])
    ) as defaults (role, permissions), unnest(permissions) as permission`.execute(db)
}

import { type Kysely, sql } from 'kysely'

/**
 * Tells every process when somebody may be able to do less than before: a session ended, roles or the
 * state of an account changed, an API token was revoked. By triggers, so that no way of doing one of
 * these can forget to tell.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create function tell_of_account() returns trigger language plpgsql as $$
    begin
      perform pg_notify('account', case tg_table_name
        when 'account' then to_jsonb(old) ->> 'id'
        else to_jsonb(old) ->> 'account_id' end);
      return null;
    end $$`.execute(db)
  await sql`
    create trigger session_ended after delete on session
    for each row execute function tell_of_account()`.execute(db)
  await sql`
    create trigger account_changed after update of roles, status on account
    for each row when (old.roles is distinct from new.roles or old.status <> new.status)
    execute function tell_of_account()`.execute(db)
  await sql`
    create trigger api_token_revoked after update of revoked_at on api_token
    for each row when (old.revoked_at is null and new.revoked_at is not null)
    execute function tell_of_account()`.execute(db)
}

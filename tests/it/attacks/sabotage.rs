//! The check of the suite: the boundary is loosened in one place, and the suite must find it. What
//! nobody can turn red proves nothing.

use super::attacker::BY_NAME;
use super::checks::{CHECKS, dead_sessions_are_told};
use super::plant::{Outcome, Plant};

/// What is loosened, and the check that must notice. `CLIENT` is the shared login.
const SABOTAGES: &[(&str, &str)] = &[
    (
        "drop policy rowhouse_gate on shop;
         create policy rowhouse_gate on shop as permissive for all to CLIENT
             using ((select rowhouse.may('shop'::regclass, 'view')))",
        "tables_ask_for_a_session",
    ),
    ("drop policy rowhouse_gate on area", "tables_ask_for_a_session"),
    ("alter table equipment disable row level security", "tables_ask_for_a_session"),
    (
        "create or replace function rowhouse.may(p_table oid, p_verb text) returns boolean
             language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
             as $$ select true $$",
        "tables_ask_for_a_session",
    ),
    (
        "alter policy rowhouse_gate on equipment using (rowhouse.may('equipment'::regclass, 'view'))",
        "policies_ask_once",
    ),
    (
        "alter policy rowhouse_update on area using (rowhouse.may('area'::regclass, 'update'))",
        "policies_ask_once",
    ),
    ("grant update on equipment to CLIENT", "rights_are_by_column"),
    ("grant delete on area to CLIENT", "rights_are_by_column"),
    ("grant update (rowhouse_version) on equipment to CLIENT", "rights_are_by_column"),
    ("alter function rowhouse.may(oid, text) reset search_path", "functions_are_fixed"),
    ("alter function rowhouse_trail.record(oid, text[], text, bigint, text[], jsonb, jsonb) reset search_path",
        "functions_are_fixed"),
    ("grant execute on function rowhouse.sessions() to public", "functions_are_fixed"),
    (
        "create or replace function rowhouse.save_begin(p_token text, p_client integer, p_request text, p_hash bytea)
             returns timestamptz language sql volatile security definer set search_path = pg_catalog, pg_temp
             as $$ select set_config('rowhouse.session', p_token, true);
                   select rowhouse_private.now() $$",
        "dead_sessions_are_told_everywhere",
    ),
    (
        "create or replace function rowhouse.tx_open(p_token text, p_client integer) returns timestamptz
             language sql volatile security definer set search_path = pg_catalog, pg_temp
             as $$ select set_config('rowhouse.session', p_token, true);
                   select rowhouse_private.now() $$",
        "dead_sessions_are_told_everywhere",
    ),
    ("alter table vault no force row level security", "views_and_functions_of_others_show_nothing"),
    (
        "create view everything as select * from equipment; grant select on everything to CLIENT",
        "views_and_functions_of_others_show_nothing",
    ),
    (
        "create function peek() returns bigint language sql security definer as 'select count(*) from equipment';
         grant execute on function peek() to CLIENT",
        "views_and_functions_of_others_show_nothing",
    ),
    (
        "create function rowhouse.peek() returns bigint language sql security definer
             set search_path = pg_catalog, pg_temp as 'select count(*) from public.equipment';
         revoke execute on function rowhouse.peek() from public;
         grant execute on function rowhouse.peek() to CLIENT",
        "the_api_asks_for_a_session",
    ),
    ("alter table equipment disable trigger \"~rowhouse_trail\"", "every_change_is_recorded"),
    ("alter table area disable trigger \"~rowhouse_version\"", "every_change_is_recorded"),
    ("grant usage on schema rowhouse_private to CLIENT", "inner_schemas_are_closed"),
    (
        "insert into rowhouse_private.permission (tenant_id, role_id, verb) values (1, 10, 'view')",
        "what_may_not_be_viewed_is_not_there",
    ),
    ("drop policy rowhouse_insert on vault", "nobody_writes_beyond_their_verbs"),
    ("drop policy rowhouse_update on area", "nobody_writes_beyond_their_verbs"),
];

#[tokio::test]
async fn the_suite_notices_every_sabotage() -> Outcome {
    let mut missed = Vec::new();
    for (sabotage, name) in SABOTAGES {
        let plant = Plant::open().await?;
        let sql = sabotage.replace("CLIENT", &plant.roles.client());
        plant.owner.batch_execute(&sql).await?;
        let check = CHECKS
            .iter()
            .find(|check| check.name == *name)
            .ok_or(*name)?;
        if (check.run)(&plant).await?.is_empty() {
            missed.push(format!("{name} does not notice: {sabotage}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    Ok(())
}

/// A client that sends its token and does not call the gate by name would take a dead session for
/// an empty table.
#[tokio::test]
async fn the_suite_notices_a_client_that_does_not_call_the_gate() -> Outcome {
    let plant = Plant::open().await?;
    assert_eq!(dead_sessions_are_told(&plant, BY_NAME).await?, [""; 0]);
    let bare = "select set_config('rowhouse.session', 'TOKEN', true)";
    let found = dead_sessions_are_told(&plant, bare).await?;
    assert!(
        found
            .iter()
            .any(|found| found.contains("bfm = 'none': 0 rows")),
        "{found:?}"
    );
    Ok(())
}

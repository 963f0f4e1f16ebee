//! Rows 1 to 3, 20, 21 and neighbours of SECURITY.md: reading, forging, escalating, going around.

use super::plant::{Outcome, Plant, refusal};

/// What a person with the configuration file, and no account, tries to read.
#[tokio::test]
async fn the_shared_login_reads_nothing_of_ours() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let tables = plant
        .owner
        .query(
            "select c.oid::regclass::text from pg_class c
              where c.relnamespace::regnamespace::text in ('rowhouse_private', 'rowhouse_trail')
                and c.relkind in ('r', 'p', 'S')",
            &[],
        )
        .await?;
    assert!(tables.len() > 15);
    for table in tables {
        let table: String = table.get(0);
        for verb in ["select * from", "table", "delete from", "truncate", "copy"] {
            let tail = if verb == "copy" { " to stdout" } else { "" };
            let refusal = refusal(login.batch_execute(&format!("{verb} {table}{tail}")).await);
            assert_eq!(refusal.state, "42501", "{verb} {table}: {refusal:?}");
            assert!(
                refusal.message.starts_with("permission denied for schema"),
                "{refusal:?}"
            );
        }
    }
    Ok(())
}

/// Every door of the API and every adopted table asks for a session first.
#[tokio::test]
async fn a_forged_identity_is_nobody() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    let statements = [
        "table area",
        "select bfm from equipment",
        "select bfm from equipment where bfm = 'BFM-001'",
        "select id from shop",
        "update equipment set status = 'x'",
        "update equipment set status = 'x' where bfm = 'BFM-001'",
        "insert into equipment (bfm, description, status) values ('X', 'x', 'x')",
        "select * from rowhouse.me()",
        "select * from rowhouse.my_tables()",
        "select * from rowhouse.my_table('equipment'::regclass)",
        "select rowhouse.rights_number()",
        "select rowhouse.may('equipment'::regclass, 'view')",
        "select * from rowhouse.touch(true, 'x', '[]')",
        "select * from rowhouse.presence('equipment'::regclass)",
        "select * from rowhouse.sessions()",
        "select rowhouse.session_end(1, 'x')",
        "select * from rowhouse.feed(null, 10)",
        "select * from rowhouse.last_change('equipment'::regclass, '{BFM-001}')",
        "select rowhouse.save_open('00000000-0000-0000-0000-000000000001', 'x')",
        "select rowhouse.save_done('00000000-0000-0000-0000-000000000001', 1, '{a}', 1)",
        "select * from rowhouse.save_outcome('00000000-0000-0000-0000-000000000001')",
        "select * from rowhouse.account_list()",
        "select rowhouse.record_delete('equipment'::regclass, '{BFM-001}', 1, '1')",
        "select rowhouse.hard_locks('equipment'::regclass)",
        "select rowhouse.claim('equipment'::regclass, '{BFM-001}')",
        "select rowhouse.touch(true, 'x', '[]', null)",
        "select * from rowhouse.claimed('equipment'::regclass)",
        "select * from rowhouse.claim_ask('equipment'::regclass, '{BFM-001}')",
        "select rowhouse.claim_answer(1, 'done')",
        "select rowhouse.claim_take('equipment'::regclass, '{BFM-001}')",
        "select rowhouse.claim_release('equipment'::regclass, '{BFM-001}', null)",
        "select * from rowhouse.messages()",
        "select * from rowhouse.session_claims()",
        "select * from rowhouse.what_became('equipment'::regclass, '{BFM-001}', '3')",
        "select * from rowhouse.delete_denied('equipment'::regclass)",
        "select * from rowhouse.lock_holders(1)",
    ];
    for forged in [
        "",
        "1",
        "0",
        "null",
        "00000000000000000000000000000000",
        "'; select 1; --",
    ] {
        for setting in [
            "rowhouse.session",
            "app.user_id",
            "app.tenant_id",
            "app.shop",
        ] {
            let sql = "select set_config($1, $2, false)";
            login
                .execute(
                    sql,
                    &[&setting, &if setting == "app.shop" { "1" } else { forged }],
                )
                .await?;
        }
        for statement in statements {
            let refusal = refusal(login.query(statement, &[]).await);
            assert_eq!(
                refusal.state, "RH401",
                "{statement} as {forged:?}: {refusal:?}"
            );
            assert_eq!(refusal.detail, "unknown", "{statement} as {forged:?}");
        }
        let opened = login
            .query("select rowhouse.tx_open($1, 10)", &[&forged])
            .await;
        assert_eq!(refusal(opened).state, "RH401");
    }
    assert_eq!(
        plant
            .count("select count(*) from equipment where status = 'x'")
            .await?,
        0
    );
    Ok(())
}

/// The session's own right ends where the shared login's ends.
#[tokio::test]
async fn nobody_climbs_to_another_role() -> Outcome {
    let plant = Plant::open().await?;
    let seat = plant.seat("theo").await?;
    let name = |which: &str| plant.roles.name(which);
    for statement in [
        format!("set role \"{}\"", name("owner")),
        format!("set role \"{}\"", name("auth")),
        format!("set role \"{}\"", name("trail")),
        "set role postgres".into(),
        "set session authorization postgres".into(),
        format!("alter role \"{}\" bypassrls", name("client")),
        format!("alter role \"{}\" createrole", name("client")),
        format!("grant \"{}\" to \"{}\"", name("owner"), name("client")),
        "create role robber".into(),
        "set session_replication_role = replica".into(),
        "create schema robber".into(),
        "create temp table robber (x int)".into(),
        "create table public.robber (x int)".into(),
        "create function public.f() returns int language sql as 'select 1'".into(),
        "create function rowhouse.may(text, text) returns bool language sql as 'select true'".into(),
        "do $$ begin raise notice 'x'; end $$".into(),
        "select lo_create(0)".into(),
        "select pg_terminate_backend(1)".into(),
        "select query from pg_stat_activity".into(),
        "alter table equipment disable row level security".into(),
        "alter table equipment no force row level security".into(),
        "drop policy rowhouse_gate on equipment".into(),
        "lock table equipment in exclusive mode".into(),
        "truncate equipment".into(),
        "delete from equipment where bfm = 'BFM-001'".into(),
        "create trigger t before update on equipment for each row execute function suppress_redundant_updates_trigger()".into(),
    ] {
        let refusal = seat.refused(&statement).await;
        assert_eq!(refusal.state, "42501", "{statement}: {refusal:?}");
    }
    let database = refusal(seat.client.batch_execute("create database robber").await);
    assert_eq!(database.state, "42501", "{database:?}");
    seat.client.batch_execute("set row_security = off").await?;
    let off = seat.refused("select bfm from equipment").await;
    assert_eq!(off.state, "42501", "{off:?}");
    assert!(off.message.contains("row-level security"), "{off:?}");
    Ok(())
}

/// Deleted rights work at the next statement; an old snapshot cannot write.
#[tokio::test]
async fn a_revoked_person_is_cut_at_the_next_statement() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.begin().await?;
    assert_eq!(
        theo.client
            .query("select bfm from equipment", &[])
            .await?
            .len(),
        40
    );
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.account set deactivated_at = now() where username = 'theo'",
        )
        .await?;
    let cut = refusal(theo.client.query("select bfm from equipment", &[]).await);
    assert_eq!(
        (cut.state.as_str(), cut.hint.as_str()),
        ("RH401", "the account was deactivated")
    );

    let tina = plant.seat("tina").await?;
    tina.client
        .batch_execute("begin isolation level repeatable read")
        .await?;
    let open = "select rowhouse.tx_open($1, 10)";
    tina.client.query(open, &[&tina.token]).await?;
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.account set deactivated_at = now() where username = 'tina'",
        )
        .await?;
    let write = refusal(
        tina.client
            .execute("update equipment set status = 'late'", &[])
            .await,
    );
    assert_eq!(write.state, "RH422", "{write:?}");
    Ok(())
}

/// A policy of the table's own that trusts a setting opens nothing.
#[tokio::test]
async fn the_tables_own_policy_is_no_way_around() -> Outcome {
    let plant = Plant::open().await?;
    let login = plant.login().await?;
    login.batch_execute("set app.shop = '1'").await?;
    assert_eq!(
        refusal(login.query("select id, secret from shop", &[]).await).state,
        "RH401"
    );
    let theo = plant.seat("theo").await?;
    theo.client.batch_execute("set app.shop = '1'").await?;
    assert!(theo.run("select id from shop").await.is_ok());
    Ok(())
}

/// What `init` asserts can fail: each loosening is named.
#[tokio::test]
async fn the_asserts_notice_a_loosened_boundary() -> Outcome {
    let plant = Plant::open().await?;
    let client = plant.roles.client();
    rowhouse::db::install::check(&plant.owner, &plant.roles).await?;
    for (loosen, mend, said) in [
        (
            "alter function rowhouse.may(oid, text) reset search_path".to_string(),
            "alter function rowhouse.may(oid, text) set search_path = pg_catalog, pg_temp"
                .to_string(),
            "no fixed search_path",
        ),
        (
            "grant execute on function rowhouse.me() to public".into(),
            "revoke execute on function rowhouse.me() from public".into(),
            "PUBLIC may execute",
        ),
        (
            format!("grant update on equipment to {client}"),
            format!("revoke update on equipment from {client}"),
            "UPDATE on all of equipment",
        ),
        (
            format!("grant usage on schema rowhouse_private to {client}"),
            format!("revoke usage on schema rowhouse_private from {client}"),
            "may use schema rowhouse_private",
        ),
        (
            format!("grant select on rowhouse_private.credential to {client}"),
            format!("revoke select on rowhouse_private.credential from {client}"),
            "rights on rowhouse_private.credential",
        ),
        (
            "create index loose on rowhouse_private.role (name)".into(),
            "drop index rowhouse_private.loose".into(),
            "does not begin with the tenant",
        ),
        (
            "create policy loose on area using (rowhouse.may('area'::regclass, 'view'))".into(),
            "drop policy loose on area".into(),
            "once per row",
        ),
        (
            "alter table area disable row level security".into(),
            "alter table area enable row level security".into(),
            "area has no row security",
        ),
        (
            "alter policy rowhouse_gate on area to postgres".into(),
            format!("alter policy rowhouse_gate on area to {client}"),
            "area lacks the gate",
        ),
    ] {
        plant.owner.batch_execute(&loosen).await?;
        let error = rowhouse::db::install::check(&plant.owner, &plant.roles).await;
        let text = error
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(text.contains(said), "{loosen}: {text:?}");
        plant.owner.batch_execute(&mend).await?;
    }
    rowhouse::db::install::check(&plant.owner, &plant.roles).await?;
    Ok(())
}

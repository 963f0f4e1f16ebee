//! The attacks that hold for everything installed, found through the catalog: functions that say
//! what they found, so that the suite and the check of the suite ([`super::sabotage`]) run the same.
//! A table or function that is added later is attacked without anybody's doing.

use std::pin::Pin;

use super::attacker::{Attack, Attacker, Findings};
use super::catalog::{statements, tables, texts};
use super::plant::{Outcome, Plant};

/// One check: what it finds is a list of sentences; none on a whole boundary.
pub struct Check {
    pub name: &'static str,
    pub run: for<'a> fn(&'a Plant) -> Pin<Box<dyn Future<Output = Findings> + 'a>>,
}

macro_rules! checks {
    ($($name:ident),* $(,)?) => {
        /// Every check.
        pub const CHECKS: &[Check] = &[$(Check {
            name: stringify!($name),
            run: |plant| Box::pin($name(plant)),
        }),*];
    };
}

checks![
    inner_schemas_are_closed,
    the_api_asks_for_a_session,
    tables_ask_for_a_session,
    dead_sessions_are_told_everywhere,
    rights_are_by_column,
    views_and_functions_of_others_show_nothing,
    policies_ask_once,
    functions_are_fixed,
    every_change_is_recorded,
    what_may_not_be_viewed_is_not_there,
    nobody_writes_beyond_their_verbs,
];

/// Functions of the API that work before anybody is signed in.
const AT_THE_DOOR: [&str; 10] = [
    "about",
    "login_challenge",
    "login_finish",
    "login_submit",
    "maintain",
    "password_choose",
    "ready",
    "save_begin",
    "sign_out",
    "tx_open",
];

/// One test's database as it was installed.
#[tokio::test]
async fn the_boundary_is_whole() -> Outcome {
    let plant = Plant::open().await?;
    let mut findings = Vec::new();
    for check in CHECKS {
        let found = (check.run)(&plant).await?;
        findings.extend(found.iter().map(|found| format!("{}: {found}", check.name)));
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

/// Rows 1 and 22: what no policy guards is guarded by USAGE.
async fn inner_schemas_are_closed(plant: &Plant) -> Findings {
    let inner = texts(
        plant,
        "select c.oid::regclass::text from pg_class c
          where c.relnamespace::regnamespace::text in ('rowhouse_private', 'rowhouse_trail')
            and c.relkind in ('r', 'p', 'S', 'v', 'm')",
    )
    .await?;
    let right = "42501 permission denied for schema rowhouse_";
    let mut attacks: Vec<Attack> = Vec::new();
    for table in &inner {
        attacks.push((format!("select count(*) from {table}"), right));
        attacks.push((format!("table {table}"), right));
        attacks.push((format!("delete from {table}"), right));
    }
    attacks.push(("select rowhouse_private.owner_account_list()".into(), right));
    attacks.push(("select rowhouse_private.owner_new_epoch('x')".into(), right));
    let mut found = Attacker::nobody(plant).await?.tries(&attacks).await?;
    found.extend(
        Attacker::person(plant, "theo")
            .await?
            .tries(&attacks)
            .await?,
    );
    Ok(found)
}

/// Row 2: every function of the API asks for a session before anything else.
async fn the_api_asks_for_a_session(plant: &Plant) -> Findings {
    let calls = format!(
        "select format('select * from %s(%s)', p.oid::regproc, (
                    select string_agg(case format_type(t, null)
                               when 'oid' then '''equipment''::regclass'
                               when 'text' then '''insert'''
                               when 'text[]' then '''{{BFM-001}}''::text[]'
                               when 'bigint' then '1::bigint'
                               when 'anyelement' then 'null::equipment'
                               else 'null::' || format_type(t, null) end, ', ' order by n)
                      from unnest(p.proargtypes::oid[]) with ordinality a(t, n)))
           from pg_proc p
          where p.pronamespace = 'rowhouse'::regnamespace and has_function_privilege(LOGIN, p.oid, 'execute')
            and p.proname <> all ('{{{}}}') order by 1",
        AT_THE_DOOR.join(",")
    );
    let calls = texts(plant, &calls).await?;
    assert!(calls.len() > 30, "{calls:?}");
    let attacks: Vec<Attack> = calls
        .into_iter()
        .map(|sql| (sql, "RH401 unknown"))
        .collect();
    let mut found = Attacker::nobody(plant).await?.tries(&attacks).await?;
    found.extend(Attacker::forger(plant).await?.tries(&attacks).await?);
    Ok(found)
}

/// Rows 2, 5 and 6: whoever has no session reads and writes no table, whatever its own policies say.
async fn tables_ask_for_a_session(plant: &Plant) -> Findings {
    let mut attacks: Vec<Attack> = Vec::new();
    for table in tables(plant).await? {
        for statement in statements(plant, &table).await? {
            attacks.push((statement, "RH401 unknown"));
        }
    }
    attacks.push((
        "select a.id from area a join equipment e on e.area = a.id".into(),
        "RH401 unknown",
    ));
    attacks.push((
        "select 1 where exists (select secret from shop)".into(),
        "RH401 unknown",
    ));
    let mut found = Attacker::nobody(plant).await?.tries(&attacks).await?;
    found.extend(Attacker::forger(plant).await?.tries(&attacks).await?);
    Ok(found)
}

/// Row 20, and BOUNDARY's gate by name: a dead session is told also where no row is tested.
async fn dead_sessions_are_told_everywhere(plant: &Plant) -> Findings {
    let mut found = dead_sessions_are_told(plant, super::attacker::BY_NAME).await?;
    found.extend(dead_sessions_are_told(plant, super::attacker::BY_SAVING).await?);
    Ok(found)
}

/// The same for one way of beginning a transaction.
pub async fn dead_sessions_are_told(plant: &Plant, opening: &str) -> Findings {
    let theo = Attacker::opened(plant, "theo", opening).await?;
    let alive = theo
        .answer("select bfm from equipment where bfm = 'BFM-001'")
        .await?;
    plant
        .owner
        .batch_execute(
            "create table if not exists hollow (id int primary key);
             update rowhouse_private.session s set ended_at = now(), end_reason = 'over'
               from rowhouse_private.account a where a.account_id = s.account_id and a.username = 'theo'",
        )
        .await?;
    let attacks = [
        "select bfm from equipment",
        "select bfm from equipment where bfm = 'none'",
        "select id from area where false",
        "update equipment set status = 'x' where bfm = 'none'",
        "select 1",
    ];
    let attacks: Vec<Attack> = attacks
        .iter()
        .map(|sql| ((*sql).to_owned(), "RH401 ended"))
        .collect();
    let mut found = theo.tries(&attacks).await?;
    if alive != "1 rows" {
        found.push(format!("the living session does not work: {alive}"));
    }
    Ok(found)
}

/// Rows 6 and 24: rights by column, so no LOCK, no TRUNCATE, no DELETE, and never the version.
async fn rights_are_by_column(plant: &Plant) -> Findings {
    let mut attacks: Vec<Attack> = Vec::new();
    for table in tables(plant).await? {
        let denied = "42501 permission denied for ";
        for mode in ["row exclusive", "share", "exclusive", "access exclusive"] {
            attacks.push((format!("lock table {table} in {mode} mode"), denied));
        }
        for statement in [
            format!("truncate {table}"),
            format!("delete from {table}"),
            format!("update {table} set rowhouse_version = 9"),
            format!("insert into {table} (rowhouse_version) values (9)"),
            format!("select tableoid, cmax from {table}"),
        ] {
            attacks.push((statement, denied));
        }
        for statement in [
            format!("alter table {table} disable row level security"),
            format!("alter table {table} no force row level security"),
            format!("drop policy rowhouse_gate on {table}"),
            format!("create index on {table} ((1))"),
        ] {
            attacks.push((statement, "42501 must be owner of "));
        }
    }
    let mut found = Attacker::nobody(plant).await?.tries(&attacks).await?;
    found.extend(
        Attacker::person(plant, "theo")
            .await?
            .tries(&attacks)
            .await?,
    );
    Ok(found)
}

/// Rows 5 and 21: views and functions of others run as the caller, or ask the gate all the same.
async fn views_and_functions_of_others_show_nothing(plant: &Plant) -> Findings {
    let views = texts(
        plant,
        "select c.oid::regclass::text from pg_class c
          where c.relkind in ('v', 'm') and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            and has_any_column_privilege(LOGIN, c.oid, 'select')",
    )
    .await?;
    let attacks: Vec<Attack> = views
        .iter()
        .map(|view| (format!("select * from {view}"), "RH401 unknown"))
        .collect();
    let mut found = Attacker::nobody(plant).await?.tries(&attacks).await?;
    let attacks: Vec<Attack> = attacks
        .into_iter()
        .map(|(sql, _)| (sql, "0 rows"))
        .collect();
    found.extend(
        Attacker::person(plant, "gina")
            .await?
            .tries(&attacks)
            .await?,
    );
    let open = "select 'the shared login may execute ' || p.oid::regprocedure from pg_proc p
                 where has_function_privilege(LOGIN, p.oid, 'execute') and p.prosecdef
                   and p.pronamespace::regnamespace::text not in ('pg_catalog', 'rowhouse')
                   and has_schema_privilege(LOGIN, p.pronamespace, 'usage')";
    found.extend(texts(plant, open).await?);
    Ok(found)
}

/// Section 4: the gate is asked once per statement, not once per row.
async fn policies_ask_once(plant: &Plant) -> Findings {
    let theo = plant.seat("theo").await?;
    let mut found = Vec::new();
    for table in tables(plant).await? {
        let readable = statements(plant, &table).await?;
        for statement in &readable[..2] {
            let plan = theo.run(&format!("explain {statement}")).await?;
            let plan: Vec<String> = plan.iter().map(|row| row.get(0)).collect();
            let bare = plan.iter().any(|line| line.contains("may("));
            if bare || !plan.iter().any(|line| line.contains("InitPlan")) {
                found.push(format!("{statement}: {}", plan.join(" / ")));
            }
        }
    }
    Ok(found)
}

/// Row 21 and section 2.8: definer functions have a fixed path, nobody gets one for nothing, and what
/// `init` asserts holds.
async fn functions_are_fixed(plant: &Plant) -> Findings {
    let mut found = texts(
        plant,
        "select p.oid::regprocedure || ' has no fixed search_path' from pg_proc p
          where p.prosecdef and p.pronamespace::regnamespace::text ^@ 'rowhouse'
            and not coalesce('search_path=pg_catalog, pg_temp' = any (p.proconfig), false)
         union all
         select 'PUBLIC may execute ' || p.oid::regprocedure from pg_proc p
          where p.pronamespace::regnamespace::text ^@ 'rowhouse' and has_function_privilege('public', p.oid, 'execute')",
    )
    .await?;
    if let Err(error) = rowhouse::db::install::check(&plant.owner, &plant.roles).await {
        found.extend(error.to_string().lines().skip(1).map(str::to_owned));
    }
    Ok(found)
}

/// Rows 30 and 31: what the shared login changes is in the trail under the name of who is signed in,
/// whatever else they claim, and counted by the version.
async fn every_change_is_recorded(plant: &Plant) -> Findings {
    let theo = plant.seat("theo").await?;
    let mut found = Vec::new();
    let count = "select count(*) from rowhouse_trail.entry where kind = 'record' and username = 'theo'
                    and account_id = (select account_id from rowhouse_private.account where username = 'theo')";
    for table in tables(plant).await? {
        let change = &statements(plant, &table).await?[1];
        let versions = format!("select coalesce(sum(rowhouse_version), 0)::bigint from {table}");
        let (recorded, before) = (plant.count(count).await?, plant.count(&versions).await?);
        let rows = plant
            .count(&format!("select count(*) from {table}"))
            .await?;
        theo.begin().await?;
        theo.client
            .batch_execute("set application_name = 'marta'; set rowhouse.username = 'marta'; set app.shop = '1'")
            .await?;
        let changed = i64::try_from(theo.client.execute(change, &[]).await?)?;
        theo.client.batch_execute("commit").await?;
        let recorded = plant.count(count).await? - recorded;
        let counted = plant.count(&versions).await? - before;
        if changed == 0 || changed > rows || (recorded, counted) != (changed, changed) {
            found.push(format!(
                "{change}: {changed} of {rows} rows, {recorded} entries, {counted} versions"
            ));
        }
    }
    Ok(found)
}

/// Rows 5 and 9: a right that is missing shows no row by any road, and no plan or error tells of one.
async fn what_may_not_be_viewed_is_not_there(plant: &Plant) -> Findings {
    let gina = Attacker::person(plant, "gina").await?;
    let attacks = [
        "select bfm from equipment",
        "select id from vault",
        "select id from shop where set_config('app.shop', '1', true) = '1'",
        "select a.id from area a join equipment e on e.area = a.id",
        "select id from area where exists (select bfm from equipment)",
        "select 1 / (case when status = 'Down' then 0 else 1 end) from equipment",
        "select description::int from equipment",
        "with x as materialized (select bfm from equipment) select * from x",
        "select bfm from equipment tablesample system (100)",
        "select bfm from equipment for key share",
        "update equipment set status = 'mine' returning bfm",
        "select * from pg_stats where tablename in ('equipment', 'vault', 'shop')",
    ];
    let attacks: Vec<Attack> = attacks
        .iter()
        .map(|sql| ((*sql).to_owned(), "0 rows"))
        .collect();
    let mut found = gina.tries(&attacks).await?;
    // A plan counts the rows that it passed over, never by what is in them.
    let seat = plant.seat("gina").await?;
    let mut removed = Vec::new();
    for status in ["Down", "Active", "none"] {
        let explain = format!(
            "explain (analyze, costs off, timing off, summary off) \
             select bfm from equipment where status || '' = '{status}'"
        );
        let plan: Vec<String> = seat
            .run(&explain)
            .await?
            .iter()
            .map(|row| row.get(0))
            .collect();
        let told = plan
            .iter()
            .find(|line| line.contains("Rows Removed"))
            .cloned();
        removed.push(told);
    }
    if removed.iter().any(|told| *told != removed[0]) {
        found.push(format!("plans tell of values: {removed:?}"));
    }
    Ok(found)
}

/// Row 4: verbs are given one by one.
async fn nobody_writes_beyond_their_verbs(plant: &Plant) -> Findings {
    let denied = "42501 new row violates row-level security policy";
    let attacks = [
        (
            "insert into equipment (bfm, description, status) values ('X', 'x', 'x')",
            denied,
        ),
        ("insert into area (id, name) values (9, 'x')", denied),
        ("insert into vault (id, secret) values (99, 'x')", denied),
        ("update area set name = 'x'", "0 rows"),
        (
            "select rowhouse.record_delete('area'::regclass, '{1}', 1, '1')",
            "RH403 permission",
        ),
    ];
    let attacks: Vec<Attack> = attacks.map(|(sql, right)| (sql.to_owned(), right)).into();
    Attacker::person(plant, "gina").await?.tries(&attacks).await
}

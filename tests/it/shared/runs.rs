//! Runs, changes of many rows at once, through the data layer: told in one line to who made them, row
//! by row to take them back, and found by their indexes.

use rowhouse::db::contract::many::One;
use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{
    HistoryReply, HistoryRequest, ManyReply, ManyRequest, Reply, Request,
};
use rowhouse::domain::record::{RequestId, Verb};
use rowhouse::domain::run::{Own, OwnRun, RunId, RunRow};
use rowhouse::domain::value::Value;

use tokio_postgres::{Client, SimpleQueryMessage};

use super::site::{PASSWORD, Site};
use crate::desk::{Got, Outcome, Seat, key, save_of};

async fn past(seat: &Seat, request: HistoryRequest) -> Got<HistoryReply> {
    match seat.database.perform(Request::History(request)).await? {
        Reply::History(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn own(seat: &Seat) -> Got<Vec<Own>> {
    match past(seat, HistoryRequest::LoadMyChanges { before: None }).await? {
        HistoryReply::MyChangesLoaded { changes, .. } => Ok(changes),
        other => panic!("{other:?}"),
    }
}

fn run_at(changes: &[Own], at: usize) -> &OwnRun {
    match &changes[at] {
        Own::Run(run) => run,
        Own::Change(one) => panic!("no run: {one:?}"),
    }
}

/// What a seat is told of a run of machines.
async fn rows(seat: &Seat, run: &RunId, verb: Verb) -> Got<Vec<RunRow>> {
    let request = HistoryRequest::LoadRun {
        table: seat.shape("machine").await?.id,
        verb,
        run: run.clone(),
        after: None,
    };
    match past(seat, request).await? {
        HistoryReply::RunLoaded { rows, next } => {
            assert_eq!(next, None);
            Ok(rows)
        }
        other => panic!("{other:?}"),
    }
}

/// Saves one field of a machine under a number.
async fn save(seat: &Seat, id: &str, number: RequestId, change: (&str, &str)) -> Outcome {
    let shape = seat.shape("machine").await?;
    let read = seat.record(&shape, &[id]).await?;
    let saved = seat
        .save(save_of(&shape, &read, number.0, &[change]))
        .await?;
    assert!(matches!(saved, SaveOutcome::Saved(Some(_))), "{saved:?}");
    Ok(())
}

/// Does the same to several machines in a run.
async fn set(seat: &Seat, first: RequestId, ids: &[&str], change: (&str, &str)) -> Outcome {
    for (at, id) in ids.iter().enumerate() {
        save(seat, id, first.later_in_run(at).expect("room"), change).await?;
    }
    Ok(())
}

fn keys(rows: &[RunRow]) -> Vec<&str> {
    rows.iter().map(|row| row.key.0[0].as_str()).collect()
}

#[tokio::test]
async fn a_run_is_one_line_and_tells_of_each_record_to_who_made_it() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let first = RequestId::of_run(1, 1);
    set(&anna, first, &["3", "4", "5", "6"], ("place", "Yard")).await?;
    save(&anna, "9", RequestId(7), ("place", "Yard")).await?;
    set(
        &bert,
        RequestId::of_run(2, 1),
        &["4", "8"],
        ("place", "Roof"),
    )
    .await?;
    save(&bert, "6", RequestId(8), ("price", "1")).await?;

    let changes = own(&anna).await?;
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert!(matches!(&changes[0], Own::Change(one) if one.entry.key == key(&["9"])));
    let run = run_at(&changes, 1);
    assert_eq!((run.verb, run.rows, run.is_more), (Verb::Update, 4, false));
    assert_eq!(run.columns, ["place"]);
    assert_eq!(run.set.len(), 1);
    assert_eq!(run.set[0].1.whole(), Some(&Value::from("Yard")));

    let told = rows(&anna, &run.run, Verb::Update).await?;
    assert_eq!(keys(&told), ["3", "4", "5", "6"]);
    let by: Vec<Option<&str>> = told
        .iter()
        .map(|row| row.touched.as_ref().map(|touched| touched.by.as_str()))
        .collect();
    assert_eq!(
        by,
        [None, Some("bert"), None, None],
        "another field is none"
    );
    let old = told[0].fields[0].old.as_ref().and_then(|kept| kept.whole());
    assert_eq!(old, Some(&Value::from("Hall 3")));

    // Another person's run is neither listed nor told of, whoever names it.
    let theirs = own(&bert).await?;
    assert_eq!(theirs.len(), 2);
    let theirs = run_at(&theirs, 1);
    assert_eq!(theirs.rows, 2);
    assert_ne!(theirs.run, run.run);
    assert_eq!(rows(&anna, &theirs.run, Verb::Update).await?, []);
    assert_eq!(rows(&bert, &run.run, Verb::Update).await?, []);

    // What is hidden meanwhile is neither counted nor told of.
    site.owner
        .batch_execute("create policy hide on machine as restrictive for select using (id <> 5)")
        .await?;
    assert_eq!(run_at(&own(&anna).await?, 1).rows, 3);
    let told = rows(&anna, &run.run, Verb::Update).await?;
    assert_eq!(keys(&told), ["3", "4", "6"]);
    Ok(())
}

#[tokio::test]
async fn a_run_of_deletions_knows_what_is_there_again_and_what_went_along() -> Outcome {
    let site = Site::new().await?;
    let boss = site.person("boss").await?;
    site.owner
        .batch_execute(
            "alter table everything add column machine int references machine on delete cascade;
             insert into machine (id, name) values (701, 'A'), (702, 'B'), (703, 'C');
             insert into everything (id, machine) values (11, 701), (12, 701)",
        )
        .await?;
    let shape = boss.shape("machine").await?;
    let first = RequestId::of_run(3, 1);
    let mut all = Vec::new();
    for (at, id) in ["701", "702", "703"].into_iter().enumerate() {
        let record = boss.record(&shape, &[id]).await?;
        all.push(One::Delete {
            request: first.later_in_run(at).expect("room"),
            table: shape.id,
            key: key(&[id]),
            guard: record.guard,
            base: record.values,
        });
    }
    let request = Request::Many(ManyRequest::ChangeSeveral(all));
    let Reply::Many(ManyReply::SeveralChanged(came)) = boss.database.perform(request).await? else {
        panic!("not deleted");
    };
    let deleted = came
        .iter()
        .all(|one| matches!(one, Ok(SaveOutcome::Deleted)));
    assert!(deleted, "{came:?}");
    site.owner
        .batch_execute("insert into machine (id, name) values (703, 'another')")
        .await?;

    let changes = own(&boss).await?;
    assert_eq!(changes.len(), 1, "what went along is no line: {changes:?}");
    let run = run_at(&changes, 0);
    assert_eq!((run.table, run.verb, run.rows), (shape.id, Verb::Delete, 3));
    let told = rows(&boss, &run.run, Verb::Delete).await?;
    assert_eq!(keys(&told), ["701", "702", "703"]);
    assert_eq!(
        told.iter().map(|row| row.along).collect::<Vec<_>>(),
        [true, false, false]
    );
    let again = |row: &RunRow| row.touched.as_ref().map(|touched| touched.verb);
    let again: Vec<_> = told.iter().map(again).collect();
    assert_eq!(again, [None, None, Some(Verb::Insert)]);
    let name = told[1].fields.iter().find(|field| field.column == "name");
    let name = name.and_then(|field| field.old.as_ref()?.whole());
    assert_eq!(name, Some(&Value::from("B")));
    Ok(())
}

/// The rows and the blocks that a call reads, once what every session reads of the catalog is warm.
async fn read_by(login: &Client, token: &str, call: &str) -> Got<(u64, u64)> {
    let mut told = (0, 0);
    for _ in 0..2 {
        login.batch_execute("begin").await?;
        let schema = rowhouse::db::install::SCHEMA_VERSION;
        login
            .query("select rowhouse.tx_open($1, $2)", &[&token, &schema])
            .await?;
        let explain =
            format!("explain (analyze, buffers, timing off, format json) select * from {call}");
        let answers = login.simple_query(&explain).await?;
        login.batch_execute("rollback").await?;
        let texts = answers.iter().filter_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        let plan: serde_json::Value = serde_json::from_str(&texts.collect::<String>())?;
        let top = &plan[0]["Plan"];
        // From PostgreSQL 18 on rows are told with decimals.
        let number = |name: &str| top[name].as_f64().unwrap_or(0.0) as u64;
        let blocks = number("Shared Hit Blocks") + number("Shared Read Blocks");
        told = (number("Actual Rows"), blocks);
    }
    Ok(told)
}

/// Twenty single changes, then a run of 10,000 rows: the list of both, and a page of the run, read
/// little of it.
#[tokio::test]
async fn a_long_run_does_not_make_one_s_own_changes_slow() -> Outcome {
    let site = Site::new().await?;
    drop(site.person("anna").await?);
    let login = rowhouse::db::admin::connect(&site.endpoint().with_user(&site.login())).await?;
    let signed_in = crate::attacks::sign_in(&login, "anna", &PASSWORD.into()).await?;
    let token = signed_in.token.ok_or("refused")?;
    let entries = |from: u32, to: u32, key: &str, request: &str| {
        format!(
            "insert into rowhouse_trail.entry (table_oid, table_name, record_key, verb, columns, old_values,
                                               new_values, account_id, username, request_id)
             select 'machine'::regclass, 'machine', array[({key})::text], 'update', '{{place}}',
                    '{{\"place\": \"a\"}}', '{{\"place\": \"b\"}}', a.account_id, 'anna', {request}
               from rowhouse_private.account a, generate_series({from}, {to}) n where a.username = 'anna';
             analyze rowhouse_trail.entry; analyze rowhouse_trail.run"
        )
    };
    let single = entries(1, 20, "n", "null::uuid");
    site.owner.batch_execute(&single).await?;
    let list = "rowhouse.my_changes(null, 21)";
    let (rows, before) = read_by(&login, &token, list).await?;
    assert_eq!(rows, 20);
    let number = "('fedcba98-7654-8210-8000-0001' || lpad(to_hex(n), 8, '0'))::uuid";
    let run = entries(0, 9_999, "n % 480 + 21", number);
    site.owner.batch_execute(&run).await?;
    // As is noted where triggers write entries.
    let began = "insert into rowhouse_trail.run (tenant_id, account_id, run, table_oid, verb, entry_id, depth, at)
                 select e.tenant_id, e.account_id, rowhouse_trail.run_of(e.request_id), e.table_oid, e.verb,
                        min(e.id), 0, min(e.at)
                   from rowhouse_trail.entry e where rowhouse_trail.run_of(e.request_id) is not null
                  group by 1, 2, 3, 4, 5; analyze rowhouse_trail.run";
    site.owner.batch_execute(began).await?;
    let (rows, blocks) = read_by(&login, &token, list).await?;
    assert_eq!(rows, 20, "those of the run are not among them");
    assert!(blocks < before + 1_000, "{blocks} blocks, {before} before");
    let (rows, blocks) = read_by(&login, &token, "rowhouse.my_runs(null, 21)").await?;
    assert_eq!(rows, 1);
    assert!((1..2_500).contains(&blocks), "{blocks} blocks");
    let page = "rowhouse.my_run('fedcba98-7654-8210-8000-0001', 'machine'::regclass, 'update', \
                'fedcba98-7654-8210-8000-000100001000', 0, 200)";
    let (rows, blocks) = read_by(&login, &token, page).await?;
    assert_eq!(rows, 200);
    let few = "rowhouse.my_run('fedcba98-7654-8210-8000-0001', 'machine'::regclass, 'update', \
               'fedcba98-7654-8210-8000-000100000010', 0, 200)";
    let (_, early) = read_by(&login, &token, few).await?;
    assert!(
        blocks < early * 2,
        "{blocks} blocks, {early} at the beginning"
    );
    Ok(())
}

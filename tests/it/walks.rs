//! The same walk on tables of several shapes, in the shared and in the plain way: two people edit one
//! record, one deletes with all that hangs on it, it comes back, many rows are changed and taken back.

mod plans;

use rowhouse::db::adopt::{self, Options};
use rowhouse::db::contract::many::{One, Returned};
use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{
    DependentsReply, DependentsRequest, Fault, HistoryReply, HistoryRequest, ManyReply,
    ManyRequest, RecordsReply, RecordsRequest, Reply, Request,
};
use rowhouse::db::install::{self, InstallOptions};
use rowhouse::db::{admin, owner};
use rowhouse::domain::back::{Standing, plan};
use rowhouse::domain::dependents::Found;
use rowhouse::domain::history::Remains;
use rowhouse::domain::record::{Record, RequestId, Verb};
use rowhouse::domain::run::{Own, RunId};
use rowhouse::domain::table::Shape;
use rowhouse::embedded::cluster::{Template, TestCluster, TestDatabase};
use tokio_postgres::Client;

use crate::desk::{self, Got, Outcome, Seat, key, save_of};
use crate::shared::{back, site};
use plans::{MUSIC, ODD, RENTAL, Walk};

/// Who works in the plain way.
const CLERK: &str = "rowhouse_walk_clerk";

/// A database where the walk begins, and two people in it.
struct Site {
    /// Kept, because the database goes with it.
    _database: TestDatabase,
    owner: Client,
    shared: bool,
    people: [Seat; 2],
}

impl Site {
    async fn open(walk: &'static Walk, shared: bool) -> Got<Self> {
        let empty = Template {
            name: "walk_empty",
            build: |_| Box::pin(async { Ok(()) }),
        };
        let database = TestCluster::shared()?.database(&empty).await?;
        let mut owner = admin::connect(&database.endpoint).await?;
        owner.batch_execute(walk.schema).await?;
        let user = match shared {
            true => share(&mut owner, walk).await?,
            false => {
                let schemas = "select string_agg(quote_ident(nspname), ', ') from pg_namespace
                               where nspname in ('public', 'Upper Case')";
                let schemas = desk::rows(&owner, schemas).await?.remove(0);
                owner
                    .batch_execute(&format!(
                        "do $$ begin create role {CLERK} login;
                               exception when duplicate_object or unique_violation then null; end $$;
                         grant usage on schema {schemas} to {CLERK};
                         grant all on all tables in schema {schemas} to {CLERK};
                         grant all on all sequences in schema {schemas} to {CLERK}"
                    ))
                    .await?;
                CLERK.to_owned()
            }
        };
        let settings = || desk::settings(&database.endpoint, &user);
        let people = [Seat::open(settings()).await?, Seat::open(settings()).await?];
        if shared {
            for (seat, name) in people.iter().zip(["anna", "bert"]) {
                site::sign_in(&seat.database, name).await?;
            }
        }
        Ok(Self {
            _database: database,
            owner,
            shared,
            people,
        })
    }

    async fn all(&self, walk: &Walk) -> Got<Vec<String>> {
        // What our layer and the table's own triggers count or stamp is another one after coming back.
        let stamped = "'rowhouse_version', 'last_update'";
        let sql = walk.all.replace(
            "to_jsonb(t)",
            &format!("(to_jsonb(t) - array[{stamped}])::text"),
        );
        let mut all = desk::rows(&self.owner, &sql).await?;
        all.sort_unstable();
        Ok(all)
    }
}

/// Installs the shared layer; gives back the shared login.
async fn share(client: &mut Client, walk: &Walk) -> Got<String> {
    install::install(client, InstallOptions::default()).await?;
    let tables: Vec<String> = walk
        .tables
        .iter()
        .map(|table| match table.split_once('.') {
            Some((schema, name)) => format!("\"{schema}\".\"{name}\""),
            None => (*table).to_owned(),
        })
        .collect();
    let plan = adopt::plan(client, &tables, &Options::default()).await?;
    adopt::apply(client, &plan).await?;
    let code = site::code()?;
    for username in ["anna", "bert"] {
        let account = owner::NewAccount {
            tenant: None,
            username,
            display_name: username,
            roles: &["manager"],
            code: &code,
        };
        owner::add(client, &[account]).await?;
    }
    let roles = install::installed(client).await?.ok_or("not installed")?;
    Ok(roles.client_name())
}

fn value<'a>(shape: &Shape, record: &'a Record, column: &str) -> Option<&'a str> {
    record.values[shape.column_named(column).expect("a column")].as_text()
}

async fn ask(seat: &Seat, request: Request) -> Result<Reply, Fault> {
    seat.database.perform(request).await
}

/// Two edit one record: disjoint fields both stay, the same field is never written over.
async fn edit_and_conflict(site: &Site, walk: &Walk) -> Outcome {
    let [anna, bert] = &site.people;
    let (table, id) = walk.edited;
    let shape = anna.shape(table).await?;
    let [one, other] = walk.fields;
    let before = anna.record(&shape, id).await?;
    let read = bert.record(&shape, id).await?;
    let saved = anna.save(save_of(&shape, &before, 1001, &[one])).await?;
    let SaveOutcome::Saved(Some(saved)) = saved else {
        panic!("not saved: {saved:?}");
    };
    assert_eq!(value(&shape, &saved, one.0), Some(one.1));

    // The same field: nothing is written, and what is there now is told.
    let late = [(one.0, value(&shape, &before, one.0).unwrap_or("x"))];
    let missed = bert.save(save_of(&shape, &read, 1002, &late)).await?;
    let SaveOutcome::Missed(Miss::Changed { theirs, by }) = missed else {
        panic!("not told: {missed:?}");
    };
    assert_eq!(value(&shape, &theirs, one.0), Some(one.1));
    assert_eq!(by.is_some_and(|by| by.username == "anna"), site.shared);
    let there = anna.record(&shape, id).await?;
    assert_eq!(value(&shape, &there, one.0), Some(one.1), "theirs stands");

    // Another field, over what was told: both are there.
    let saved = bert.save(save_of(&shape, &theirs, 1003, &[other])).await?;
    let SaveOutcome::Saved(Some(saved)) = saved else {
        panic!("not merged: {saved:?}");
    };
    assert_eq!(value(&shape, &saved, one.0), Some(one.1));
    assert_eq!(value(&shape, &saved, other.0), Some(other.1));
    Ok(())
}

/// Deleting says what hangs on it; all of it comes back, where it is kept what it was.
async fn delete_and_restore(site: &Site, walk: &Walk) -> Outcome {
    let anna = &site.people[0];
    let (table, id) = walk.deleted;
    let shape = anna.shape(table).await?;
    let before = site.all(walk).await?;
    let request = Request::Dependents(DependentsRequest::LoadDependents {
        table: shape.id,
        keys: vec![key(id)],
    });
    let Reply::Dependents(DependentsReply::DependentsLoaded(known)) = ask(anna, request).await?
    else {
        panic!("not known");
    };
    let told: Vec<(String, u64)> = known
        .existing()
        .map(|link| match link.found {
            Found::Rows { rows, .. } => (link.name.to_string(), rows),
            _ => (link.name.to_string(), 0),
        })
        .collect();
    for (name, rows) in walk.hanging {
        assert!(
            told.contains(&((*name).to_owned(), *rows)),
            "{name}: {told:?}"
        );
    }

    let record = anna.record(&shape, id).await?;
    let first = RequestId::of_run(7, 1);
    let delete = One::Delete {
        request: first,
        table: shape.id,
        key: key(id),
        guard: record.guard,
        base: record.values,
    };
    let many = Request::Many(ManyRequest::ChangeSeveral(vec![delete]));
    let Reply::Many(ManyReply::SeveralChanged(came)) = ask(anna, many).await? else {
        panic!("no answer");
    };
    assert!(matches!(came[..], [Ok(SaveOutcome::Deleted)]), "{came:?}");
    let after = site.all(walk).await?;
    assert!(after.len() < before.len());

    let run = Request::History(HistoryRequest::LoadRun {
        table: shape.id,
        verb: Verb::Delete,
        run: RunId::of(first),
        after: None,
    });
    if !site.shared {
        let refused = ask(anna, run).await;
        assert!(
            matches!(refused, Err(Fault::NotPermitted { .. })),
            "{refused:?}"
        );
        return Ok(());
    }
    let Reply::History(HistoryReply::RunLoaded { rows, .. }) = ask(anna, run).await? else {
        panic!("no run");
    };
    assert!(rows[0].along, "others went along");
    let of = rows.into_iter().map(|row| (row.key, row.entry)).collect();
    let request = HistoryRequest::LoadRemains {
        table: shape.id,
        of,
    };
    let Reply::History(HistoryReply::RemainsLoaded(remains)) =
        ask(anna, Request::History(request)).await?
    else {
        panic!("no remains");
    };
    bring_back(site, walk, remains).await?;
    assert_eq!(site.all(walk).await?, before, "all is as it was");
    Ok(())
}

async fn bring_back(site: &Site, walk: &Walk, remains: Vec<Remains>) -> Outcome {
    let anna = &site.people[0];
    let present = back::present(anna, walk.tables, &remains).await?;
    let parts = plan(remains, &present);
    let comes = |one: &&rowhouse::domain::back::Part| one.standing != Standing::Comes;
    let not: Vec<_> = parts.iter().filter(comes).collect();
    assert!(not.is_empty(), "{not:?}");
    let came = back::send(anna, RequestId::of_run(7, 2), &parts).await?;
    let back = |one: &Returned| matches!(one, Returned::Back(_));
    assert!(came.iter().all(back), "{came:?}");
    Ok(())
}

/// Many rows at once: each guarded, one that somebody changed is left alone, the others go back.
async fn many_and_back(site: &Site, walk: &Walk) -> Outcome {
    let [anna, bert] = &site.people;
    let (table, keys) = walk.many;
    let shape = anna.shape(table).await?;
    let set = [walk.set];
    let mut read = Vec::new();
    for id in keys {
        read.push(anna.record(&shape, id).await?);
    }
    let [_, other] = walk.fields;
    let touched = match table == walk.edited.0 {
        true => other,
        false => walk.set,
    };
    let theirs = bert
        .save(save_of(&shape, &read[0], 2001, &[touched]))
        .await?;
    assert!(matches!(theirs, SaveOutcome::Saved(_)), "{theirs:?}");
    let before = site.all(walk).await?;

    let first = RequestId::of_run(7, 3);
    let save = |(at, record): (usize, &Record)| {
        let number = first.later_in_run(at).expect("room");
        One::Save(save_of(&shape, record, number.0, &set))
    };
    let request = ManyRequest::ChangeSeveral(read.iter().enumerate().map(save).collect());
    let Reply::Many(ManyReply::SeveralChanged(came)) = ask(anna, Request::Many(request)).await?
    else {
        panic!("no answer");
    };
    assert!(
        matches!(came[0], Ok(SaveOutcome::Missed(Miss::Changed { .. }))),
        "{:?}",
        came[0]
    );
    let mut back = Vec::new();
    for (at, (came, before)) in came.into_iter().zip(&read).enumerate().skip(1) {
        let Ok(SaveOutcome::Saved(Some(saved))) = came else {
            panic!("{at}: {came:?}");
        };
        assert_eq!(value(&shape, &saved, walk.set.0), Some(walk.set.1));
        let number = RequestId::of_run(7, 4).later_in_run(at).expect("room");
        let mut save = save_of(&shape, &saved, number.0, &set);
        let column = save.changes[0].column;
        save.changes[0].entry =
            rowhouse::domain::value::Entry::Value(before.values[column].clone());
        back.push(One::Save(save));
    }
    if site.shared {
        let request = Request::History(HistoryRequest::LoadMyChanges { before: None });
        let Reply::History(HistoryReply::MyChangesLoaded { changes, .. }) =
            ask(anna, request).await?
        else {
            panic!("no changes");
        };
        let run = changes.first();
        let told = matches!(run, Some(Own::Run(run)) if run.rows == 3 && run.verb == Verb::Update);
        assert!(told, "one line: {run:?}");
    }
    let request = Request::Many(ManyRequest::ChangeSeveral(back));
    let Reply::Many(ManyReply::SeveralChanged(came)) = ask(anna, request).await? else {
        panic!("no answer");
    };
    let saved = |one: &Result<SaveOutcome, Fault>| matches!(one, Ok(SaveOutcome::Saved(_)));
    assert!(came.iter().all(saved), "{came:?}");
    assert_eq!(site.all(walk).await?, before);
    Ok(())
}

async fn go(walk: &'static Walk) -> Outcome {
    for shared in [true, false] {
        let site = Site::open(walk, shared).await?;
        edit_and_conflict(&site, walk).await?;
        many_and_back(&site, walk).await?;
        delete_and_restore(&site, walk).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_shop_for_music_is_walked_in_both_ways() -> Outcome {
    go(&MUSIC).await?;
    // What is referred to and may not go is told, and stays.
    let site = Site::open(&MUSIC, false).await?;
    let seat = &site.people[0];
    let shape = seat.shape("media_type").await?;
    let record = seat.record(&shape, &["1"]).await?;
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(1),
        table: shape.id,
        key: key(&["1"]),
        guard: record.guard,
        base: record.values,
    };
    let RecordsReply::Finished(SaveOutcome::Rejected(_)) = seat.records(request).await? else {
        panic!("it is referred to");
    };
    Ok(())
}

#[tokio::test]
async fn a_shop_that_lends_films_is_walked_in_both_ways() -> Outcome {
    go(&RENTAL).await
}

#[tokio::test]
async fn what_nobody_would_do_is_walked_in_both_ways() -> Outcome {
    go(&ODD).await
}

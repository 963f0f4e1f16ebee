//! The past of records through the data layer: timelines, blame, as-of, one's own changes, the bin;
//! and that a long timeline among many entries is found by its index.

use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{
    Fault, HistoryReply, HistoryRequest, RecordsReply, RecordsRequest, Reply, Request,
};
use rowhouse::domain::history::{
    AsOf, Beyond, Blame, DeletedRecord, EntryId, HistoryEntry, Kept, OwnChange, Remains, Then,
};
use rowhouse::domain::record::{Record, RequestId, Verb};
use rowhouse::domain::run::Own;
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, key, save_of};

async fn ask(seat: &Seat, request: HistoryRequest) -> Result<HistoryReply, Fault> {
    match seat.database.perform(Request::History(request)).await? {
        Reply::History(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn history(
    seat: &Seat,
    shape: &Shape,
    of: &[&str],
    column: Option<&str>,
    before: Option<EntryId>,
) -> Got<(Vec<HistoryEntry>, bool)> {
    let request = HistoryRequest::LoadHistory {
        table: shape.id,
        key: key(of),
        column: column.map(str::to_owned),
        before,
    };
    match ask(seat, request).await? {
        HistoryReply::HistoryLoaded { entries, more } => Ok((entries, more)),
        other => panic!("{other:?}"),
    }
}

async fn as_of(
    seat: &Seat,
    shape: &Shape,
    of: &[&str],
    entry: EntryId,
) -> Got<(Option<AsOf>, Option<Record>)> {
    let request = HistoryRequest::LoadAsOf {
        table: shape.id,
        key: key(of),
        entry,
    };
    match ask(seat, request).await? {
        HistoryReply::AsOfLoaded { past, present } => Ok((past, present.map(|record| *record))),
        other => panic!("{other:?}"),
    }
}

async fn blame(seat: &Seat, shape: &Shape, of: &[&str]) -> Got<Vec<Blame>> {
    let request = HistoryRequest::LoadBlame {
        table: shape.id,
        key: key(of),
    };
    match ask(seat, request).await? {
        HistoryReply::BlameLoaded(blamed) => Ok(blamed),
        other => panic!("{other:?}"),
    }
}

async fn my_changes(seat: &Seat) -> Got<Vec<OwnChange>> {
    match ask(seat, HistoryRequest::LoadMyChanges { before: None }).await? {
        HistoryReply::MyChangesLoaded { changes, .. } => Ok(changes
            .into_iter()
            .map(|own| match own {
                Own::Change(change) => *change,
                Own::Run(run) => panic!("no run: {run:?}"),
            })
            .collect()),
        other => panic!("{other:?}"),
    }
}

async fn bin(seat: &Seat, shape: &Shape) -> Got<Vec<DeletedRecord>> {
    let request = HistoryRequest::LoadBin {
        table: shape.id,
        before: None,
    };
    match ask(seat, request).await? {
        HistoryReply::BinLoaded { records, .. } => Ok(records),
        other => panic!("{other:?}"),
    }
}

async fn remains(seat: &Seat, shape: &Shape, of: &[&str], entry: EntryId) -> Got<Vec<Remains>> {
    let request = HistoryRequest::LoadRemains {
        table: shape.id,
        of: vec![(key(of), entry)],
    };
    match ask(seat, request).await? {
        HistoryReply::RemainsLoaded(remains) => Ok(remains),
        other => panic!("{other:?}"),
    }
}

async fn save(seat: &Seat, of: &[&str], number: u128, changes: &[(&str, &str)]) -> Got<Record> {
    let shape = seat.shape("machine").await?;
    let read = seat.record(&shape, of).await?;
    match seat.save(save_of(&shape, &read, number, changes)).await? {
        SaveOutcome::Saved(Some(record)) => Ok(*record),
        other => panic!("not saved: {other:?}"),
    }
}

fn text(kept: Option<&Kept>) -> &str {
    kept.map_or("-", |kept| kept.text().unwrap_or("NULL"))
}

/// Entries as `verb who column: old > new`.
fn told(entries: &[HistoryEntry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| {
            let who = entry
                .author
                .username
                .as_deref()
                .unwrap_or(&entry.author.db_user);
            let fields: Vec<String> = entry
                .fields
                .iter()
                .take(3)
                .map(|field| {
                    format!(
                        "{}: {} > {}",
                        field.column,
                        text(field.old.as_ref()),
                        text(field.new.as_ref())
                    )
                })
                .collect();
            format!("{:?} {who} {}", entry.verb, fields.join(", "))
        })
        .collect()
}

#[tokio::test]
async fn a_timeline_tells_who_changed_what_and_follows_the_key() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    save(&anna, &["3"], 1, &[("place", "Hall A")]).await?;
    site.owner
        .batch_execute("update machine set id = 9003, place = 'Hall B' where id = 3")
        .await?;
    save(&bert, &["9003"], 2, &[("price", "7.5"), ("notes", "x")]).await?;
    let (entries, more) = history(&anna, &shape, &["9003"], None, None).await?;
    assert_eq!(
        told(&entries),
        [
            "Update bert doubled: 7.50 > 15.00, notes: none > x, price: 3.75 > 7.50",
            "Update postgres id: 3 > 9003, place: Hall A > Hall B",
            "Update anna place: Hall 3 > Hall A",
        ]
    );
    assert!(!more);
    assert_eq!(entries[1].new_key, Some(key(&["9003"])));
    assert!(entries[2].author.mine && !entries[0].author.mine);
    assert_eq!(entries[2].author.display_name, "Anna Zürn");
    assert_eq!((entries[0].version, entries[2].version), (Some(4), Some(2)));
    let (rest, _) = history(&anna, &shape, &["9003"], None, Some(entries[1].id)).await?;
    assert_eq!(rest, entries[2..]);
    let (places, _) = history(&anna, &shape, &["9003"], Some("place"), None).await?;
    assert_eq!(places, entries[1..]);
    let (before, _) = history(&anna, &shape, &["3"], None, None).await?;
    assert_eq!(before, entries[1..], "by its former name, until it left it");
    let strange = history(&anna, &shape, &["9003"], Some("no such"), None).await;
    assert!(strange.is_err());
    Ok(())
}

#[tokio::test]
async fn blame_names_who_gave_each_field_its_value() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    save(&anna, &["3"], 1, &[("place", "Hall A"), ("code", "abc")]).await?;
    save(&bert, &["3"], 2, &[("place", "Hall B")]).await?;
    let mut who: Vec<(String, String)> = blame(&anna, &shape, &["3"])
        .await?
        .into_iter()
        .map(|one| (one.column, one.author.username.unwrap_or_default()))
        .collect();
    who.sort();
    assert_eq!(
        who,
        [
            ("code".to_owned(), "anna".to_owned()),
            ("place".to_owned(), "bert".to_owned())
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_record_is_put_together_as_it_was() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    save(&anna, &["3"], 1, &[("place", "Hall A")]).await?;
    let long = "x".repeat(70_000);
    save(&anna, &["3"], 2, &[("notes", &long)]).await?;
    save(&anna, &["3"], 3, &[("notes", "short"), ("price", "5")]).await?;
    let (entries, _) = history(&anna, &shape, &["3"], None, None).await?;
    let value = |past: &AsOf, present: Option<&Record>, column: &str| {
        let at = shape.column_named(column).expect("a column");
        past.value(column, present.map(|record| &record.values[at]))
    };
    let whole = |text: &str| Then::Known(Kept::Whole(Value::from(text)));
    let (past, present) = as_of(&anna, &shape, &["3"], entries[2].id).await?;
    let past = past.expect("a past");
    assert_eq!(past.beyond, Beyond::Present);
    assert_eq!(value(&past, present.as_ref(), "place"), whole("Hall A"));
    assert_eq!(value(&past, present.as_ref(), "notes"), whole("none"));
    assert_eq!(value(&past, present.as_ref(), "price"), whole("3.75"));
    assert_eq!(
        value(&past, present.as_ref(), "name"),
        whole("Machine 0003")
    );
    let (past, present) = as_of(&anna, &shape, &["3"], entries[1].id).await?;
    let notes = value(&past.expect("a past"), present.as_ref(), "notes");
    assert!(
        matches!(&notes, Then::Known(Kept::Cut { bytes: 70_000, beginning }) if beginning.len() == 1024),
        "{notes:?}"
    );
    // Deleted and created again under the same key: what it was before the deletion is still known.
    site.owner
        .batch_execute(
            "delete from machine where id = 3; insert into machine (id, name) values (3, 'Other')",
        )
        .await?;
    let (past, present) = as_of(&anna, &shape, &["3"], entries[2].id).await?;
    let past = past.expect("a past");
    assert_eq!(past.beyond, Beyond::Gone);
    assert_eq!(value(&past, present.as_ref(), "place"), whole("Hall A"));
    assert_eq!(
        value(&past, present.as_ref(), "name"),
        whole("Machine 0003")
    );
    assert_eq!(value(&past, present.as_ref(), "notes"), whole("none"));
    let (entries, _) = history(&anna, &shape, &["3"], None, None).await?;
    assert_eq!(entries[0].verb, Verb::Insert);
    site.owner
        .batch_execute("alter table machine add column later text default 'new'")
        .await?;
    let outdated = as_of(&anna, &shape, &["3"], entries[0].id).await;
    assert!(outdated.is_err(), "the columns are read again first");
    let shape = anna.shape("machine").await?;
    let (past, _) = as_of(&anna, &shape, &["3"], entries[0].id).await?;
    let past = past.expect("a past");
    let new = Value::from("new");
    assert_eq!(past.value("later", Some(&new)), Then::Unknown);
    Ok(())
}

#[tokio::test]
async fn one_s_own_changes_say_who_touched_them_since() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    save(&anna, &["3"], 1, &[("place", "Hall A")]).await?;
    save(&anna, &["4"], 2, &[("place", "Hall A")]).await?;
    save(&bert, &["3"], 3, &[("price", "1")]).await?;
    save(&bert, &["4"], 4, &[("place", "Hall B")]).await?;
    let own = my_changes(&anna).await?;
    assert_eq!(own.len(), 2, "nobody else's: {own:?}");
    assert_eq!(own[0].entry.key, key(&["4"]));
    let touched = own[0].touched.as_ref().expect("touched");
    assert_eq!((touched.by.as_str(), touched.mine), ("bert", false));
    assert_eq!(touched.columns, ["place"]);
    assert_eq!(own[1].touched, None, "another field of it was changed");
    assert_eq!(my_changes(&bert).await?.len(), 2);
    site.owner
        .batch_execute("update machine set id = 9004 where id = 4")
        .await?;
    assert_eq!(my_changes(&anna).await?[0].entry.key, key(&["9004"]));
    Ok(())
}

/// A column that every change stamps is nobody's change: it is not taken back and touches nothing.
#[tokio::test]
async fn stamps_of_a_change_are_left_out_of_one_s_own() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "alter table machine add column stamped timestamptz, add column due timestamptz;
             create function stamp() returns trigger language plpgsql as
                 $$ begin new.stamped := now(); return new; end $$;
             create trigger stamp before update on machine for each row execute function stamp()",
        )
        .await?;
    let login = site.login();
    site.owner
        .batch_execute(&format!(
            "grant select (stamped, due), update (due) on machine to \"{login}\""
        ))
        .await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    save(
        &anna,
        &["3"],
        1,
        &[("place", "Hall A"), ("due", "2030-01-01 10:00+00")],
    )
    .await?;
    save(&bert, &["3"], 2, &[("price", "1")]).await?;
    let own = my_changes(&anna).await?;
    let fields: Vec<&str> = own[0]
        .entry
        .fields
        .iter()
        .map(|one| one.column.as_str())
        .collect();
    assert_eq!(fields, ["due", "place"]);
    assert_eq!(own[0].touched, None);
    assert_eq!(own[0].entry.withheld, 0);
    Ok(())
}

#[tokio::test]
async fn the_bin_holds_what_is_gone_with_what_went_along() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    site.owner
        .batch_execute(
            "alter table machine drop constraint machine_parent_fkey,
                 add constraint machine_parent_fkey foreign key (parent) references machine on delete cascade;
             insert into machine (id, name, parent) values (701, 'A', null), (702, 'B', 701), (703, 'C', 702),
                                                            (704, 'D', null);
             delete from machine where id in (701, 704)",
        )
        .await?;
    let gone = bin(&anna, &shape).await?;
    let keys: Vec<&str> = gone.iter().map(|one| one.entry.key.0[0].as_str()).collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    let of = |id: &str| {
        gone.iter()
            .find(|one| one.entry.key == key(&[id]))
            .expect("it")
    };
    assert_eq!(of("701").dependents, [(shape.id, 2)]);
    assert_eq!(of("704").dependents, []);
    let found = remains(&anna, &shape, &["701"], of("701").entry.id).await?;
    let order: Vec<(&str, u32)> = found
        .iter()
        .map(|one| (one.key.0[0].as_str(), one.depth))
        .collect();
    assert_eq!(order, [("701", 0), ("702", 1), ("703", 2)]);
    let name = found[1].values.iter().find(|(name, _)| name == "name");
    assert_eq!(name.map(|(_, kept)| text(Some(kept))), Some("B"));
    let create = RecordsRequest::CreateRecord {
        request: RequestId(1),
        table: shape.id,
        entries: save_of(
            &shape,
            &anna.record(&shape, &["1"]).await?,
            1,
            &[("id", "704"), ("name", "D")],
        )
        .changes,
    };
    let RecordsReply::Finished(SaveOutcome::Saved(_)) = anna.records(create).await? else {
        panic!("not created");
    };
    let left = bin(&anna, &shape).await?;
    assert!(!left.iter().any(|one| one.entry.key == key(&["704"])));
    Ok(())
}

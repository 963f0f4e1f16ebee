//! Two people on the same records: conflicts with names, the trail, the feed, deleting.

use rowhouse::db::contract::feed::{FeedCursor, FeedItem};
use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{
    Fault, FeedReply, FeedRequest, RecordsReply, RecordsRequest, Reply, Request, SessionsRequest,
};
use rowhouse::domain::record::{FieldChange, Record, RequestId, Verb};
use rowhouse::domain::session::{Activity, OpenRecord, Presence, PresenceMode};
use rowhouse::domain::table::{GuardKind, Shape, TableId};
use rowhouse::domain::value::{Entry, Value};

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, first_page, key, save_of};

fn saved(outcome: SaveOutcome) -> Record {
    match outcome {
        SaveOutcome::Saved(Some(record)) => *record,
        other => panic!("not saved: {other:?}"),
    }
}

async fn poll(
    seat: &Seat,
    cursor: Option<FeedCursor>,
    table: TableId,
) -> Got<(FeedCursor, Vec<FeedItem>, Vec<Presence>)> {
    let request = FeedRequest::Poll {
        cursor,
        table: Some(table),
    };
    match seat.database.perform(Request::Feed(request)).await? {
        Reply::Feed(FeedReply::Polled {
            cursor,
            items,
            presence,
            ..
        }) => Ok((cursor, items, presence)),
        other => panic!("{other:?}"),
    }
}

async fn delete(seat: &Seat, shape: &Shape, record: &Record, number: u128) -> Got<SaveOutcome> {
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(number),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: record.values.clone(),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_second_saver_is_told_who_was_first() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    assert!(matches!(&shape.guard, GuardKind::Version { column } if column == "rowhouse_version"));
    assert_eq!(shape.column_named("rowhouse_version"), None);
    let read = bert
        .record(&bert.shape("machine").await?.clone(), &["3"])
        .await?;
    let page = anna.page(first_page(&shape, 5)).await?;
    assert_eq!(page.rows[2].guard, read.guard);
    let version = read.guard.version.expect("a version");
    let annas = saved(
        anna.save(save_of(&shape, &read, 1, &[("place", "Hall A")]))
            .await?,
    );
    assert_eq!(annas.guard.version, Some(version + 1));
    assert_eq!(annas, anna.record(&shape, &["3"]).await?);
    let miss = bert
        .save(save_of(&shape, &read, 2, &[("place", "Hall B")]))
        .await?;
    let SaveOutcome::Missed(Miss::Changed {
        theirs,
        by: Some(by),
    }) = miss
    else {
        panic!("{miss:?}");
    };
    assert_eq!(*theirs, annas);
    assert_eq!(
        (by.username.as_str(), by.display_name.as_str(), by.verb),
        ("anna", "Anna Zürn", Verb::Update)
    );
    assert_eq!(by.station, "bench");
    let trail = site
        .rows("select verb, record_key, version, columns, username, request_id from rowhouse_trail.entry where kind = 'record' and table_name like '%machine'")
        .await?;
    assert_eq!(
        trail,
        [format!(
            "update|{{3}}|{}|{{place}}|anna|00000000-0000-0000-0000-000000000001",
            version + 1
        )]
    );
    assert!(matches!(
        delete(&anna, &shape, &annas, 3).await?,
        SaveOutcome::Deleted
    ));
    let miss = bert
        .save(save_of(&shape, &theirs, 4, &[("place", "x")]))
        .await?;
    let SaveOutcome::Missed(Miss::Deleted { by: Some(by) }) = miss else {
        panic!("{miss:?}");
    };
    assert_eq!(by.username, "anna");
    let miss = delete(&bert, &shape, &theirs, 5).await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Deleted { by: Some(_) })),
        "{miss:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_number_stands_for_one_save() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let read = anna.record(&shape, &["4"]).await?;
    let save = save_of(&shape, &read, 9, &[("price", "9.999")]);
    let first = saved(anna.save(save.clone()).await?);
    let again = saved(anna.save(save).await?);
    assert_eq!(first, again);
    let other = anna
        .save(save_of(&shape, &read, 9, &[("price", "8")]))
        .await;
    assert!(matches!(other, Err(Fault::Other { .. })), "{other:?}");
    assert_eq!(
        site.rows("select rowhouse_version from machine where id = 4")
            .await?,
        ["2"]
    );
    let create = RecordsRequest::CreateRecord {
        request: RequestId(10),
        table: shape.id,
        entries: vec![FieldChange {
            column: 1,
            entry: Entry::Value(Value::text("New")),
        }],
    };
    let mut made = Vec::new();
    for _ in 0..2 {
        let RecordsReply::Finished(outcome) = anna.records(create.clone()).await? else {
            panic!("no outcome");
        };
        made.push(saved(outcome));
    }
    assert_eq!(made[0], made[1]);
    assert_eq!(made[0].guard.version, Some(1));
    assert!(matches!(
        delete(&anna, &shape, &made[0], 11).await?,
        SaveOutcome::Deleted
    ));
    assert!(matches!(
        delete(&anna, &shape, &made[0], 11).await?,
        SaveOutcome::Deleted
    ));
    Ok(())
}

#[tokio::test]
async fn every_kind_of_adopted_table_is_saved() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("everything").await?;
    let before = anna.record(&shape, &["1"]).await?;
    let after = saved(
        anna.save(save_of(&shape, &before, 1, &[("note", "second")]))
            .await?,
    );
    let note = shape.column_named("note").expect("a column");
    for (place, value) in before
        .values
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != note)
    {
        assert_eq!(*value, after.values[place], "{}", shape.columns[place].name);
    }
    let parted = anna.shape("parted").await?;
    let record = anna.record(&parted, &["2", "a"]).await?;
    let moved = saved(
        anna.save(save_of(&parted, &record, 2, &[("part", "b")]))
            .await?,
    );
    assert_eq!(moved, anna.record(&parted, &["2", "b"]).await?);
    assert!(matches!(
        delete(&anna, &parted, &moved, 3).await?,
        SaveOutcome::Deleted
    ));
    let plain = anna.shape("unique_only").await?;
    assert_eq!(plain.guard, GuardKind::Xmin);
    let record = anna.record(&plain, &["A"]).await?;
    let after = saved(
        anna.save(save_of(&plain, &record, 4, &[("label", "x")]))
            .await?,
    );
    let miss = anna
        .save(save_of(&plain, &record, 5, &[("label", "y")]))
        .await?;
    assert!(
        matches!(miss, SaveOutcome::Missed(Miss::Changed { .. })),
        "{miss:?}"
    );
    assert!(matches!(
        delete(&anna, &plain, &after, 6).await?,
        SaveOutcome::Deleted
    ));
    Ok(())
}

#[tokio::test]
async fn the_feed_tells_what_others_changed_and_who_is_where() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    let (cursor, items, presence) = poll(&anna, None, shape.id).await?;
    assert!(items.is_empty() && presence.is_empty());
    let berts = bert.shape("machine").await?;
    let record = bert.record(&berts, &["7"]).await?;
    saved(
        bert.save(save_of(&berts, &record, 1, &[("place", "Hall Z")]))
            .await?,
    );
    let touch = SessionsRequest::Touch(Activity {
        active: true,
        place: "editor".into(),
        heard: Vec::new(),
        records: vec![OpenRecord {
            table: berts.id,
            name: berts.name.clone(),
            key: key(&["7"]),
            mode: PresenceMode::Edit,
            dirty: false,
        }],
    });
    bert.database.perform(Request::Sessions(touch)).await?;
    site.owner
        .batch_execute("update machine set place = 'psql' where id = 8; truncate parted")
        .await?;
    let (cursor, items, presence) = poll(&anna, Some(cursor), shape.id).await?;
    let told: Vec<(Option<&str>, Verb, &str, bool)> = items
        .iter()
        .map(|item| {
            (
                item.key.as_ref().map(|key| key.0[0].as_str()),
                item.verb,
                item.username.as_str(),
                item.mine,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("7"), Verb::Update, "bert", false),
            (Some("8"), Verb::Update, "postgres", false),
            (None, Verb::Truncate, "postgres", false)
        ]
    );
    assert_eq!(presence.len(), 1);
    assert_eq!(
        (&presence[0].key, presence[0].display_name.as_str()),
        (&key(&["7"]), "Bert Ohm")
    );
    assert!(
        !presence[0].mine && !presence[0].same_person && presence[0].mode == PresenceMode::Edit
    );
    let (_, items, _) = poll(&anna, Some(cursor), shape.id).await?;
    assert!(items.is_empty());
    Ok(())
}

#[tokio::test]
async fn two_racing_savers_lose_no_value_and_leave_a_full_trail() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute("update machine set price = 0 where id = 9")
        .await?;
    let start: i64 = site
        .rows("select rowhouse_version from machine where id = 9")
        .await?[0]
        .parse()?;
    let race = |seat: Seat, first: u128| async move {
        let shape = seat.shape("machine").await?;
        let price = shape.column_named("price").expect("a column");
        let mut tries = 0;
        for _ in 0..200 {
            loop {
                let read = seat.record(&shape, &["9"]).await?;
                let total: f64 = read.values[price].as_text().expect("a number").parse()?;
                tries += 1;
                let save = save_of(
                    &shape,
                    &read,
                    first + tries,
                    &[("price", &(total + 1.0).to_string())],
                );
                match seat.save(save).await? {
                    SaveOutcome::Saved(_) => break,
                    SaveOutcome::Missed(Miss::Changed { .. }) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
        Got::Ok(200)
    };
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let (annas, berts) = tokio::join!(race(anna, 1_000), race(bert, 1_000_000));
    assert_eq!((annas?, berts?), (200, 200));
    assert_eq!(
        site.rows("select price from machine where id = 9").await?,
        ["400.00"]
    );
    let end: i64 = site
        .rows("select rowhouse_version from machine where id = 9")
        .await?[0]
        .parse()?;
    assert_eq!(end - start, 400);
    let trail = site.rows("select count(*), count(distinct version), count(distinct request_id) from rowhouse_trail.entry \
                           where kind = 'record' and record_key = '{9}' and username in ('anna', 'bert')").await?;
    assert_eq!(trail, ["400|400|400"]);
    Ok(())
}

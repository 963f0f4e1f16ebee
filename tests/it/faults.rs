//! Faults on the way to the server: what was promised when a reply is lost, late or never sent.

mod cuts;
mod locks;

use std::time::{Duration, Instant};

use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::connection::ConnectionSettings;
use rowhouse::domain::record::{FieldChange, Record, RequestId};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry, Value};

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, first_page, key, save_of, until};
use crate::proxy::{Mode, Proxy};
use crate::shared::site::{Site, sign_in};

fn saved(outcome: SaveOutcome) -> Record {
    match outcome {
        SaveOutcome::Saved(Some(record)) => *record,
        other => panic!("not saved: {other:?}"),
    }
}

fn creation(shape: &Shape, number: u128, entries: &[(&str, &str)]) -> RecordsRequest {
    RecordsRequest::CreateRecord {
        request: RequestId(number),
        table: shape.id,
        entries: entries
            .iter()
            .map(|(name, value)| FieldChange {
                column: shape.column_named(name).expect("a column"),
                entry: Entry::Value(Value::text(*value)),
            })
            .collect(),
    }
}

async fn create(seat: &Seat, request: RecordsRequest) -> Result<SaveOutcome, Fault> {
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn one_round_trip_does_for_everything_but_the_first_look() -> Outcome {
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), Duration::from_millis(3)).await?;
    let seat = Seat::open(proxy.settings(desk.settings(CLERK))).await?;
    proxy.trips();
    let tables = seat.tables().await?;
    assert_eq!((proxy.trips(), tables.len() > 5), (1, true), "the list");
    let shape = seat.shape("machine").await?;
    assert_eq!(proxy.trips(), 2, "the list again, and the shape");
    let page = seat.page(first_page(&shape, 40)).await?;
    assert_eq!(proxy.trips(), 1, "the first page");
    seat.page(first_page(&shape, 40)).await?;
    assert_eq!(proxy.trips(), 1, "another page");
    let key = &page.rows[0].key.as_ref().expect("a key").0;
    let record = seat.record(&shape, &[key[0].as_str()]).await?;
    assert_eq!(proxy.trips(), 1, "a record");
    saved(
        seat.save(save_of(&shape, &record, 1, &[("place", "x")]))
            .await?,
    );
    assert_eq!(proxy.trips(), 1, "a save");
    let miss = seat
        .save(save_of(&shape, &record, 2, &[("place", "y")]))
        .await?;
    assert!(matches!(miss, SaveOutcome::Missed(_)));
    assert_eq!(proxy.trips(), 2, "a conflict and its reason");
    Ok(())
}

#[tokio::test]
async fn the_shared_way_needs_no_more_round_trips() -> Outcome {
    let site = Site::new().await?;
    let proxy = Proxy::new(site.endpoint(), Duration::from_millis(3)).await?;
    let seat = Seat::open(proxy.settings(site.settings())).await?;
    sign_in(&seat.database, "anna").await?;
    proxy.trips();
    seat.tables().await?;
    assert_eq!(proxy.trips(), 1, "the list");
    let shape = seat.shape("machine").await?;
    assert_eq!(proxy.trips(), 2, "the list again, and the shape");
    seat.page(first_page(&shape, 40)).await?;
    assert_eq!(proxy.trips(), 1, "the page");
    let record = seat.record(&shape, &["5"]).await?;
    proxy.trips();
    saved(
        seat.save(save_of(&shape, &record, 1, &[("place", "x")]))
            .await?,
    );
    assert_eq!(proxy.trips(), 1, "a save");
    Ok(())
}

#[tokio::test]
async fn a_swallowed_reply_to_commit_is_asked_for_again() -> Outcome {
    let (desk, site) = (Desk::new().await?, Site::new().await?);
    let plain = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let shared = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let clerk = Seat::open(plain.settings(desk.settings(CLERK))).await?;
    let anna = Seat::open(shared.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    for (seat, proxy, owner) in [(&clerk, &plain, &desk.owner), (&anna, &shared, &site.owner)] {
        let shape = seat.shape("machine").await?;
        let mut record = seat.record(&shape, &["5"]).await?;
        for (number, mode) in [(1, Mode::SwallowCommit), (2, Mode::CutBeforeCommit)] {
            proxy.set(mode);
            let price = format!("{number}.50");
            let save = save_of(&shape, &record, number, &[("price", &price)]);
            let after = saved(seat.save(save).await?);
            assert_eq!(proxy.mode(), Mode::Pass, "it happened");
            if let (Some(before), Some(after)) = (record.guard.version, after.guard.version) {
                assert_eq!(after, before + 1, "stored once");
            }
            let stored = crate::desk::rows(owner, "select price from machine where id = 5").await?;
            assert_eq!(stored, [price]);
            assert_eq!(after, seat.record(&shape, &["5"]).await?);
            record = after;
        }
        proxy.set(Mode::SwallowCommit);
        let request = creation(&shape, 3, &[("id", "9001"), ("name", "With a key")]);
        saved(create(seat, request).await?);
        let made = crate::desk::rows(owner, "select count(*) from machine where id = 9001").await?;
        assert_eq!(made, ["1"]);
        proxy.set(Mode::SwallowCommit);
        let delete = RecordsRequest::DeleteRecord {
            request: RequestId(4),
            table: shape.id,
            key: key(&["9001"]),
            guard: seat.record(&shape, &["9001"]).await?.guard,
            base: Vec::new(),
        };
        assert_eq!(proxy.mode(), Mode::Pass, "reading commits too");
        proxy.set(Mode::SwallowCommit);
        assert!(matches!(create(seat, delete).await?, SaveOutcome::Deleted));
    }
    Ok(())
}

#[tokio::test]
async fn where_it_cannot_be_known_that_is_said_and_cleared_up_later() -> Outcome {
    let site = Site::new().await?;
    let proxy = Proxy::new(site.endpoint(), Duration::ZERO).await?;
    let anna = Seat::open(proxy.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    let shape = anna.shape("machine").await?;
    let record = anna.record(&shape, &["5"]).await?;
    let save = save_of(&shape, &record, 1, &[("place", "unsure")]);
    proxy.set(Mode::SwallowCommitAndRefuse);
    assert_eq!(
        anna.save(save.clone()).await.unwrap_err(),
        Fault::OutcomeUnknown
    );
    proxy.set(Mode::Pass);
    let after = saved(anna.save(save).await?);
    assert_eq!(
        after.guard.version,
        Some(record.guard.version.expect("a version") + 1)
    );

    // In the plain way nothing tells a created record from another one when its key is the server's.
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let clerk = Seat::open(proxy.settings(desk.settings(CLERK))).await?;
    let shape = clerk.shape("machine").await?;
    proxy.set(Mode::SwallowCommit);
    let request = creation(&shape, 2, &[("name", "Twice?")]);
    for _ in 0..2 {
        assert_eq!(
            create(&clerk, request.clone()).await.unwrap_err(),
            Fault::OutcomeUnknown
        );
    }
    assert_eq!(
        desk.rows("select count(*) from machine where name = 'Twice?'")
            .await?,
        ["1"]
    );
    let record = clerk.record(&shape, &["6"]).await?;
    let save = save_of(&shape, &record, 3, &[("place", "unsure")]);
    proxy.set(Mode::SwallowCommitAndRefuse);
    assert_eq!(
        clerk.save(save.clone()).await.unwrap_err(),
        Fault::OutcomeUnknown
    );
    proxy.set(Mode::Pass);
    saved(clerk.save(save).await?);
    Ok(())
}

#[tokio::test]
async fn a_stalled_network_is_given_up_and_left_behind() -> Outcome {
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let settings = ConnectionSettings {
        statement_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_millis(300),
        ..proxy.settings(desk.settings(CLERK))
    };
    let seat = Seat::open(settings).await?;
    let shape = seat.shape("machine").await?;
    proxy.set(Mode::Stall);
    let began = Instant::now();
    let fault = seat.page(first_page(&shape, 5)).await.unwrap_err();
    assert!(
        matches!(fault, Fault::ConnectionLost | Fault::Unreachable { .. }),
        "{fault:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(8));
    proxy.set(Mode::Pass);
    seat.page(first_page(&shape, 5)).await?;
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_and_found_again() -> Outcome {
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), Duration::ZERO).await?;
    let seat = Seat::open(proxy.settings(desk.settings(CLERK))).await?;
    let shape = seat.shape("machine").await?;
    let record = seat.record(&shape, &["5"]).await?;
    proxy.set(Mode::Refuse);
    let fault = seat.page(first_page(&shape, 5)).await.unwrap_err();
    assert!(
        matches!(fault, Fault::Unreachable { .. } | Fault::ConnectionLost),
        "{fault:?}"
    );
    proxy.set(Mode::Pass);
    seat.page(first_page(&shape, 5))
        .await
        .expect("a page after it is back");
    desk.run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rowhouse_test_clerk' and datname = current_database()").await?;
    saved(
        seat.save(save_of(&shape, &record, 1, &[("place", "after")]))
            .await
            .expect("a save on connections that are gone"),
    );
    Ok(())
}

#[tokio::test]
async fn a_dropped_question_is_cancelled_and_its_connection_thrown_away() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("machine").await?;
    let record = seat.record(&shape, &["5"]).await?;
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                   and usename = 'rowhouse_test_clerk' and wait_event_type = 'Lock'";
    let other = rowhouse::db::admin::connect(desk.endpoint()).await?;
    other
        .batch_execute("begin; update machine set notes = 'held' where id = 5")
        .await?;
    let save = save_of(&shape, &record, 1, &[("place", "never")]);
    let asking = tokio::spawn({
        let seat = seat.clone();
        async move { seat.save(save).await }
    });
    until(async || desk.rows(waiting).await.is_ok_and(|rows| rows == ["1"])).await;
    asking.abort();
    let gone = async || -> Got<bool> {
        let open = desk
            .rows(
                "select count(*) from pg_stat_activity where datname = current_database() \
                              and usename = 'rowhouse_test_clerk' and state <> 'idle'",
            )
            .await?;
        Ok(open == ["0"])
    };
    until(async || gone().await.unwrap_or(false)).await;
    other.batch_execute("rollback").await?;
    assert_eq!(
        seat.record(&shape, &["5"]).await?,
        record,
        "nothing was changed"
    );
    saved(
        seat.save(save_of(&shape, &record, 2, &[("place", "now")]))
            .await?,
    );
    Ok(())
}

#[tokio::test]
async fn what_takes_too_long_or_is_held_by_others_says_so() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("create view slow as select pg_sleep(30)::text as a; grant select on slow to rowhouse_test_clerk").await?;
    let settings = ConnectionSettings {
        statement_timeout: Duration::from_millis(1_200),
        lock_timeout: Duration::from_millis(200),
        ..desk.settings(CLERK)
    };
    let seat = Seat::open(settings).await?;
    let slow = seat.shape("slow").await?;
    assert_eq!(
        seat.page(first_page(&slow, 5)).await.unwrap_err(),
        Fault::TooSlow
    );
    let shape = seat.shape("machine").await?;
    let record = seat.record(&shape, &["5"]).await?;
    let other = rowhouse::db::admin::connect(desk.endpoint()).await?;
    other
        .batch_execute("begin; update machine set notes = 'held' where id = 5")
        .await?;
    let held = seat
        .save(save_of(&shape, &record, 1, &[("place", "x")]))
        .await
        .unwrap_err();
    assert!(matches!(held, Fault::Locked { .. }), "{held:?}");
    other.batch_execute("rollback").await?;
    saved(
        seat.save(save_of(&shape, &record, 1, &[("place", "x")]))
            .await?,
    );
    Ok(())
}

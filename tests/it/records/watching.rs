//! Open records that are watched where no feed tells: every kind of guard, in one small question.

use rowhouse::db::contract::records::{Watch, Watched};
use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::record::{Guard, Record};
use rowhouse::domain::table::Shape;

use crate::desk::{CLERK, Desk, Outcome, Seat, key};
use crate::proxy::Proxy;

/// A record as a form watches it.
fn watch(shape: &Shape, record: &Record) -> Watch {
    let guarded = record.guard != Guard::default();
    Watch {
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: if guarded {
            Vec::new()
        } else {
            record.values.clone()
        },
    }
}

async fn see(seat: &Seat, watches: &[Watch]) -> Result<Vec<Watched>, Fault> {
    let request = RecordsRequest::WatchRecords(watches.to_vec());
    match seat.records(request).await? {
        RecordsReply::RecordsWatched(seen) => Ok(seen),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_guard_tells_and_what_did_not_change_stays_quiet() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    // By xmin, by xmin within a partition, by its values where xmin may not be read.
    for (table, id, change, gone) in [
        (
            "machine",
            &["7"][..],
            "update machine set name = 'X' where id = 7",
            "delete from machine where id = 7",
        ),
        (
            "parted",
            &["3", "b"],
            "update parted set label = 'X' where id = 3",
            "update parted set part = 'a' where id = 3",
        ),
        (
            "hidden",
            &["1"],
            "update hidden set label = 'X' where id = 1",
            "update hidden set id = 2",
        ),
        (
            "odd \"name\"; drop",
            &["x", "1"],
            "update \"odd \"\"name\"\"; drop\" set \"%s\" = 'X' where \"a b\" = 1",
            "truncate \"odd \"\"name\"\"; drop\"",
        ),
    ] {
        let shape = clerk.shape(table).await?;
        let record = clerk.record(&shape, id).await?;
        let as_read = [watch(&shape, &record)];
        assert_eq!(see(&clerk, &as_read).await?, [Watched::Same], "{table}");
        desk.run(change).await?;
        assert_eq!(see(&clerk, &as_read).await?, [Watched::Changed], "{table}");
        let now = [watch(&shape, &clerk.record(&shape, id).await?)];
        assert_eq!(see(&clerk, &now).await?, [Watched::Same], "{table}");
        desk.run(gone).await?;
        assert_eq!(see(&clerk, &now).await?, [Watched::Gone], "{table}");
    }
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_seen_is_no_news() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("hidden").await?;
    let record = clerk.record(&shape, &["1"]).await?;
    let watches = [watch(&shape, &record)];
    desk.run("update hidden set secret = 'another'").await?;
    assert_eq!(see(&clerk, &watches).await?, [Watched::Same]);
    desk.run("revoke all on hidden from rowhouse_test_clerk")
        .await?;
    assert_eq!(see(&clerk, &watches).await?, [Watched::Unknown]);
    Ok(())
}

#[tokio::test]
async fn all_open_records_are_one_round_trip() -> Outcome {
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), std::time::Duration::from_millis(2)).await?;
    let clerk = Seat::open(proxy.settings(desk.settings(CLERK))).await?;
    let machines = clerk.shape("machine").await?;
    let parts = clerk.shape("parted").await?;
    let mut watches = vec![
        watch(&machines, &clerk.record(&machines, &["1"]).await?),
        watch(&parts, &clerk.record(&parts, &["2", "a"]).await?),
    ];
    // A key that cannot be one leaves the others their answers.
    watches.push(Watch {
        key: key(&["no number"]),
        ..watches[0].clone()
    });
    desk.run("update parted set label = 'X' where id = 2")
        .await?;
    proxy.trips();
    let seen = see(&clerk, &watches).await?;
    assert_eq!(proxy.trips(), 1);
    assert_eq!(seen, [Watched::Same, Watched::Changed, Watched::Unknown]);
    Ok(())
}

//! Looking at many records at once, to compare drafts with them: one round trip, names from the
//! trail, and one that cannot be read in nobody's way.

use std::time::Duration;

use rowhouse::db::contract::records::{Look, Looked};
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::table::{Shape, TableId};
use rowhouse::domain::value::Value;

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, key, save_of};
use crate::proxy::Proxy;
use crate::shared::site::{Site, sign_in};

fn look(shape: &Shape, record: &[&str], columns: &[&str]) -> Look {
    Look {
        table: shape.id,
        key: key(record),
        columns: columns
            .iter()
            .map(|name| ((*name).to_owned(), None))
            .collect(),
    }
}

async fn ask(seat: &Seat, looks: Vec<Look>) -> Got<Vec<Looked>> {
    match seat.records(RecordsRequest::LookAtRecords(looks)).await? {
        RecordsReply::RecordsLookedAt(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

/// What was found: `there VALUE... by NAME`, `gone by NAME`, `refused`.
fn told(found: &Looked) -> String {
    let text = |(_, value): &(String, Value)| value.as_text().unwrap_or("∅").to_owned();
    let (mut words, by) = match found {
        Looked::Refused { why } => {
            assert!(!why.is_empty());
            return "refused".into();
        }
        Looked::Gone { by } => (vec!["gone".to_owned()], by),
        Looked::There { values, by, .. } => {
            let values = values.iter().map(text);
            (["there".to_owned()].into_iter().chain(values).collect(), by)
        }
    };
    words.extend(by.as_ref().map(|by| format!("by {}", by.username)));
    words.join(" ")
}

/// Everything that can become of a draft's record, in one question.
fn questions(machine: &Shape, everything: &Shape) -> Vec<Look> {
    let mut strange = look(machine, &["7"], &["place"]);
    strange.table = TableId(4_000_000_000);
    vec![
        look(machine, &["5"], &["place", "notes", "no such column"]),
        look(machine, &["6"], &["place"]),
        look(machine, &["not a number"], &["place"]),
        look(machine, &["1", "2"], &["place"]),
        strange,
        look(everything, &["1"], &["t"]),
        look(machine, &["7"], &[]),
    ]
}

#[tokio::test]
async fn many_records_are_looked_at_in_one_round_trip() -> Outcome {
    let site = Site::new().await?;
    let proxy = Proxy::new(site.endpoint(), Duration::from_millis(3)).await?;
    let anna = Seat::open(proxy.settings(site.settings())).await?;
    sign_in(&anna.database, "anna").await?;
    let bert = site.person("bert").await?;
    let (machine, everything) = (
        bert.shape("machine").await?,
        bert.shape("everything").await?,
    );
    let record = bert.record(&machine, &["5"]).await?;
    bert.save(save_of(&machine, &record, 1, &[("place", "Hall B")]))
        .await?;
    site.owner
        .batch_execute("delete from machine where id = 6")
        .await?;
    let expected = [
        "there Hall B none by bert",
        "gone by postgres",
        "refused",
        "refused",
        "refused",
    ];
    proxy.trips();
    let found = ask(&anna, questions(&machine, &everything)).await?;
    assert_eq!(
        proxy.trips(),
        2,
        "two tables that were not known, then all records"
    );
    assert_eq!(found.iter().map(told).collect::<Vec<_>>()[..5], expected);
    let again = ask(&anna, questions(&machine, &everything)).await?;
    assert!(
        proxy.trips() <= 2,
        "a table that is gone is asked for again"
    );
    assert_eq!(again, found);
    let without: Vec<Look> = questions(&machine, &everything).drain(..4).collect();
    ask(&anna, without).await?;
    assert_eq!(proxy.trips(), 1, "all records");
    site.owner
        .batch_execute("alter table machine add column later text default 'now'")
        .await?;
    let found = ask(&anna, vec![look(&machine, &["5"], &["place", "later"])]).await?;
    assert!(told(&found[0]).starts_with("there Hall B"), "{found:?}");
    Ok(())
}

#[tokio::test]
async fn without_the_shared_layer_the_values_are_told_and_nobody_is_named() -> Outcome {
    let desk = Desk::new().await?;
    let proxy = Proxy::new(desk.endpoint(), Duration::from_millis(3)).await?;
    let clerk = Seat::open(proxy.settings(desk.settings(CLERK))).await?;
    let (machine, everything) = (
        clerk.shape("machine").await?,
        clerk.shape("everything").await?,
    );
    desk.run("update machine set place = 'Hall B' where id = 5; delete from machine where id = 6")
        .await?;
    proxy.trips();
    let known = questions(&machine, &everything);
    let known: Vec<Look> = known
        .into_iter()
        .filter(|look| look.table.0 < 4_000_000_000)
        .collect();
    let found = ask(&clerk, known).await?;
    assert_eq!(proxy.trips(), 1);
    let found: Vec<String> = found.iter().map(told).collect();
    assert_eq!(
        found[..4],
        ["there Hall B none", "gone", "refused", "refused"]
    );
    assert_eq!(found[5], "there");
    Ok(())
}

//! What records are called that a page's rows refer to: read along, under the rights and policies of
//! their own table, and in nobody's way.

use rowhouse::db::contract::lookup::LookupRequest;
use rowhouse::db::contract::{LookupReply, Reply, Request};
use rowhouse::domain::table::{Shape, TableId};

use crate::desk::{Desk, Got, Outcome, Seat, first_page};

const TABLES: &str = "
    create table maker (\"maker no\" bigint primary key, title text, first_name text, last_name text);
    insert into maker values (1, 'Dr', 'Ada', 'Byron'), (2, null, 'x' || chr(27) || '[m', ''), (3, 'Mr', null, null);
    create table kind (kind text primary key, label text);
    insert into kind values ('pump', 'A pump');
    create table place (name text primary key, title text);
    insert into place values ('here', 'Here');
    create table thing (id int primary key, maker int references maker, kind text references kind,
        place text references place, above int references thing, title text);
    insert into thing values (1, 1, 'pump', 'here', null, 'first'), (2, 2, null, null, 1, 'second'),
        (3, 3, null, null, 2, null);
    grant select on thing, maker, kind, place to rowhouse_test_clerk";

async fn learn(seat: &Seat, shape: &Shape) -> Got<bool> {
    let tables: Vec<TableId> = shape.references.iter().map(|one| one.table).collect();
    let asked = Request::Lookup(LookupRequest::Learn(tables));
    match seat.database.perform(asked).await? {
        Reply::Lookup(LookupReply::Learned(new)) => Ok(new),
        other => panic!("{other:?}"),
    }
}

/// Learns of the tables that a table refers to, before any of its rows is asked for.
async fn learn_ahead(seat: &Seat, shape: &Shape) -> Got<()> {
    let tables: Vec<TableId> = shape.references.iter().map(|one| one.table).collect();
    let asked = Request::Lookup(LookupRequest::LearnAhead(tables));
    seat.database.perform(asked).await?;
    Ok(())
}

/// The labels of a column, row by row.
async fn labels(seat: &Seat, shape: &Shape, column: &str) -> Got<Vec<Option<String>>> {
    let column = shape.column_named(column).expect("a column");
    let page = seat.page(first_page(shape, 10)).await?;
    let rows = page.rows.iter();
    Ok(rows
        .map(|row| row.cell(column).expect("a cell").label.clone())
        .collect())
}

fn some(texts: [Option<&str>; 3]) -> Vec<Option<String>> {
    texts.map(|text| text.map(str::to_owned)).into()
}

#[tokio::test]
async fn they_are_read_once_their_tables_are_known() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("thing").await?;
    assert_eq!(labels(&seat, &shape, "maker").await?, some([None; 3]));
    // Its own table is known already.
    let above = some([None, Some("first"), Some("second")]);
    assert_eq!(labels(&seat, &shape, "above").await?, above);
    assert!(learn(&seat, &shape).await?);
    assert!(!learn(&seat, &shape).await?, "nothing new");
    // The best name alone, of a person the names and no title; what it holds is made harmless.
    let kinds = labels(&seat, &shape, "kind").await?;
    assert_eq!(kinds, some([Some("A pump"), None, None]));
    let makers = labels(&seat, &shape, "maker").await?;
    assert_eq!(
        makers,
        some([Some("Ada Byron"), Some("x\u{fffd}[m "), None])
    );
    // A key that is a name itself needs no other.
    assert_eq!(labels(&seat, &shape, "place").await?, some([None; 3]));
    desk.run("alter table maker drop column last_name").await?;
    assert_eq!(labels(&seat, &shape, "kind").await?, kinds_or_none(&kinds));
    assert!(learn(&seat, &shape).await?);
    let makers = labels(&seat, &shape, "maker").await?;
    assert_eq!(makers, some([Some("Dr"), None, Some("Mr")]));
    Ok(())
}

/// While a table is learned again, all of them are without names.
fn kinds_or_none(kinds: &[Option<String>]) -> Vec<Option<String>> {
    kinds.iter().map(|_| None).collect()
}

#[tokio::test]
async fn learned_ahead_they_come_with_the_first_rows_and_never_get_lost() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    desk.run("alter table thing drop column place").await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("thing").await?;
    learn_ahead(&seat, &shape).await?;
    let makers = some([Some("Ada Byron"), Some("x\u{fffd}[m "), None]);
    assert_eq!(labels(&seat, &shape, "maker").await?, makers);
    assert!(!learn(&seat, &shape).await?, "the rows have them");
    // The rows were asked for before: whoever asks with them reads them again, once.
    let other = desk.clerk().await?;
    let shape = other.shape("thing").await?;
    assert_eq!(labels(&other, &shape, "maker").await?, some([None; 3]));
    learn_ahead(&other, &shape).await?;
    assert!(learn(&other, &shape).await?, "the rows came without");
    assert_eq!(labels(&other, &shape, "maker").await?, makers);
    assert!(!learn(&other, &shape).await?);
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_read_is_not_told_and_keeps_no_rows_back() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(TABLES).await?;
    desk.run(
        "alter table maker enable row level security;
         create policy partly on maker to rowhouse_test_clerk using (\"maker no\" > 1)",
    )
    .await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("thing").await?;
    learn(&seat, &shape).await?;
    let makers = labels(&seat, &shape, "maker").await?;
    let held = some([None, Some("x\u{fffd}[m "), None]);
    assert_eq!(makers, held, "the policy holds");
    desk.run("revoke select on maker, kind from rowhouse_test_clerk")
        .await?;
    assert_eq!(labels(&seat, &shape, "maker").await?, some([None; 3]));
    learn(&seat, &shape).await?;
    assert_eq!(labels(&seat, &shape, "kind").await?, some([None; 3]));
    Ok(())
}

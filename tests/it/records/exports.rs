//! Rows for files: every type byte for byte, odd names, views, marked rows however many, one snapshot,
//! and an end when nobody takes them.

use std::collections::HashMap;

use futures_util::StreamExt;
use rowhouse::db::contract::rows::{Extract, Piece, Which};
use rowhouse::db::contract::{CatalogReply, CatalogRequest, Fault, Reply, Request};
use rowhouse::domain::export::Form;
use rowhouse::domain::query::{Condition, Direction, Filter, SortColumn, Test};
use rowhouse::domain::table::{Shape, TableId};
use rowhouse::domain::value::Value;
use tokio::sync::mpsc;

use crate::desk::{Desk, Got, Outcome, Seat, key};

/// All rows and columns of a table.
fn all(shape: &Shape, form: Form) -> Extract {
    Extract {
        table: shape.id,
        which: Which::Filtered(Filter::default()),
        sort: Vec::new(),
        columns: (0..shape.columns.len()).collect(),
        form,
        raw: true,
        words: "all".into(),
    }
}

async fn written(seat: &Seat, wish: &Extract) -> Result<(String, u64), Fault> {
    let (send, mut pieces) = mpsc::channel::<Piece>(2);
    let reading = async move {
        let read = seat.database.extract(wish, &send).await;
        drop(send);
        read
    };
    let taking = async move {
        let mut text = String::new();
        while let Some(piece) = pieces.recv().await {
            text.push_str(&piece.text);
        }
        text
    };
    let (rows, text) = tokio::join!(reading, taking);
    Ok((text, rows?))
}

/// What COPY writes of a query.
async fn copied(desk: &Desk, query: &str) -> Got<String> {
    let copy = format!("copy ({query}) to stdout");
    let mut stream = Box::pin(desk.owner.copy_out(&copy).await?);
    let mut text = Vec::new();
    while let Some(piece) = stream.next().await {
        text.extend_from_slice(&piece?);
    }
    Ok(String::from_utf8(text)?)
}

#[tokio::test]
async fn tabs_part_fields_exactly_as_copy_writes_them() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    desk.run("set timezone = 'UTC'").await?;
    for (name, sql) in [
        ("everything", "everything t order by t.id"),
        ("machine", "machine t order by t.id"),
        (
            "odd \"name\"; drop",
            "\"odd \"\"name\"\"; drop\" t order by t.\"c;d\", t.\"a b\"",
        ),
        ("parted", "parted t order by t.id, t.part"),
    ] {
        let shape = seat.shape(name).await?;
        let (text, rows) = written(&seat, &all(&shape, Form::Tsv)).await?;
        let (_, text) = text.split_once('\n').expect("a heading");
        let texts = shape
            .columns
            .iter()
            .map(|column| format!("\"{}\"::text", column.name));
        let texts: Vec<String> = texts.collect();
        let sql = format!("select {} from {sql}", texts.join(", "));
        assert!(text == copied(&desk, &sql).await?, "{name}: {text:.2000}");
        assert_eq!(rows, u64::try_from(text.lines().count())?, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn an_object_per_line_holds_every_value_exactly() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("everything").await?;
    let (text, rows) = written(&seat, &all(&shape, Form::Lines)).await?;
    assert_eq!((rows, text.lines().count()), (1, 1), "{text}");
    assert!(text.contains("\"nn\":\"NaN\""), "{text}");
    assert!(text.contains("\"n\":1234.50,"), "{text}");
    assert!(text.contains("\"i8\":9223372036854775807,"), "{text}");
    assert!(text.contains("\"b\":true,"), "{text}");
    assert!(
        text.contains("\"j\":{ \"b\":1,  \"a\": [1,2 ], \"b\":2 },"),
        "{text}"
    );
    let read: HashMap<String, serde_json::Value> = serde_json::from_str(&text)?;
    desk.run("set timezone = 'UTC'").await?;
    for column in &shape.columns {
        let name = &column.name;
        let sql = format!("select \"{name}\"::text from everything");
        let stored = &desk.rows(&sql).await?[0];
        if let serde_json::Value::String(found) = &read[name] {
            assert_eq!(found, stored, "{name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn filter_and_sort_are_those_of_the_grid() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("machine").await?;
    let column = |name: &str| shape.column_named(name).expect("a column");
    let wish = Extract {
        which: Which::Filtered(Filter {
            quick: "machine".into(),
            conditions: vec![Condition::new(
                column("place"),
                Test::Equals(Value::from("Hall 1")),
            )],
        }),
        sort: vec![SortColumn {
            column: column("price"),
            direction: Direction::Descending,
        }],
        columns: vec![column("price"), column("id")],
        ..all(&shape, Form::Tsv)
    };
    let (text, _) = written(&seat, &wish).await?;
    let sql = "select price, id from machine where place = 'Hall 1' order by price desc, id desc";
    assert_eq!(text, format!("price\tid\n{}", copied(&desk, sql).await?));
    Ok(())
}

#[tokio::test]
async fn marked_rows_are_found_however_many_and_whatever_their_key() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(
        "create table many (a int, \"b c\" text, primary key (\"b c\", a));
         insert into many select n, 'k' || n % 7 from generate_series(1, 6000) n;
         grant select on many to rowhouse_test_clerk",
    )
    .await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("many").await?;
    for most in [3, 5_000] {
        let keys = (1..=most).map(|n| key(&[&format!("k{}", n % 7), &n.to_string()]));
        let wish = Extract {
            which: Which::Keys(keys.collect()),
            ..all(&shape, Form::Tsv)
        };
        let (text, rows) = written(&seat, &wish).await?;
        assert_eq!(rows, most);
        let sql = format!("select * from many where a <= {most} order by \"b c\", a");
        let (_, text) = text.split_once('\n').expect("a heading");
        assert_eq!(text, copied(&desk, &sql).await?);
    }
    let shape = seat.shape("odd \"name\"; drop").await?;
    let wish = Extract {
        which: Which::Keys(vec![key(&["x", "2"])]),
        ..all(&shape, Form::Csv)
    };
    let (text, _) = written(&seat, &wish).await?;
    assert_eq!(text, "a b,c;d,%s\r\n2,x,two\r\n");
    Ok(())
}

#[tokio::test]
async fn views_and_tables_without_a_key_are_written_whole() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    for (name, rows) in [("keyless", 50), ("cheap", 72), ("places", 6)] {
        let shape = seat.shape(name).await?;
        let (text, found) = written(&seat, &all(&shape, Form::Json)).await?;
        let counted = &desk.rows(&format!("select count(*) from {name}")).await?[0];
        assert_eq!(found.to_string(), *counted, "{name}");
        let read: Vec<serde_json::Value> = serde_json::from_str(&text)?;
        assert_eq!(u64::try_from(read.len())?, found, "{name} {rows}");
    }
    Ok(())
}

#[tokio::test]
async fn it_is_one_snapshot_and_ends_when_nobody_takes_it() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(
        "create table long (id int primary key, pad text);
         insert into long select n, repeat('x', 200) from generate_series(1, 25000) n;
         grant select on long to rowhouse_test_clerk",
    )
    .await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("long").await?;
    let wish = all(&shape, Form::Tsv);
    let (send, mut pieces) = mpsc::channel::<Piece>(1);
    let reading = async {
        let read = seat.database.extract(&wish, &send).await;
        drop(send);
        read
    };
    let taking = async {
        let first = pieces.recv().await;
        desk.run("delete from long where id > 12000").await?;
        let mut rows = first.map_or(0, |piece| piece.rows);
        while let Some(piece) = pieces.recv().await {
            rows = piece.rows;
        }
        Got::Ok(rows)
    };
    let (read, taken) = tokio::join!(reading, taking);
    assert_eq!((read?, taken?), (25_000, 25_000));

    let (send, pieces) = mpsc::channel::<Piece>(1);
    drop(pieces);
    let read = seat.database.extract(&wish, &send).await;
    assert_eq!(read, Err(Fault::Cancelled));
    // Whoever asks next gets a connection that is whole.
    let (_, rows) = written(&seat, &wish).await?;
    assert_eq!(rows, 12_000);
    Ok(())
}

#[tokio::test]
async fn what_the_server_refuses_is_said_and_the_connection_goes_on() -> Outcome {
    let desk = Desk::new().await?;
    let seat = desk.clerk().await?;
    let shape = seat.shape("machine").await?;
    let wish = Extract {
        which: Which::Filtered(Filter {
            quick: String::new(),
            conditions: vec![Condition::new(
                shape.column_named("id").expect("a column"),
                Test::Equals(Value::from("many")),
            )],
        }),
        ..all(&shape, Form::Csv)
    };
    let refused = written(&seat, &wish).await.expect_err("no number");
    assert!(refused.to_string().contains("many"), "{refused}");
    let (_, rows) = written(&seat, &all(&shape, Form::Csv)).await?;
    assert_eq!(rows, 500);
    Ok(())
}

/// A table that has no columns is told apart from one of which none may be read.
#[tokio::test]
async fn where_there_is_nothing_to_write_the_reason_is_the_right_one() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(
        "create table bare (); insert into bare default values;
         create table closed (id int, label text); insert into closed values (1, 'one');
         grant select on bare to rowhouse_test_clerk;
         grant insert on closed to rowhouse_test_clerk",
    )
    .await?;
    let seat = desk.clerk().await?;
    let bare = seat.shape("bare").await?;
    let refused = written(&seat, &all(&bare, Form::Csv)).await.err();
    let said = "the table has no columns, so there is nothing to write".to_owned();
    assert_eq!(refused, Some(Fault::Other { message: said }));
    let table = TableId(desk.rows("select 'closed'::regclass::oid").await?[0].parse()?);
    let asked = Request::Catalog(CatalogRequest::LoadShape { table });
    let Reply::Catalog(CatalogReply::ShapeLoaded(closed)) = seat.database.perform(asked).await?
    else {
        panic!("no columns are told");
    };
    assert_eq!(closed.columns.len(), 2);
    let refused = written(&seat, &all(&closed, Form::Csv)).await.err();
    let said = "none of its columns may be read, so there is nothing to write".to_owned();
    assert_eq!(refused, Some(Fault::NotPermitted { message: said }));
    Ok(())
}

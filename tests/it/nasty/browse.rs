//! Every column of every table sorted both ways, walked to the end and back, and filtered.

use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::query::{Direction, Filter, Page, PageFrom, PageQuery, SortColumn};
use rowhouse::domain::table::{Column, ColumnKind, Shape, TableKind};
use rowhouse::domain::value::Value;

use super::{CLERK, exact, named, nasty};
use crate::desk::{Desk, Got, Outcome, Seat, first_page};

/// Relations whose reading fails or takes long, by design of theirs.
const BROKEN: [&str; 6] = [
    "view_failing",
    "view_failing_late",
    "view_missing",
    "view_slow",
    "view_unpopulated",
    "view_writing",
];

/// The rows of a page, their cells joined.
fn cells(page: &Page) -> Vec<String> {
    let text = |value: &Value| value.as_text().map_or("∅".to_owned(), str::to_owned);
    page.rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row.cells.iter().map(|cell| text(&cell.value)).collect();
            cells.join("|")
        })
        .collect()
}

/// Walks forward from the first row and backward from the last.
async fn walk(seat: &Seat, query: &PageQuery) -> Got<(Vec<String>, Vec<String>)> {
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    let mut query = query.clone();
    query.from = PageFrom::First;
    loop {
        let page = seat.page(query.clone()).await?;
        assert_eq!(page.more_before, !forward.is_empty(), "{query:?}");
        forward.extend(cells(&page));
        let Some(last) = page.rows.last().filter(|_| page.more_after) else {
            break;
        };
        query.from = PageFrom::After(last.cursor.clone());
    }
    query.from = PageFrom::Last;
    loop {
        let page = seat.page(query.clone()).await?;
        assert_eq!(page.more_after, !backward.is_empty(), "{query:?}");
        backward.extend(cells(&page).into_iter().rev());
        let Some(first) = page.rows.first().filter(|_| page.more_before) else {
            break;
        };
        query.from = PageFrom::Before(first.cursor.clone());
    }
    backward.reverse();
    Ok((forward, backward))
}

async fn count(seat: &Seat, shape: &Shape, filter: &Filter) -> Result<u64, Fault> {
    let request = RecordsRequest::CountRows {
        table: shape.id,
        filter: filter.clone(),
    };
    match seat.records(request).await? {
        RecordsReply::RowsCounted(rows) => Ok(rows),
        other => panic!("{other:?}"),
    }
}

/// The rows in the order of one column, as the server says; ties do not matter.
async fn in_order(desk: &Desk, shape: &Shape, column: &Column, down: bool) -> Got<Vec<String>> {
    let name = exact(desk, shape, column).await?;
    let down = if down { "desc" } else { "" };
    let table = named(shape);
    desk.rows(&format!(
        "select {name}::text from {table} t order by t.{name} {down}"
    ))
    .await
}

#[tokio::test]
async fn every_column_of_every_table_is_walked_both_ways() -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    desk.run("set role rowhouse_nasty_clerk").await?;
    let tables = clerk.tables().await?;
    for table in tables.iter() {
        if BROKEN.contains(&table.name.name.as_str()) || table.name.name == "two_hundred" {
            continue;
        }
        let shape = clerk.shape(&table.name.to_string()).await?;
        let total: usize = desk
            .rows(&format!("select count(*) from {}", named(&shape)))
            .await?[0]
            .parse()?;
        let limit = if total > 50 { 37 } else { 3 };
        // The rows of a view have no order of their own: they are read at once, from the first.
        let unpaged = shape.key.is_empty() && shape.kind == TableKind::View;
        let page = first_page(&shape, if unpaged { 1000 } else { limit });
        let (forward, backward) = walk(&clerk, &page).await?;
        assert_eq!(forward.len(), total, "{}", table.name);
        assert!(unpaged || forward == backward, "{}", table.name);
        for (place, column) in shape.columns.iter().enumerate() {
            for direction in [Direction::Ascending, Direction::Descending] {
                let query = PageQuery {
                    columns: vec![place],
                    sort: vec![SortColumn {
                        column: place,
                        direction,
                    }],
                    cell_chars: 4_000,
                    ..page.clone()
                };
                let what = format!("{} by {} {direction:?}", table.name, column.name);
                let walked = walk(&clerk, &query).await;
                let (forward, backward) = walked.map_err(|error| format!("{what}: {error}"))?;
                assert_eq!(forward, backward, "{what}");
                assert_eq!(forward.len(), total, "{what}");
                let down = direction == Direction::Descending;
                // Types without an order of their own are sorted by their text: nothing to compare.
                if let Ok(expected) = in_order(&desk, &shape, column, down).await
                    && table.name.name != "collated"
                    && table.name.name != "hostile"
                {
                    assert_eq!(forward, expected, "{what}");
                }
            }
        }
        assert_eq!(
            count(&clerk, &shape, &Filter::default()).await?,
            total as u64
        );
    }
    Ok(())
}

#[tokio::test]
async fn signs_that_mean_something_in_a_pattern_are_only_themselves() -> Outcome {
    let (desk, clerk) = nasty(CLERK).await?;
    desk.run("set role rowhouse_nasty_clerk").await?;
    for table in clerk.tables().await?.iter() {
        if BROKEN.contains(&table.name.name.as_str()) {
            continue;
        }
        let shape = clerk.shape(&table.name.to_string()).await?;
        let mut searched = Vec::new();
        for (place, column) in shape.columns.iter().enumerate() {
            let text = matches!(
                column.kind,
                ColumnKind::Text { .. } | ColumnKind::Enum { .. }
            );
            if text || shape.key.contains(&place) {
                let name = exact(&desk, &shape, column).await?;
                searched.push(format!("{name}::text collate \"default\""));
            }
        }
        for quick in [
            "%", "_", "\\", "50%", "'", "\"", "$1", "null", "é", "冷", "a",
        ] {
            let filter = Filter {
                quick: quick.into(),
                conditions: Vec::new(),
            };
            let contains =
                |text: &String| format!("strpos(lower({text}), lower($quick${quick}$quick$)) > 0");
            let tests: Vec<String> = searched.iter().map(contains).collect();
            let tests = match tests.is_empty() {
                true => "false".to_owned(),
                false => tests.join(" or "),
            };
            let sql = format!("select count(*) from {} where {tests}", named(&shape));
            let expected: u64 = desk.rows(&sql).await?[0].parse()?;
            let what = format!("{} /{quick}", table.name);
            let found = count(&clerk, &shape, &filter).await;
            assert_eq!(
                found.map_err(|error| format!("{what}: {error}"))?,
                expected,
                "{what}"
            );
            let query = PageQuery {
                filter,
                ..first_page(&shape, 500)
            };
            assert_eq!(
                clerk.page(query).await?.rows.len() as u64,
                expected,
                "{what}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_view_that_cannot_be_read_says_why_and_no_more() -> Outcome {
    let (desk, _) = nasty(CLERK).await?;
    let mut settings = desk.settings(CLERK);
    settings.statement_timeout = std::time::Duration::from_millis(1_200);
    let clerk = Seat::open(settings).await?;
    for (view, words) in [
        ("view_failing", "division by zero"),
        ("view_failing_late", "division by zero"),
        ("view_missing", "\"no_such_table\" does not exist"),
        ("view_unpopulated", "has not been populated"),
        ("view_writing", "reading this would change the database"),
    ] {
        let shape = clerk.shape(view).await?;
        let fault = clerk.page(first_page(&shape, 500)).await;
        let Err(Fault::Other { message }) = &fault else {
            panic!("{view}: {fault:?}");
        };
        assert!(message.contains(words), "{view}: {message}");
    }
    let shape = clerk.shape("view_slow").await?;
    let fault = clerk.page(first_page(&shape, 500)).await;
    assert_eq!(fault, Err(Fault::TooSlow));
    // The setting that the view would have changed is as it was.
    assert_eq!(
        desk.rows("select last_value from key_serial_id_seq")
            .await?,
        ["200"]
    );
    Ok(())
}

//! Pages that are found by statements made when a table is adopted: the same rows as without them, and those
//! that are asked for most are found so.

use rowhouse::domain::connection::Way;
use rowhouse::domain::query::{Direction, PageFrom, PageQuery, SortColumn};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;

use super::search::{ROWS, seen};
use super::site::Site;
use crate::desk::{Got, Outcome, Seat, first_page, settings};

/// Indexes by which pages are sorted that a policy would keep from them.
const INDEXES: &str = "\
create index on everything (n, id);
create index on everything (m);
create index on everything (rg);
create index on machine (price, id);
create index on machine (mood)";

/// What is asked of two tables: the sorted column, and words.
const ASKED: &[(&str, Option<&str>, &str)] = &[
    ("everything", None, "e"),
    ("everything", None, "HIGH"),
    ("everything", None, "50%"),
    ("everything", None, "no row has this"),
    ("everything", Some("n"), ""),
    ("everything", Some("m"), ""),
    ("everything", Some("rg"), ""),
    ("machine", None, "hall 3"),
    ("machine", Some("price"), ""),
    ("machine", Some("mood"), ""),
];

/// In place of the statements of all tables, an error.
const BREAK: &str = r"
do $$
declare
    f record;
begin
    for f in select p.oid::regprocedure as name, pg_get_function_arguments(p.oid) as arguments, p.proowner::regrole as owner
               from pg_proc p where p.pronamespace = 'rowhouse_private'::regnamespace and p.proname ~ '^find_[0-9]+$' loop
        execute format('create or replace function rowhouse_private.%s(%s) returns text[] language plpgsql
            as ''begin raise exception ''''by a made statement''''; end''', split_part(split_part(f.name::text, '.', 2), '(', 1), f.arguments);
    end loop;
end $$";

/// Every kind of page of a query: from the beginning, from the end, and from a row of each page, each way.
async fn kinds(plain: &Seat, query: &PageQuery) -> Got<Vec<PageQuery>> {
    let with = |from| PageQuery {
        from,
        ..query.clone()
    };
    let mut all = vec![with(PageFrom::First), with(PageFrom::Last)];
    let mut page = plain.page(query.clone()).await?;
    while let (Some(first), Some(row), Some(last)) =
        (page.rows.first(), page.rows.get(1), page.rows.last())
    {
        let next = with(PageFrom::After(last.cursor.clone()));
        all.push(with(PageFrom::After(row.cursor.clone())));
        all.push(with(PageFrom::Before(first.cursor.clone())));
        all.push(with(PageFrom::From(row.cursor.clone())));
        all.push(next.clone());
        if !page.more_after {
            break;
        }
        page = plain.page(next).await?;
    }
    Ok(all)
}

fn holds_null(from: &PageFrom) -> bool {
    match from {
        PageFrom::After(cursor) | PageFrom::Before(cursor) | PageFrom::From(cursor) => {
            cursor.values.contains(&Value::Null)
        }
        _ => false,
    }
}

/// All queries of [`ASKED`], up and down.
fn queries(shape: &Shape, sort: Option<&str>, words: &str) -> Got<Vec<PageQuery>> {
    // Pages of a few rows of the one, and of more of the larger one.
    let limit = if shape.name.name == "machine" { 90 } else { 7 };
    let mut query = first_page(shape, limit);
    query.filter.quick = words.into();
    let Some(column) = sort else {
        return Ok(vec![query]);
    };
    let column = shape.column_named(column).ok_or("no such column")?;
    let sorted = |direction| PageQuery {
        sort: vec![SortColumn { column, direction }],
        ..query.clone()
    };
    Ok([Direction::Ascending, Direction::Descending]
        .map(sorted)
        .to_vec())
}

async fn places() -> Got<(Site, Seat, Seat)> {
    let mut site = Site::new().await?;
    site.owner.batch_execute(ROWS).await?;
    site.owner.batch_execute(INDEXES).await?;
    site.adopt(&["everything", "machine"]).await?;
    let anna = site.person("anna").await?;
    let mut plain = settings(site.endpoint(), "postgres");
    plain.way = Some(Way::Plain);
    let plain = Seat::open(plain).await?;
    Ok((site, anna, plain))
}

#[tokio::test]
async fn what_is_asked_most_is_found_by_made_statements_and_shows_what_the_table_shows() -> Outcome
{
    let (site, anna, plain) = places().await?;
    let mut all = Vec::new();
    for (table, sort, words) in ASKED {
        let shape = anna.shape(table).await?;
        plain.shape(table).await?;
        for query in queries(&shape, *sort, words)? {
            all.extend(kinds(&plain, &query).await?);
        }
    }
    assert!(all.len() > 200, "{}", all.len());
    for query in &all {
        let (got, due) = (seen(&anna, query).await?, seen(&plain, query).await?);
        assert_eq!((&got.0, got.1, got.2), (&due.0, due.1, due.2), "{query:?}");
    }
    site.owner.batch_execute(BREAK).await?;
    for query in &all {
        match seen(&anna, query).await {
            // Where a position holds NULL, the statement is put together as any other.
            Ok(_) => assert!(holds_null(&query.from), "{query:?}"),
            Err(told) => assert!(
                told.contains("by a made statement") || told == "refused",
                "{told}"
            ),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_column_that_was_altered_is_found_as_it_is_now() -> Outcome {
    let (site, anna, plain) = places().await?;
    site.owner.batch_execute(BREAK).await?;
    let swap = "alter table machine rename column price to costs; alter table machine rename column doubled to price;
        alter table machine alter column mood type text using mood::text";
    site.owner.batch_execute(swap).await?;
    for (sort, words) in [(Some("costs"), ""), (Some("mood"), "a"), (None, "hall 3")] {
        let shape = anna.shape("machine").await?;
        plain.shape("machine").await?;
        for query in queries(&shape, sort, words)? {
            for query in kinds(&plain, &query).await? {
                let (got, due) = (seen(&anna, &query).await?, seen(&plain, &query).await?);
                assert_eq!((&got.0, got.1, got.2), (&due.0, due.1, due.2), "{query:?}");
            }
        }
    }
    Ok(())
}

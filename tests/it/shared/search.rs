//! Filters and sorts that the shared layer answers by finding keys: the same rows as without it.

use rowhouse::db::contract::{Fault, LookupReply, LookupRequest, Reply, Request};
use rowhouse::domain::connection::Way;
use rowhouse::domain::query::{
    Condition, Cursor, Direction, Filter, Page, PageFrom, PageQuery, SortColumn, Test,
};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, first_page, settings};

/// Rows of every type, some alike and some empty, so that order has ties and NULL.
pub(super) const ROWS: &str = "\
insert into everything (id, t, v, c, n, nn, i2, f8, b, d, tstz, iv, jb, u, m, dom, ar, rg, ip, bt, by, note)
select i, case when i % 3 > 0 then 'text ' || i % 4 end, 'v' || i % 5, 'c' || i % 3,
       case when i % 4 > 0 then (i % 7) * 1.50 end, (i % 5)::numeric / 3, i % 6, (i % 9) / 2.0, i % 2 = 0,
       date '2024-01-01' + i % 8, timestamptz '2024-01-01 12:00Z' + i % 6 * interval '1 hour',
       i % 4 * interval '1 day', jsonb_build_object('a', i % 5),
       case when i % 2 = 0 then '6ecd8c99-4036-403d-bf84-cf8400f67836'::uuid end,
       case when i % 5 > 0 then (enum_range(null::mood))[i % 3 + 1] end, 'd' || i % 3,
       array[i % 4, null], int4range(i % 5, i % 5 + 3), ('10.0.0.' || i % 9)::inet, (i % 8)::bit(5),
       decode(lpad(to_hex(i % 7), 2, '0'), 'hex'), case i % 6 when 0 then '50% off_\\' else 'note ' || i end
  from generate_series(2, 60) i";

/// Rows that name tables and types, which a search with a path of its own would name otherwise.
const NAMED: &str = "\
create schema aside;
grant usage on schema aside to public;
create table aside.machine (id int primary key);
create domain place as regclass;
create table catalogue (of regclass, id int, kind regtype, kinds regtype[], at place, price numeric,
    primary key (of, id));
insert into catalogue
select (array['machine', 'aside.machine', 'pg_class', 'parted'])[i % 4 + 1]::regclass, i,
       case when i % 3 > 0 then (array['mood', 'text', 'machine'])[i % 3 + 1]::regtype end,
       array[(array['mood', 'text'])[i % 2 + 1]]::regtype[], 'parted'::regclass, i % 5
  from generate_series(1, 40) i";

/// Small numbers in an order that looks random and is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % most
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// Values to ask for: those that rows have, and signs that mean themselves.
fn condition(dice: &mut Dice, shape: &Shape, page: &Page) -> Condition {
    let column = dice.below(shape.columns.len());
    let row = dice.below(page.rows.len());
    let value = page.rows[row].cells[column].value.clone();
    let other = page.rows[dice.below(page.rows.len())].cells[column]
        .value
        .clone();
    let text = |value: &Value| value.as_text().map(str::to_owned);
    let test = match dice.below(14) {
        0 => Test::Equals(value),
        1 => Test::Differs(value),
        2 => Test::Between(text(&value), None),
        3 => Test::Between(text(&value), text(&other)),
        4 => Test::IsNull,
        5 => Test::IsNotNull,
        6 => Test::OneOf(vec![value, other, Value::Null]),
        7 => Test::OneOf(Vec::new()),
        8 => Test::Less(text(&value).unwrap_or_default()),
        9 => Test::More(text(&value).unwrap_or_default()),
        10 => Test::Span(
            text(&value).unwrap_or_default(),
            text(&other).unwrap_or_default(),
        ),
        11 => Test::Empty,
        number => {
            let signs = ["1", "E", "%", "_", "\\", "low", "text 1", "'"];
            let part = dice.one(&signs).to_owned();
            match number + dice.below(2) {
                12 => Test::Contains(part),
                13 => Test::Begins(part),
                _ => Test::Lacks(part),
            }
        }
    };
    Condition {
        or: dice.below(2) == 0,
        off: dice.below(5) == 0,
        ..Condition::new(column, test)
    }
}

fn asked(dice: &mut Dice, shape: &Shape, page: &Page) -> PageQuery {
    let mut query = first_page(shape, 1 + dice.below(9) as u16);
    for _ in 0..dice.below(5) {
        let column = dice.below(shape.columns.len());
        let direction = dice.one(&[Direction::Ascending, Direction::Descending]);
        query.sort.push(SortColumn { column, direction });
    }
    let words = [
        "",
        "",
        "",
        "e",
        "50%",
        "_",
        "\\",
        "HIGH",
        "it's",
        "machine 00",
        "2",
    ];
    query.filter.quick = dice.one(&words).into();
    for _ in 0..dice.below(4) {
        query.filter.conditions.push(condition(dice, shape, page));
    }
    query
}

/// What two clients see of a page; a refusal is one of its kind.
pub(super) async fn seen(
    seat: &Seat,
    query: &PageQuery,
) -> Result<(Vec<String>, bool, bool, Page), String> {
    match seat.page(query.clone()).await {
        Ok(page) => Ok((
            page.rows
                .iter()
                .map(|row| format!("{:?} {:?}", row.key, row.cells))
                .collect(),
            page.more_before,
            page.more_after,
            page,
        )),
        Err(Fault::Other { .. }) => Err("refused".into()),
        Err(fault) => Err(format!("{fault:?}")),
    }
}

/// A page that begins at a row, where that is among the rows wanted: of the same filter it is, of
/// another it may not be.
async fn at_row_or_first(shared: &Seat, plain: &Seat, query: &PageQuery, row: &Cursor) {
    let mut query = query.clone();
    query.from = PageFrom::Row(row.clone());
    for quick in [query.filter.quick.clone(), "2".into()] {
        query.filter.quick = quick;
        let (got, due) = (seen(shared, &query).await, seen(plain, &query).await);
        let told = |one: &Result<(Vec<String>, bool, bool, Page), String>| {
            one.as_ref()
                .ok()
                .map(|(rows, before, after, _)| (rows.clone(), *before, *after))
        };
        assert_eq!(told(&got), told(&due), "{query:?}");
    }
}

async fn alike(
    shared: &Seat,
    plain: &Seat,
    table: &str,
    dice: &mut Dice,
    rounds: usize,
) -> Got<usize> {
    let shapes = (shared.shape(table).await?, plain.shape(table).await?);
    assert!(shapes.0.has_columns_of(&shapes.1), "{table}");
    let all = shared.page(first_page(&shapes.0, 100)).await?;
    let mut rows = 0;
    for round in 0..rounds {
        let mut query = asked(dice, &shapes.0, &all);
        // From the beginning, on, back again, and from the end.
        for step in 0..4 {
            let got = seen(shared, &query).await;
            let due = seen(plain, &query).await;
            let told = |one: &Result<(Vec<String>, bool, bool, Page), String>| {
                one.clone()
                    .map(|(rows, before, after, _)| (rows, before, after))
            };
            assert_eq!(
                told(&got),
                told(&due),
                "{table}, round {round}, step {step}: {query:?}"
            );
            let Ok((_, _, _, page)) = got else { break };
            rows += page.rows.len();
            if let Some(first) = page.rows.first().filter(|_| step == 0) {
                at_row_or_first(shared, plain, &query, &first.cursor).await;
            }
            query.from = match (step, page.rows.first(), page.rows.last()) {
                (0, _, Some(last)) => PageFrom::After(last.cursor.clone()),
                (1, Some(first), _) => dice.one(&[
                    PageFrom::Before(first.cursor.clone()),
                    PageFrom::From(first.cursor.clone()),
                ]),
                _ => PageFrom::Last,
            };
        }
    }
    Ok(rows)
}

#[tokio::test]
async fn random_filters_and_sorts_show_what_the_table_shows() -> Outcome {
    let mut site = Site::new().await?;
    site.owner.batch_execute(ROWS).await?;
    site.owner.batch_execute(NAMED).await?;
    site.adopt(&["catalogue"]).await?;
    let anna = site.person("anna").await?;
    let mut plain = settings(site.endpoint(), "postgres");
    plain.way = Some(Way::Plain);
    let plain = Seat::open(plain).await?;
    let mut dice = Dice(20_261_126);
    nothing_is_asked_of_a_closed_schema(&site, &anna).await?;
    let tables = [
        ("everything", 150),
        ("machine", 60),
        ("parted", 20),
        ("catalogue", 80),
    ];
    for (table, rounds) in tables {
        let rows = alike(&anna, &plain, table, &mut dice, rounds).await?;
        assert!(rows > rounds, "{table}: mostly empty pages say nothing");
    }
    Ok(())
}

/// Pages go on behind the name of a table in a schema that may not be used.
async fn nothing_is_asked_of_a_closed_schema(site: &Site, anna: &Seat) -> Outcome {
    let close = "revoke usage on schema aside from public";
    site.owner.batch_execute(close).await?;
    let shape = anna.shape("catalogue").await?;
    let mut query = first_page(&shape, 7);
    let mut rows = 0;
    loop {
        let page = anna.page(query.clone()).await?;
        rows += page.rows.len();
        let last = page.rows.last().ok_or("no rows")?;
        query.from = PageFrom::After(last.cursor.clone());
        if !page.more_after {
            break;
        }
    }
    assert_eq!(rows, 40);
    let open = "grant usage on schema aside to public";
    site.owner.batch_execute(open).await?;
    Ok(())
}

/// The picker of a foreign key finds the same through the search as without it.
#[tokio::test]
async fn a_record_that_is_referred_to_is_found_as_in_the_table() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let mut plain = settings(site.endpoint(), "postgres");
    plain.way = Some(Way::Plain);
    let plain = Seat::open(plain).await?;
    let shape = anna.shape("machine").await?;
    plain.shape("machine").await?;
    let mut found = 0;
    for typed in [
        "",
        "4",
        "49",
        "machine 01",
        "HALL 3",
        "0%",
        "_",
        "none",
        "499",
        "it's",
    ] {
        for limit in [1, 7, 600] {
            let request = || {
                Request::Lookup(LookupRequest::Find {
                    table: shape.id,
                    key: vec!["id".into()],
                    typed: typed.into(),
                    limit,
                })
            };
            let got = anna.database.perform(request()).await?;
            let due = plain.database.perform(request()).await?;
            let (Reply::Lookup(LookupReply::Found(got)), Reply::Lookup(LookupReply::Found(due))) =
                (got, due)
            else {
                panic!("{typed}: not answered");
            };
            assert_eq!(got.choices, due.choices, "{typed}, {limit}");
            assert_eq!(got.more, due.more, "{typed}, {limit}");
            found += got.choices.len();
        }
    }
    assert!(found > 600, "{found}");
    Ok(())
}

/// What is asked for is answered by the search, and nothing else needs it.
#[tokio::test]
async fn the_search_is_asked_where_a_policy_would_cost_the_index() -> Outcome {
    let site = Site::new().await?;
    site.owner
        .batch_execute(
            "do $$ begin execute format('alter database %I set track_functions = ''all''', current_database()); end $$",
        )
        .await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let column = |name: &str| shape.column_named(name).ok_or("no column");
    let sorted = |column| SortColumn {
        column,
        direction: Direction::Ascending,
    };
    let plain = [
        first_page(&shape, 5),
        PageQuery {
            sort: vec![sorted(column("name")?)],
            ..first_page(&shape, 5)
        },
    ];
    let searched = [
        PageQuery {
            sort: vec![sorted(column("price")?)],
            ..first_page(&shape, 5)
        },
        PageQuery {
            sort: vec![sorted(column("mood")?)],
            ..first_page(&shape, 5)
        },
        PageQuery {
            filter: Filter {
                quick: "hall".into(),
                conditions: Vec::new(),
            },
            ..first_page(&shape, 5)
        },
    ];
    for query in plain.iter().chain(&searched) {
        assert_eq!(anna.page(query.clone()).await?.rows.len(), 5);
    }
    drop(anna);
    let counted =
        "select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname = 'search'";
    crate::desk::until(async || {
        site.rows(counted)
            .await
            .is_ok_and(|rows| rows == [searched.len().to_string()])
    })
    .await;
    Ok(())
}

//! Pages from a share of the rows on: where they begin, and that nobody counts to get there.

use rowhouse::db::contract::records::ShareLoaded;
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::jump::How;
use rowhouse::domain::query::{Condition, Direction, Filter, Page, PageQuery, SortColumn, Test};
use rowhouse::domain::table::Shape;

use crate::desk::{CLERK, Desk, Got, Outcome, Seat, first_page};

/// Makes a table of 40,000 rows under odd names: a third of the rows has one size, and a tenth none.
async fn desk() -> Got<Desk> {
    let desk = Desk::new().await?;
    let name = "\"odd \"\"table\n値\"";
    let made = format!(
        "create table {name} (\"the \"\"key\" integer primary key, size numeric(9,2), name text,
           at timestamptz, u uuid);
         insert into {name} select n, case when n % 10 = 0 then null when n % 3 = 0 then 500
           else n end, 'name ' || lpad(n::text, 6, '0'),
           timestamptz '2024-01-01 00:00Z' + n * interval '1 minute',
           lpad(to_hex(n), 32, '0')::uuid from generate_series(1, 40000) n;
         create index on {name} (size); create index on {name} (name); create index on {name} (at);
         create view seen as select * from {name};
         create table bare as select n from generate_series(1, 40000) n;
         grant select on {name}, seen, bare to {CLERK};"
    );
    desk.run(&made).await?;
    Ok(desk)
}

async fn jump(
    clerk: &Seat,
    shape: &Shape,
    sort: Option<(&str, Direction)>,
    percent: u32,
) -> Got<ShareLoaded> {
    let sort = sort.map(|(name, direction)| SortColumn {
        column: shape.column_named(name).expect("a column"),
        direction,
    });
    let query = PageQuery {
        sort: sort.into_iter().collect(),
        ..first_page(shape, 20)
    };
    let share = percent * 10_000;
    match clerk
        .records(RecordsRequest::LoadShare { query, share })
        .await?
    {
        RecordsReply::ShareLoaded(loaded) => Ok(loaded),
        other => panic!("{other:?}"),
    }
}

fn page(loaded: ShareLoaded) -> (Page, How) {
    match loaded {
        ShareLoaded::Page(page, how) => (page, how),
        ShareLoaded::Cannot(why) => panic!("{why}"),
    }
}

fn first(page: &Page, column: usize) -> &str {
    let row = page.rows.first().expect("a row");
    row.cells[column].value.as_text().unwrap_or("∅")
}

/// Which row of the whole order the page begins with, in percent.
async fn begins_at(desk: &Desk, page: &Page, order: &str) -> Got<f64> {
    let key = first(page, 0);
    let counted = format!(
        "select count(*) from (select \"the \"\"key\" as k, row_number() over (order by {order}) as n
           from \"odd \"\"table\n値\") a
         where n < (select n from (select \"the \"\"key\" as k, row_number() over (order by {order})
           as n from \"odd \"\"table\n値\") b where k = {key})"
    );
    let before: f64 = desk.rows(&counted).await?[0].parse()?;
    Ok(before / 400.0)
}

#[tokio::test]
async fn a_share_begins_where_the_statistics_say_in_every_order() -> Outcome {
    let desk = desk().await?;
    desk.run("analyze").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("odd \"table⏎値").await?;
    for (sort, order) in [
        (None, "1"),
        (Some(("the \"key", Direction::Descending)), "1 desc"),
        (Some(("name", Direction::Ascending)), "name"),
        (Some(("at", Direction::Descending)), "at desc"),
        (Some(("u", Direction::Ascending)), "u"),
        (Some(("size", Direction::Ascending)), "size, 1"),
        (Some(("size", Direction::Descending)), "size desc, 1 desc"),
    ] {
        let order = order.replace('1', "\"the \"\"key\"");
        for percent in [1, 25, 50, 80, 99] {
            let (page, how) = page(jump(&clerk, &shape, sort, percent).await?);
            assert!(matches!(how, How::Statistics { of: Some(_) }), "{how:?}");
            assert_eq!(page.rows.len(), 20, "{order} {percent}");
            let at = begins_at(&desk, &page, &order).await?;
            let off = (at - f64::from(percent)).abs();
            // A third of the rows has one size: no value stands in their midst.
            let most = if order.starts_with("size") { 34.0 } else { 2.0 };
            assert!(off < most, "{order} {percent}%: begins at {at}%");
        }
    }
    Ok(())
}

#[tokio::test]
async fn without_statistics_some_rows_tell_or_the_ends_and_else_it_is_said() -> Outcome {
    let desk = desk().await?;
    desk.run(
        "alter table \"odd \"\"table\n値\" enable row level security;
              create policy all_of_it on \"odd \"\"table\n値\" using (true); analyze",
    )
    .await?;
    // Later versions than 15 put pages ahead of what is written, which this gives back.
    desk.run("vacuum full bare").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("odd \"table⏎値").await?;
    for (sort, order) in [(None, "1"), (Some(("name", Direction::Ascending)), "name")] {
        let order = order.replace('1', "\"the \"\"key\"");
        let (page, how) = page(jump(&clerk, &shape, sort, 50).await?);
        assert_eq!(how, How::Sample);
        let at = begins_at(&desk, &page, &order).await?;
        assert!((at - 50.0).abs() < 10.0, "{order}: begins at {at}%");
    }
    let bare = clerk.shape("bare").await?;
    let (by_place, how) = page(jump(&clerk, &bare, None, 50).await?);
    assert_eq!(how, How::Place);
    let at: f64 = first(&by_place, 0).parse()?;
    assert!((at - 20_000.0).abs() < 1_000.0, "{at}");
    let view = clerk.shape("seen").await?;
    let refused = jump(&clerk, &view, Some(("name", Direction::Ascending)), 50).await?;
    assert!(matches!(refused, ShareLoaded::Cannot(_)), "{refused:?}");
    Ok(())
}

/// The rows whose key is between two numbers, in the order of a column, from a share of them on.
async fn jump_among(
    clerk: &Seat,
    shape: &Shape,
    sort: &str,
    (low, high): (u32, u32),
    percent: u32,
) -> Got<ShareLoaded> {
    let test = Test::Between(Some(low.to_string()), Some(high.to_string()));
    let query = PageQuery {
        sort: vec![SortColumn {
            column: shape.column_named(sort).ok_or("no column")?,
            direction: Direction::Descending,
        }],
        filter: Filter {
            conditions: vec![Condition::new(0, test)],
            ..Filter::default()
        },
        ..first_page(shape, 20)
    };
    let share = percent * 10_000;
    match clerk
        .records(RecordsRequest::LoadShare { query, share })
        .await?
    {
        RecordsReply::ShareLoaded(loaded) => Ok(loaded),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_share_of_rows_that_are_filtered_is_told_by_those_that_match() -> Outcome {
    let desk = desk().await?;
    desk.run("analyze").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("odd \"table⏎値").await?;
    for percent in [10, 50, 90] {
        let (page, how) =
            page(jump_among(&clerk, &shape, "name", (10_001, 20_000), percent).await?);
        let How::Matching { rows } = how else {
            panic!("{how:?}");
        };
        assert!((100..10_000).contains(&rows), "{rows}");
        let at: f64 = first(&page, 0).parse()?;
        let off = (20_000.0 - f64::from(percent) * 100.0 - at).abs();
        assert!(off < 1_000.0, "{percent}%: begins at {at}");
    }
    // Few match: all are looked at, as the table is small.
    for (percent, key) in [(0, "60"), (50, "31"), (100, "1")] {
        let (page, how) = page(jump_among(&clerk, &shape, "name", (1, 60), percent).await?);
        assert_eq!((how, first(&page, 0)), (How::All { rows: 60 }, key));
    }
    // Of a view no rows can be read at random.
    let view = clerk.shape("seen").await?;
    let refused = jump_among(&clerk, &view, "name", (1, 5_000), 50).await?;
    assert!(matches!(refused, ShareLoaded::Cannot(_)), "{refused:?}");
    let parted = clerk.shape("parted").await?;
    let (page, how) = page(jump_among(&clerk, &parted, "label", (1, 4), 50).await?);
    assert_eq!((how, first(&page, 0)), (How::All { rows: 4 }, "3"));
    Ok(())
}

/// Of a large table few match: more rows are read at random, but not all, and it is said by how many.
#[tokio::test]
async fn a_share_of_few_among_many_is_told_by_the_few_that_were_met() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(&format!(
        "create table many (id int primary key, rare int);
         insert into many select n, case when n % 500 = 0 then n end from generate_series(1, 1000000) n;
         analyze many; grant select on many to {CLERK}"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("many").await?;
    let asked = |test| PageQuery {
        filter: Filter {
            conditions: vec![Condition::new(1, test)],
            ..Filter::default()
        },
        ..first_page(&shape, 20)
    };
    let jump = async |test| {
        let query = asked(test);
        let share = 250_000;
        match clerk
            .records(RecordsRequest::LoadShare { query, share })
            .await
        {
            Ok(RecordsReply::ShareLoaded(loaded)) => loaded,
            other => panic!("{other:?}"),
        }
    };
    let (page, how) = page(jump(Test::IsNotNull).await);
    let How::Matching { rows } = how else {
        panic!("{how:?}");
    };
    assert!((400..1_600).contains(&rows), "{rows}");
    let at: f64 = first(&page, 0).parse()?;
    assert!((at - 250_000.0).abs() < 60_000.0, "{at}");
    let refused = jump(Test::Equals("1".into())).await;
    assert!(matches!(refused, ShareLoaded::Cannot(_)), "{refused:?}");
    Ok(())
}

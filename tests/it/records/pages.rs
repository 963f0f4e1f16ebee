//! Keyset pages: every sort, both directions, filters, and tables without a key.

use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::query::{
    Condition, Direction, Filter, Page, PageFrom, PageQuery, SortColumn, Test,
};
use rowhouse::domain::value::Value;

use crate::desk::{Desk, Got, Outcome, Seat, first_page};

/// Every row's first cell, page by page forward, then the same backward.
async fn walk(seat: &Seat, query: &PageQuery) -> Got<(Vec<String>, Vec<String>)> {
    let cell = |page: &Page| -> Vec<String> {
        let text = |row: &rowhouse::domain::query::Row| match &row.cells[0].value {
            Value::Text(text) => text.clone(),
            Value::Null => "∅".into(),
        };
        page.rows.iter().map(text).collect()
    };
    let mut forward = Vec::new();
    let mut query = query.clone();
    query.from = PageFrom::First;
    loop {
        let page = seat.page(query.clone()).await?;
        assert_eq!(page.more_before, !forward.is_empty());
        forward.extend(cell(&page));
        let Some(last) = page.rows.last().filter(|_| page.more_after) else {
            break;
        };
        query.from = PageFrom::After(last.cursor.clone());
    }
    let mut backward = Vec::new();
    query.from = PageFrom::Last;
    loop {
        let page = seat.page(query.clone()).await?;
        assert_eq!(page.more_after, !backward.is_empty());
        backward.extend(cell(&page).into_iter().rev());
        let Some(first) = page.rows.first().filter(|_| page.more_before) else {
            break;
        };
        query.from = PageFrom::Before(first.cursor.clone());
    }
    backward.reverse();
    Ok((forward, backward))
}

#[tokio::test]
async fn every_sort_walks_as_the_server_sorts() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    for (sort, order) in [
        (vec![], "id"),
        (vec![("id", false)], "id desc"),
        (vec![("name", true)], "name, id"),
        (vec![("place", true)], "place, id"),
        (vec![("place", false)], "place desc, id desc"),
        (vec![("price", true)], "price, id"),
        (vec![("price", false)], "price desc, id desc"),
        (
            vec![("mood", false), ("place", true)],
            "mood desc, place, id",
        ),
        (
            vec![("bought", true), ("place", false)],
            "bought, place desc, id desc",
        ),
        (
            vec![("place", true), ("mood", false), ("price", true)],
            "place, mood desc, price, id",
        ),
        (
            vec![("place", false), ("price", false), ("bought", true)],
            "place desc, price desc, bought, id",
        ),
        (
            vec![("mood", true), ("place", true), ("id", false)],
            "mood, place, id desc",
        ),
    ] {
        let column = |(name, rises): (&str, bool)| SortColumn {
            column: shape.column_named(name).expect("a column"),
            direction: if rises {
                Direction::Ascending
            } else {
                Direction::Descending
            },
        };
        let query = PageQuery {
            sort: sort.into_iter().map(column).collect(),
            ..first_page(&shape, 37)
        };
        let expected = desk
            .rows(&format!("select id from machine order by {order}"))
            .await?;
        let (forward, backward) = walk(&clerk, &query).await?;
        assert_eq!(forward, expected, "{order} forward");
        assert_eq!(backward, expected, "{order} backward");
    }
    Ok(())
}

#[tokio::test]
async fn types_without_an_order_and_tables_without_a_key_are_walked_too() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("insert into everything (id, j, p) select n, to_json(n), point(n, 1) from generate_series(2, 9) n; \
              insert into everything (id) values (10)").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("everything").await?;
    for name in [
        "j", "x", "p", "bx", "jb", "ar", "rg", "pa", "by", "m", "c", "f8", "tstz", "iv", "nm",
    ] {
        for direction in [Direction::Ascending, Direction::Descending] {
            let column = shape.column_named(name).expect("a column");
            let query = PageQuery {
                sort: vec![SortColumn { column, direction }],
                ..first_page(&shape, 3)
            };
            let (forward, backward) = walk(&clerk, &query).await?;
            assert_eq!(forward.len(), 10, "{name}");
            assert_eq!(forward, backward, "{name}");
        }
    }
    for name in ["keyless", "places"] {
        let shape = clerk.shape(name).await?;
        let (forward, backward) = walk(&clerk, &first_page(&shape, 4)).await?;
        assert_eq!(forward, backward, "{name}");
        assert!(forward.len() > 5);
    }
    let view = clerk.shape("cheap").await?;
    let page = clerk.page(first_page(&view, 10)).await?;
    assert!(page.partial && page.more_after && page.rows.len() == 10);
    assert!(page.rows.iter().all(|row| row.key.is_none()));
    Ok(())
}

#[tokio::test]
async fn a_page_read_again_holds_the_row_it_began_with() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    let first = clerk.page(first_page(&shape, 20)).await?;
    let again = PageQuery {
        from: PageFrom::From(first.rows[5].cursor.clone()),
        ..first_page(&shape, 20)
    };
    let page = clerk.page(again.clone()).await?;
    assert_eq!(page.rows[0], first.rows[5]);
    assert!(page.more_before && page.more_after);
    desk.run("delete from machine where id <= 6").await?;
    let page = clerk.page(again).await?;
    assert_eq!(page.rows[0].key.as_ref().expect("a key").0, ["7"]);
    assert!(!page.more_before);
    Ok(())
}

#[tokio::test]
async fn filters_find_what_they_say() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("update machine set name = '100%_\\ sure' where id = 3")
        .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    let on =
        |name: &str, test: Test| Condition::new(shape.column_named(name).expect("a column"), test);
    let or = |one: Condition| Condition { or: true, ..one };
    let off = |one: Condition| Condition { off: true, ..one };
    for (quick, conditions, expected) in [
        ("0%_\\ SU", vec![], "id = 3"),
        ("e 004", vec![], "name ilike '%e 004%'"),
        ("high", vec![], "mood = 'high \"x\"'"),
        (
            "",
            vec![on("place", Test::Equals("Hall 3".into()))],
            "place = 'Hall 3'",
        ),
        (
            "",
            vec![on("place", Test::Differs("Hall 3".into()))],
            "place is distinct from 'Hall 3'",
        ),
        ("", vec![on("place", Test::IsNull)], "place is null"),
        (
            "",
            vec![on("place", Test::Equals(Value::Null))],
            "place is null",
        ),
        (
            "",
            vec![on("mood", Test::Equals("low".into()))],
            "mood = 'low'",
        ),
        (
            "",
            vec![on(
                "price",
                Test::Between(Some("10".into()), Some("20.5".into())),
            )],
            "price between 10 and 20.5",
        ),
        (
            "",
            vec![on("bought", Test::Between(None, Some("2020-01-05".into())))],
            "bought <= '2020-01-05'",
        ),
        (
            "",
            vec![on("price", Test::Contains("7.5".into()))],
            "price::text like '%7.5%'",
        ),
        (
            "machine",
            vec![
                on("place", Test::IsNotNull),
                on("mood", Test::Differs("low".into())),
            ],
            "place is not null and mood <> 'low' and name ilike '%machine%'",
        ),
        (
            "",
            vec![on("place", Test::OneOf(vec!["Hall 3".into(), Value::Null]))],
            "place = 'Hall 3' or place is null",
        ),
        ("", vec![on("place", Test::OneOf(Vec::new()))], "false"),
        (
            "",
            vec![on(
                "mood",
                Test::OneOf(vec!["low".into(), "high \"x\"".into()]),
            )],
            "mood in ('low', 'high \"x\"')",
        ),
        (
            "",
            vec![on("name", Test::Begins("machine 00".into()))],
            "name ilike 'machine 00%'",
        ),
        (
            "",
            vec![on("place", Test::Lacks("hall".into()))],
            "place is null or place not ilike '%hall%'",
        ),
        (
            "",
            vec![
                on("price", Test::Less("20.5".into())),
                on("price", Test::More("3".into())),
            ],
            "price < 20.5 and price > 3",
        ),
        (
            "",
            vec![on(
                "bought",
                Test::Span("2020-01-05".into(), "2020-01-09".into()),
            )],
            "bought >= '2020-01-05' and bought < '2020-01-09'",
        ),
        ("", vec![on("place", Test::Empty)], "place = ''"),
        (
            "machine",
            vec![
                on("place", Test::Equals("Hall 3".into())),
                or(on(
                    "price",
                    Test::Between(Some("10".into()), Some("12".into())),
                )),
                on("mood", Test::Equals("low".into())),
                or(on("mood", Test::IsNull)),
                off(on("name", Test::Equals("nobody".into()))),
            ],
            "name ilike '%machine%' and (place = 'Hall 3' or price between 10 and 12) and (mood = 'low' or mood is null)",
        ),
    ] {
        let filter = Filter {
            quick: quick.into(),
            conditions,
        };
        let query = PageQuery {
            filter: filter.clone(),
            ..first_page(&shape, 500)
        };
        let page = clerk.page(query).await?;
        let expected = desk
            .rows(&format!(
                "select id from machine where {expected} order by id"
            ))
            .await?;
        let found: Vec<&str> = page
            .rows
            .iter()
            .filter_map(|row| row.cells[0].value.as_text())
            .collect();
        assert_eq!(found, expected);
        let request = RecordsRequest::CountRows {
            table: shape.id,
            filter,
        };
        let RecordsReply::RowsCounted(count) = clerk.records(request).await? else {
            panic!("a count");
        };
        assert_eq!(count, expected.len() as u64);
    }
    let filter = Filter {
        quick: String::new(),
        conditions: vec![on("price", Test::Equals("many".into()))],
    };
    let refused = clerk
        .page(PageQuery {
            filter,
            ..first_page(&shape, 5)
        })
        .await;
    assert!(matches!(refused, Err(Fault::Other { .. })), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn long_values_arrive_cut_and_say_how_long_they_are() -> Outcome {
    let desk = Desk::new().await?;
    desk.run("update everything set t = repeat('é', 5000), by = decode(repeat('ab', 3000), 'hex') where id = 1").await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("everything").await?;
    let page = clerk
        .page(PageQuery {
            cell_chars: 40,
            ..first_page(&shape, 5)
        })
        .await?;
    let cell = |name: &str| &page.rows[0].cells[shape.column_named(name).expect("a column")];
    assert_eq!(cell("t").value, Value::text("é".repeat(40)));
    assert_eq!(cell("t").whole_chars, Some(5000));
    assert_eq!(
        cell("by").value,
        Value::text(format!("\\x{}", "ab".repeat(19)))
    );
    assert_eq!(cell("by").whole_chars, Some(6002));
    assert_eq!(cell("v").value, Value::text("abcde"));
    assert_eq!(cell("v").whole_chars, None);
    assert_eq!(cell("d").value, Value::text("0044-03-15 BC"));
    assert_eq!(cell("note").whole_chars, None);
    let whole = clerk.record(&shape, &["1"]).await?;
    assert_eq!(whole.values[1], Value::text("é".repeat(5000)));
    Ok(())
}

#[tokio::test]
async fn a_table_altered_meanwhile_is_told_and_read_again() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    clerk.page(first_page(&shape, 5)).await?;
    desk.run("alter table machine add column serial text")
        .await?;
    let told = clerk.page(first_page(&shape, 5)).await;
    assert!(matches!(told, Err(Fault::Outdated { .. })), "{told:?}");
    let shape = clerk.shape("machine").await?;
    assert!(shape.column_named("serial").is_some());
    clerk.page(first_page(&shape, 5)).await?;
    desk.run("alter table machine drop column notes").await?;
    let told = clerk.page(first_page(&shape, 5)).await;
    assert!(matches!(told, Err(Fault::Outdated { .. })), "{told:?}");
    clerk
        .page(first_page(&*clerk.shape("machine").await?, 5))
        .await?;
    Ok(())
}

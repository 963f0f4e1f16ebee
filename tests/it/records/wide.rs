//! A table of as many columns as PostgreSQL allows: told at once, and read in parts.

use rowhouse::db::contract::Fault;
use rowhouse::domain::query::PageQuery;

use crate::desk::{CLERK, Desk, Outcome, first_page};

#[tokio::test]
async fn of_sixteen_hundred_columns_those_asked_for_are_read() -> Outcome {
    let desk = Desk::new().await?;
    desk.run(&format!(
        "do $$ begin
           execute 'create table wide (id int primary key, ' || (select string_agg(
             format('%I text', 'column \"' || n), ', ') from generate_series(2, 1600) n) || ')';
           execute 'insert into wide (id, \"column \"\"2\", \"column \"\"1600\") values (1, ''a'', ''値''), (2, null, repeat(''x'', 500))';
         end $$;
         grant select on wide to {CLERK};"
    ))
    .await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("wide").await?;
    assert_eq!(shape.columns.len(), 1600);
    let query = PageQuery {
        columns: vec![0, 1, 1599],
        ..first_page(&shape, 20)
    };
    let page = clerk.page(query).await?;
    let row = &page.rows[0];
    assert_eq!(row.columns.as_deref(), Some(&[0, 1, 1599][..]));
    let text = |at: usize| row.cell(at).and_then(|cell| cell.value.as_text());
    assert_eq!(
        (text(0), text(1), text(1599)),
        (Some("1"), Some("a"), Some("値"))
    );
    assert_eq!(row.cell(2), None, "it was not read");
    let other = &page.rows[1];
    assert!(other.cell(1).is_some_and(|cell| cell.value.is_null()));
    let long = other.cell(1599).expect("read");
    assert_eq!(long.whole_chars, Some(500));
    let record = clerk.record(&shape, &["2"]).await?;
    assert_eq!(record.values.len(), 1600, "the record has every column");
    let beyond = PageQuery {
        columns: vec![1600],
        ..first_page(&shape, 20)
    };
    let refused = clerk.page(beyond).await;
    assert!(
        matches!(refused, Err(Fault::Outdated { .. })),
        "{refused:?}"
    );
    Ok(())
}

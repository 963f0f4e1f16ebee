//! Pages that begin at a row where it is among those wanted, else at the first.

use rowhouse::domain::query::{
    Condition, Direction, Filter, PageFrom, PageQuery, SortColumn, Test,
};
use rowhouse::domain::value::Value;

use crate::desk::{Desk, Outcome, first_page};

#[tokio::test]
async fn a_page_begins_at_a_row_where_it_is_among_those_wanted() -> Outcome {
    let desk = Desk::new().await?;
    let clerk = desk.clerk().await?;
    let shape = clerk.shape("machine").await?;
    let column = |name: &str| shape.column_named(name).expect("a column");
    let sorted = |name: &str| PageQuery {
        sort: vec![SortColumn {
            column: column(name),
            direction: Direction::Descending,
        }],
        ..first_page(&shape, 5)
    };
    for query in [first_page(&shape, 5), sorted("place"), sorted("price")] {
        let all = clerk
            .page(PageQuery {
                limit: 200,
                ..query.clone()
            })
            .await?;
        for row in all.rows.iter().step_by(7) {
            for place in [None, Some("Hall 3")] {
                let conditions = place
                    .map(|place| Condition::new(column("place"), Test::Equals(Value::from(place))));
                let filter = Filter {
                    quick: String::new(),
                    conditions: conditions.into_iter().collect(),
                };
                let from = |from| PageQuery {
                    from,
                    filter: filter.clone(),
                    ..query.clone()
                };
                let own = row.cell(column("place")).expect("a place").value.clone();
                let fits = place.is_none_or(|place| own == Value::from(place));
                let due = match fits {
                    true => clerk.page(from(PageFrom::From(row.cursor.clone()))).await?,
                    false => clerk.page(from(PageFrom::First)).await?,
                };
                let page = clerk.page(from(PageFrom::Row(row.cursor.clone()))).await?;
                assert_eq!(page, due);
                assert!(!fits || page.rows[0].key == row.key);
            }
        }
    }
    Ok(())
}

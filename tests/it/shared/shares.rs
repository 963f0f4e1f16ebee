//! A share of the rows where a policy takes the order's index, or rows are filtered by a text.

use rowhouse::db::contract::records::ShareLoaded;
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::jump::How;
use rowhouse::domain::query::{Direction, Filter, PageQuery, SortColumn};

use super::site::Site;
use crate::desk::{Outcome, first_page};

#[tokio::test]
async fn a_share_begins_there_in_every_order_and_under_a_filter() -> Outcome {
    let site = Site::new().await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    for (sort, quick) in [
        ("price", ""),
        ("mood", ""),
        ("price", "hall"),
        ("name", "hall"),
    ] {
        let query = PageQuery {
            sort: vec![SortColumn {
                column: shape.column_named(sort).ok_or("no column")?,
                direction: Direction::Descending,
            }],
            filter: Filter {
                quick: quick.into(),
                conditions: Vec::new(),
            },
            ..first_page(&shape, 5)
        };
        let ask = RecordsRequest::LoadShare {
            query,
            share: 500_000,
        };
        let RecordsReply::ShareLoaded(ShareLoaded::Page(page, how)) = anna.records(ask).await?
        else {
            panic!("{sort}: no rows");
        };
        let matching = match quick {
            "" => "true",
            _ => "place is not null",
        };
        let all = format!("select id from machine where {matching} order by {sort} desc, id desc");
        let all = site.rows(&all).await?;
        let rows = all.len() as u64;
        assert_eq!(how, How::All { rows }, "{sort} {quick}");
        let first = page.rows[0].key.as_ref().ok_or("no key")?;
        assert_eq!(first.0[0], all[(all.len() + 1) / 2 - 1], "{sort} {quick}");
    }
    Ok(())
}

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
        assert_eq!(first.0[0], all[all.len().div_ceil(2) - 1], "{sort} {quick}");
    }
    Ok(())
}

/// Who reaches some rows only jumps among these: the others are not even counted.
#[tokio::test]
async fn a_share_is_of_the_rows_that_one_reaches() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "delete from rowhouse_private.permission p using rowhouse_private.role r
              where r.role_id = p.role_id and r.name = 'technician';
             insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, scope)
             select 1, role_id, 'machine'::regclass, 'view', '{\"place\": [\"Hall 1\"]}'
               from rowhouse_private.role where name = 'technician'",
        )
        .await?;
    rowhouse::db::adopt::refresh(&mut site.owner).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let reached = "select id from machine where place = 'Hall 1' order by price, id";
    let reached = site.rows(reached).await?;
    let query = PageQuery {
        sort: vec![SortColumn {
            column: shape.column_named("price").ok_or("no column")?,
            direction: Direction::Ascending,
        }],
        ..first_page(&shape, 5)
    };
    let ask = RecordsRequest::LoadShare {
        query,
        share: 500_000,
    };
    let RecordsReply::ShareLoaded(ShareLoaded::Page(page, how)) = anna.records(ask).await? else {
        panic!("no rows");
    };
    let rows = reached.len() as u64;
    assert_eq!(how, How::All { rows });
    let first = page.rows[0].key.as_ref().ok_or("no key")?;
    assert_eq!(first.0[0], reached[reached.len().div_ceil(2) - 1]);
    Ok(())
}

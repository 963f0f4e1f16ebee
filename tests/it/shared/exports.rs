//! Rows for files in the shared way: whoever is signed out meanwhile gets no more of them, only rows in
//! reach are written, and one connection behind a pooler is enough.

use std::future::Future;

use rowhouse::db::Database;
use rowhouse::db::contract::Fault;
use rowhouse::db::contract::rows::{Extract, Piece, Which};
use rowhouse::domain::export::Form;
use rowhouse::domain::query::Filter;
use rowhouse::domain::table::Shape;
use tokio::sync::mpsc;

use super::site::Site;
use crate::desk::{Got, Outcome};

/// All rows of a table.
pub fn all(shape: &Shape) -> Extract {
    Extract {
        table: shape.id,
        which: Which::Filtered(Filter::default()),
        sort: Vec::new(),
        columns: (0..shape.columns.len()).collect(),
        form: Form::Tsv,
        raw: true,
        words: "the whole table".into(),
    }
}

/// Takes all pieces; after the first, something happens.
pub async fn taken(
    database: &Database,
    wish: &Extract,
    then: impl Future<Output = Outcome>,
) -> Got<(Result<u64, Fault>, u64)> {
    let (send, mut pieces) = mpsc::channel::<Piece>(1);
    let reading = async {
        let read = database.extract(wish, &send).await;
        drop(send);
        read
    };
    let taking = async {
        let mut rows = pieces.recv().await.map_or(0, |piece| piece.rows);
        then.await?;
        while let Some(piece) = pieces.recv().await {
            rows = piece.rows;
        }
        Got::Ok(rows)
    };
    let (read, rows) = tokio::join!(reading, taking);
    Ok((read, rows?))
}

const MANY: &str = "set session_replication_role = replica;
    insert into machine (id, name) select 10000 + n, repeat('x', 100) from generate_series(1, 40000) n;
    set session_replication_role = origin";

#[tokio::test]
async fn who_may_view_no_more_gets_no_more() -> Outcome {
    let site = Site::new().await?;
    site.owner.batch_execute(MANY).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let take = async {
        let take = "delete from rowhouse_private.permission where verb = 'view'";
        Ok(site.owner.batch_execute(take).await?)
    };
    let (read, rows) = taken(&anna.database, &all(&shape), take).await?;
    assert!(matches!(read, Err(Fault::NotPermitted { .. })), "{read:?}");
    assert!(rows <= 20_000, "{rows} rows");
    let noted = "select verb from rowhouse_trail.entry where verb like 'table export%'";
    assert_eq!(site.rows(noted).await?, ["table export begun"]);
    Ok(())
}

#[tokio::test]
async fn whoever_is_signed_out_meanwhile_gets_no_more() -> Outcome {
    let site = Site::new().await?;
    site.owner.batch_execute(MANY).await?;
    let anna = site.person("anna").await?;
    let shape = anna.shape("machine").await?;
    let end = async {
        let end = "update rowhouse_private.session set ended_at = rowhouse_private.now(),
                          end_reason = 'the shift is over' where ended_at is null";
        Ok(site.owner.batch_execute(end).await?)
    };
    let (read, rows) = taken(&anna.database, &all(&shape), end).await?;
    assert!(matches!(read, Err(Fault::SessionOver { .. })), "{read:?}");
    assert!(rows <= 20_000, "{rows} rows");
    let noted = "select verb from rowhouse_trail.entry where verb like 'table export%'";
    assert_eq!(site.rows(noted).await?, ["table export begun"]);
    Ok(())
}

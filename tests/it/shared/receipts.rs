//! Receipts of merges: written with the save they are of and only then, read by who may view.

use rowhouse::db::contract::records::{Miss, SaveOutcome};
use rowhouse::db::contract::{ReceiptsReply, ReceiptsRequest, Reply, Request};
use rowhouse::domain::receipt::{MergeNote, MergedField, Receipt, Side};
use rowhouse::domain::table::TableId;
use rowhouse::domain::value::Value;

use super::site::Site;
use crate::desk::{Got, Outcome, Seat, save_of};

async fn receipts(seat: &Seat, table: Option<TableId>) -> Got<Vec<Receipt>> {
    let request = ReceiptsRequest::ListReceipts {
        table,
        key: None,
        before: None,
    };
    match seat.database.perform(Request::Receipts(request)).await? {
        Reply::Receipts(ReceiptsReply::ReceiptsListed { receipts, .. }) => Ok(receipts),
        other => panic!("{other:?}"),
    }
}

fn field(column: &str) -> MergedField {
    MergedField {
        column: column.into(),
        base: Value::from("Hall A"),
        theirs: Value::Null,
        yours: Some(Value::from("it's \"so\"\n\\")),
        took: Side::Theirs,
    }
}

#[tokio::test]
async fn a_receipt_is_written_with_its_save_and_read_by_who_may_view() -> Outcome {
    let site = Site::new().await?;
    let (anna, bert) = (site.person("anna").await?, site.person("bert").await?);
    let shape = anna.shape("machine").await?;
    let note = MergeNote {
        version: None,
        fields: vec![field("place"), field("no_such_column")],
    };
    let read = anna.record(&shape, &["3"]).await?;
    let theirs = bert.shape("machine").await?;
    let other = bert.record(&theirs, &["3"]).await?;
    bert.save(save_of(&theirs, &other, 1, &[("place", "Hall B")]))
        .await?;

    // A save that meets another leaves none behind.
    let mut late = save_of(&shape, &read, 2, &[("place", "Hall C")]);
    late.merges = vec![note.clone()];
    let missed = anna.save(late.clone()).await?;
    assert!(
        matches!(missed, SaveOutcome::Missed(Miss::Changed { .. })),
        "{missed:?}"
    );
    assert!(receipts(&anna, None).await?.is_empty());

    let now = anna.record(&shape, &["3"]).await?;
    let mut save = save_of(&shape, &now, 3, &[("place", "Hall C")]);
    save.merges = vec![note];
    let saved = anna.save(save).await?;
    assert!(matches!(saved, SaveOutcome::Saved(Some(_))), "{saved:?}");
    let own = receipts(&anna, None).await?;
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].fields, [field("place")]);
    assert!(own[0].mine);
    assert_eq!(own[0].theirs_by.as_deref(), Some("bert"));

    // Others see those of a table that they may view, and never a table's by its receipts alone.
    assert!(receipts(&bert, None).await?.is_empty());
    let seen = receipts(&bert, Some(shape.id)).await?;
    assert_eq!(
        (seen.len(), seen[0].mine, seen[0].username.as_str()),
        (1, false, "anna")
    );
    site.owner
        .batch_execute("delete from rowhouse_private.permission where verb = 'view'")
        .await?;
    assert!(receipts(&bert, Some(shape.id)).await?.is_empty());
    assert!(receipts(&anna, None).await?.is_empty());
    Ok(())
}

//! What became of a record is told only to who may see the table: asked of the database directly.

use tokio_postgres::Row;

use crate::attacks::plant::{Outcome, Plant};

const BECAME: &str = "select kind, record_key, username \
                      from rowhouse.what_became('equipment'::regclass, '{BFM-001}', '3')";

fn told(rows: &[Row]) -> Vec<(String, Option<Vec<String>>, Option<String>)> {
    let row = |row: &Row| (row.get(0), row.get(1), row.get(2));
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn only_who_may_see_a_table_is_told_what_became_of_its_records() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute("update equipment set bfm = 'BFM-900' where bfm = 'BFM-001'")
        .await?;
    let (theo, gina) = (plant.seat("theo").await?, plant.seat("gina").await?);
    let key = Some(vec!["BFM-900".to_owned()]);
    let all = [("now".to_owned(), key, Some("postgres".to_owned()))];
    assert_eq!(told(&theo.run(BECAME).await?), all);
    let nothing = [("denied".to_owned(), None, None)];
    assert_eq!(told(&gina.run(BECAME).await?), nothing);
    let hide = "create policy own on equipment as restrictive using (bfm <> 'BFM-900')";
    plant.owner.batch_execute(hide).await?;
    assert_eq!(told(&theo.run(BECAME).await?), nothing);
    Ok(())
}

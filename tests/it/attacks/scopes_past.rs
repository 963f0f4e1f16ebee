//! Roles that reach some rows only: learning of the others from what is kept beside the table, from the
//! trail, the feed, the bin, and from who is where.

use super::hidden::QUESTIONS;
use super::plant::{Outcome, Plant, Seat};
use super::scopes::{HALL, bfms, person};

/// A plant where BFM-001 (hidden from sam) and BFM-002 (seen) have a past, and somebody on them.
async fn busy() -> Outcome<(Plant, Seat, Seat)> {
    let mut plant = Plant::open().await?;
    let sam = person(&mut plant, "sam", HALL).await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'x' where bfm in ('BFM-001', 'BFM-002')")
        .await?;
    theo.run(
        "select rowhouse.touch(true, 'form', (select json_agg(json_build_object('table', 'equipment'::regclass::oid,
             'key', array[k], 'mode', 'edit')) from unnest(array['BFM-001', 'BFM-002']) k)::text, null)",
    )
    .await?;
    Ok((plant, sam, theo))
}

async fn answers(plant: &Plant, seat: &Seat, bfm: &str) -> Outcome<Vec<usize>> {
    let newest = format!("select max(id) from rowhouse_trail.entry where record_key = '{{{bfm}}}'");
    let id = plant.count(&newest).await?.to_string();
    let mut counts = Vec::new();
    for question in &QUESTIONS[..8] {
        let question = question.replace("ID", &id).replace("BFM-001", bfm);
        counts.push(bfms(seat, &format!("select * from {question}")).await?);
    }
    Ok(counts)
}

async fn delete(plant: &Plant, seat: &Seat, bfm: &str) -> Outcome {
    let row = plant
        .owner
        .query_one(
            "select xmin::text, rowhouse_version from equipment where bfm = $1",
            &[&bfm],
        )
        .await?;
    let (xmin, version): (String, i64) = (row.get(0), row.get(1));
    let delete = format!(
        "select rowhouse.record_delete('equipment'::regclass, '{{{bfm}}}', {version}, '{xmin}')"
    );
    assert_eq!(seat.run(&delete).await?[0].get::<_, i32>(0), 1, "{bfm}");
    Ok(())
}

#[tokio::test]
async fn what_is_kept_of_hidden_records_is_hidden_too() -> Outcome {
    let (plant, sam, theo) = busy().await?;
    assert_eq!(answers(&plant, &sam, "BFM-001").await?, [0; 8]);
    assert_eq!(
        answers(&plant, &sam, "BFM-002").await?,
        [1, 1, 1, 0, 1, 1, 1, 1]
    );
    // Deleted ones are judged by the values they had.
    delete(&plant, &theo, "BFM-001").await?;
    delete(&plant, &theo, "BFM-002").await?;
    assert_eq!(answers(&plant, &sam, "BFM-001").await?[..6], [0; 6]);
    let gone = answers(&plant, &sam, "BFM-002").await?;
    assert_eq!((gone[0], gone[3], gone[4]), (2, 1, 1), "{gone:?}");
    let bin = sam
        .run("select record_key from rowhouse.deleted_records('equipment'::regclass, null, 10)")
        .await?;
    let keys: Vec<Vec<String>> = bin.iter().map(|row| row.get(0)).collect();
    assert_eq!(keys, [["BFM-002"]]);
    // A key that is used again by a record in reach does not open the past of the hidden one.
    sam.run(
        "insert into equipment (bfm, description, status, area) values ('BFM-001', 'new', 'x', 1)",
    )
    .await?;
    let verbs = sam
        .run("select verb from rowhouse.record_history('equipment'::regclass, '{BFM-001}', null, null, 10, true)")
        .await?;
    let verbs: Vec<String> = verbs.iter().map(|row| row.get(0)).collect();
    assert_eq!(verbs, ["insert"]);
    Ok(())
}

#[tokio::test]
async fn the_feed_tells_of_records_in_reach_only() -> Outcome {
    let (plant, sam, theo) = busy().await?;
    let cursor: String = sam
        .run("select cursor from rowhouse.feed(null, 10)")
        .await?[0]
        .get(0);
    let news = format!(
        "select record_key, verb from rowhouse.feed('{cursor}', 50) where verb is not null"
    );
    theo.run("update equipment set status = 'y' where bfm in ('BFM-001', 'BFM-003')")
        .await?;
    theo.run("insert into equipment (bfm, description, status, area) values ('HID', 'x', 'x', 2)")
        .await?;
    delete(&plant, &theo, "BFM-001").await?;
    assert_eq!(bfms(&sam, &news).await?, 0, "hidden changes are silent");
    theo.run("update equipment set status = 'y' where bfm = 'BFM-004'")
        .await?;
    delete(&plant, &theo, "BFM-002").await?;
    let told = sam.run(&news).await?;
    let told: Vec<(Option<Vec<String>>, String)> =
        told.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(
        told,
        [
            (Some(vec!["BFM-004".into()]), "update".into()),
            (Some(vec!["BFM-002".into()]), "delete".into())
        ]
    );
    // One that leaves: the list is read again, and nothing says what left.
    theo.run("update equipment set area = 2 where bfm = 'BFM-006'")
        .await?;
    let told = sam.run(&news).await?;
    assert!(told.iter().any(|row| row.get::<_, String>(1) == "truncate"
        && row.get::<_, Option<Vec<String>>>(0).is_none()));
    assert_eq!(answers(&plant, &sam, "BFM-006").await?[..6], [0; 6]);
    let became = sam
        .run("select kind from rowhouse.what_became('equipment'::regclass, '{BFM-006}', '3')")
        .await?;
    assert_eq!(became[0].get::<_, String>(0), "denied");
    Ok(())
}

#[tokio::test]
async fn values_of_columns_with_a_length_are_compared_whole() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "create table shelf (hall char(6), bits bit(4), note varchar(9));
             insert into shelf values ('north', b'1010', 'a'), ('nor', b'1000', 'a');",
        )
        .await?;
    for (column, value) in [("hall", "north"), ("bits", "1010")] {
        let scope = format!("{{\"{column}\":[\"{value}\"],\"note\":[\"a\"]}}");
        let ask = "select rowhouse_private.scope_term('shelf'::regclass, $1::text::jsonb)";
        let term: String = plant.owner.query_one(ask, &[&scope]).await?.get(0);
        let rows = format!("select from shelf where {term}");
        assert_eq!(plant.owner.query(&rows, &[]).await?.len(), 1, "{term}");
    }
    Ok(())
}

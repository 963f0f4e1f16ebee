//! Rows for files: who is kept from it whatever their client calls and whatever other roles they have, and
//! that what the audit says of it is of whoever asks.

use super::plant::{Outcome, Plant, Seat};
use super::scopes::{HALL, person};

fn begin(table: &str) -> String {
    format!("select rowhouse.export_begun('{table}'::regclass, 'csv', 'all')")
}

fn end(table: &str) -> String {
    format!("select rowhouse.export_ended('{table}'::regclass, 'csv', 40, true)")
}

/// How both calls are refused; empty where they are not.
async fn refused(seat: &Seat, table: &str) -> [String; 2] {
    [
        seat.refused(&begin(table)).await.message,
        seat.refused(&end(table)).await.message,
    ]
}

#[tokio::test]
async fn who_may_not_view_or_is_kept_from_it_begins_and_notes_none() -> Outcome {
    let mut plant = Plant::open().await?;
    let gina = plant.seat("gina").await?;
    for table in ["equipment", "pg_class", "rowhouse_private.account"] {
        let told = refused(&gina, table).await;
        let told = told.map(|told| told.contains("no right to see") || told.contains("denied"));
        assert_eq!(told, [true; 2], "{table}");
    }
    assert_eq!(refused(&gina, "area").await, [""; 2]);
    let keep = "insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb)
        select 1, role_id, 'equipment'::regclass, 'no_export' from rowhouse_private.role where name = 'technician'";
    plant.owner.batch_execute(keep).await?;
    let theo = plant.seat("theo").await?;
    assert!(refused(&theo, "equipment").await[0].contains("do not let you write rows"));
    assert_eq!(refused(&theo, "area").await, [""; 2]);
    // A role for some rows lets nobody write those that another one shows and keeps.
    let sam = person(&mut plant, "sam", HALL).await?;
    assert_eq!(refused(&sam, "equipment").await, [""; 2]);
    let give = |roles: &str| {
        format!("select rowhouse_private.owner_account_edit('sam', null, array[{roles}])")
    };
    plant
        .owner
        .batch_execute(&give("'sam', 'technician'"))
        .await?;
    assert!(refused(&sam, "equipment").await[0].contains("do not let you write rows"));
    plant
        .owner
        .batch_execute(&give("'technician', 'manager'"))
        .await?;
    assert_eq!(refused(&sam, "equipment").await, [""; 2]);
    Ok(())
}

#[tokio::test]
async fn a_note_is_one_line_of_whoever_asks() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run(
        "select rowhouse.export_begun('area'::regclass, E'csv\\r\\nx', E'all\\npublic.vault as csv' || repeat('x', 5000)),
                set_config('rowhouse.request', gen_random_uuid()::text, true)",
    )
    .await?;
    theo.run("select rowhouse.export_ended('area'::regclass, null, -7, false)")
        .await?;
    let notes = "select username || ' ' || verb || ' ' || left(note, 50) from rowhouse_trail.entry
                  where verb like 'table export%' and note !~ '[[:cntrl:]]' and length(note) < 2000 order by id";
    let rows = plant.owner.query(notes, &[]).await?;
    let told: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(
        told,
        [
            "theo table export begun public.area as csv  x: all public.vault as csvxxxx",
            "theo table exported public.area as : stopped, at least 0 rows",
        ]
    );
    let end = "update rowhouse_private.session set ended_at = now()";
    plant.owner.batch_execute(end).await?;
    assert_eq!(theo.refused("select 1").await.state, "RH401");
    Ok(())
}

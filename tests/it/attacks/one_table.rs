//! The rights of one table are those that the list of all tables says, for whoever asks.

use super::across::{House, house};
use super::plant::{Outcome, Plant, Seat};
use super::scopes::{HALL, person};

/// Of every table that is there: what both say, where they differ.
const DIFFER: &str = "\
    with one as (
        select c.oid, c.relname::text, (select row(m.can_view, m.can_insert, m.can_update, m.can_delete,
                   m.version_column, m.insert_columns, m.update_columns, m.is_partly)::text
                   from rowhouse.my_table(c.oid) m) as said
          from pg_class c where c.relkind in ('r', 'p', 'v') and c.relnamespace = 'public'::regnamespace),
    every as (
        select m.table_oid, row(m.can_view, m.can_insert, m.can_update, m.can_delete, m.version_column,
                   m.insert_columns, m.update_columns, coalesce(m.scopes ? 'view', false))::text as said
          from rowhouse.my_tables() m where m.can_view or m.can_insert)
    select o.relname, o.said, e.said from one o left join every e on e.table_oid = o.oid
     where o.said is distinct from e.said";

/// What else is said of one table, where that differs from the functions that say it alone.
const BESIDE: &str = "\
    select m.* from pg_class c cross join rowhouse.my_table(c.oid) m
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
       and (m.across <> rowhouse.looks_across()
            or m.searches is distinct from coalesce(rowhouse.searches(c.oid), false)
            or not m.across and (m.through <> rowhouse.writes_through(c.oid)
                                 or m.hard_locks <> rowhouse.hard_locks(c.oid)))";

async fn alike(seat: &Seat, who: &str, tables: i64) -> Outcome {
    for differ in [DIFFER, BESIDE] {
        let rows = seat.run(differ).await?;
        assert!(rows.is_empty(), "{who}: {rows:?}");
    }
    let some = "select count(*) from pg_class c cross join rowhouse.my_table(c.oid) m";
    assert_eq!(seat.run(some).await?[0].get::<_, i64>(0), tables, "{who}");
    Ok(())
}

#[tokio::test]
async fn of_one_table_the_same_is_said_as_of_all() -> Outcome {
    let mut plant = Plant::open().await?;
    for (name, tables) in [("marta", 4), ("theo", 4), ("gina", 1)] {
        alike(&plant.seat(name).await?, name, tables).await?;
    }
    let columns = [
        "'view', null, null",
        "'insert', '{bfm,description,status}', null",
        "'update', '{description}', null",
        "'update', '{status}', null",
    ];
    let sam = person(&mut plant, "sam", &columns).await?;
    let uma = person(&mut plant, "uma", HALL).await?;
    let ines = person(&mut plant, "ines", &["'insert', null, null"]).await?;
    let vera = person(&mut plant, "vera", &["'update', null, null"]).await?;
    for (seat, who, tables) in [
        (&sam, "sam", 1),
        (&uma, "uma", 1),
        (&ines, "ines", 1),
        (&vera, "vera", 0),
    ] {
        alike(seat, who, tables).await?;
    }
    // What the session has noted counts no more: the tables are asked.
    plant
        .owner
        .batch_execute(
            "update rowhouse_private.installation set rights_version = rights_version + 1",
        )
        .await?;
    alike(&sam, "sam, unnoted", 1).await
}

#[tokio::test]
async fn of_one_table_the_same_is_said_to_other_tenants_and_across_them() -> Outcome {
    let House {
        plant: _plant,
        theo,
        nora,
        hanna,
    } = house().await?;
    for (seat, who, tables) in [(&theo, "theo", 6), (&nora, "nora", 2), (&hanna, "hanna", 6)] {
        alike(seat, who, tables).await?;
    }
    Ok(())
}

//! The past is read only by who may read the record now: without a session, without the right, with
//! columns that nobody may read, and past policies of the database's own.

use super::plant::{Outcome, Plant, refusal};

const CALLS: [&str; 8] = [
    "rowhouse.record_history('equipment'::regclass, '{BFM-001}', null, null, 10, true)",
    "rowhouse.record_blame('equipment'::regclass, '{BFM-001}')",
    "rowhouse.record_as_of('equipment'::regclass, '{BFM-001}', 1)",
    "rowhouse.deleted_records('equipment'::regclass, null, 10)",
    r#"rowhouse.what_went('equipment'::regclass, '[{"id": 1, "key": ["BFM-001"]}]')"#,
    "rowhouse.my_run('00000000-0000-8000-8000-0000', 'equipment'::regclass, 'update', null, null, 10)",
    "rowhouse.my_changes(null, 10)",
    "rowhouse.my_runs(null, 10)",
];

#[tokio::test]
async fn without_a_session_there_is_no_past() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'Retired' where bfm = 'BFM-001'")
        .await?;
    let login = plant.login().await?;
    for call in CALLS {
        let none = refusal(login.query(&format!("select * from {call}"), &[]).await);
        assert_eq!(none.state, "RH401", "{call}: {none:?}");
    }
    for inner in [
        "rowhouse_private.record_line(1, 'equipment'::regclass, '{BFM-001}')",
        "rowhouse_private.entries_of(1, 'equipment'::regclass, '{BFM-001}', 0)",
        "rowhouse_private.gone_with(1, 'equipment'::regclass, '{BFM-001}', 1)",
        "rowhouse_private.let_go(1, 'equipment'::regclass, '{BFM-001}', 1)",
    ] {
        let inside = theo.refused(&format!("select * from {inner}")).await;
        assert_eq!(inside.state, "42501", "{inner}");
    }
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_viewed_has_no_past() -> Outcome {
    let plant = Plant::open().await?;
    let (theo, gina) = (plant.seat("theo").await?, plant.seat("gina").await?);
    theo.run("update equipment set status = 'Retired' where bfm = 'BFM-001'")
        .await?;
    for call in &CALLS[..6] {
        let refused = gina.refused(&format!("select * from {call}")).await;
        assert_eq!(refused.state, "RH403", "{call}: {refused:?}");
    }
    assert_eq!(
        gina.run("select * from rowhouse.my_changes(null, 10)")
            .await?
            .len(),
        0
    );
    assert_eq!(
        theo.run("select * from rowhouse.my_changes(null, 10)")
            .await?
            .len(),
        1
    );
    // Rights that are gone take the past along.
    plant
        .owner
        .batch_execute("delete from rowhouse_private.permission where verb = 'view'")
        .await?;
    assert_eq!(
        theo.run("select * from rowhouse.my_changes(null, 10)")
            .await?
            .len(),
        0
    );
    let refused = theo.refused(&format!("select * from {}", CALLS[0])).await;
    assert_eq!(refused.state, "RH403", "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_went_along_is_told_only_of_tables_that_one_may_view() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "alter table equipment drop constraint equipment_area_fkey,
                 add foreign key (area) references area on delete cascade;
             delete from area where id = 2",
        )
        .await?;
    let count = "select coalesce(sum(v::int), 0)::int8 from rowhouse.deleted_records('area'::regclass, null, 5) d
                 left join lateral jsonb_each_text(d.dependents) j(t, v) on true";
    let remains = "select r.* from rowhouse.deleted_records('area'::regclass, null, 5) d,
                   rowhouse.what_went('area'::regclass,
                       jsonb_build_array(jsonb_build_object('id', d.id, 'key', d.record_key))) r";
    for (name, dependents) in [("theo", 20), ("gina", 0)] {
        let seat = plant.seat(name).await?;
        assert_eq!(seat.run(count).await?[0].get::<_, i64>(0), dependents);
        let found = seat.run(remains).await?.len();
        assert_eq!(i64::try_from(found)?, dependents + 1, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn columns_that_nobody_may_read_are_left_out_and_counted() -> Outcome {
    let plant = Plant::open().await?;
    let theo = plant.seat("theo").await?;
    theo.run("update equipment set status = 'Retired', cost = 77 where bfm = 'BFM-001'")
        .await?;
    plant
        .owner
        .batch_execute("delete from equipment where bfm = 'BFM-002'")
        .await?;
    let login = plant.roles.client_name();
    plant
        .owner
        .batch_execute(&format!(
            "revoke select (cost) on equipment from \"{login}\""
        ))
        .await?;
    let history = format!(
        "select new_values::text, old_values::text, withheld, id from {}",
        CALLS[0]
    );
    let entry = &theo.run(&history).await?[0];
    assert_eq!(entry.get::<_, String>(0), r#"{"status": "Retired"}"#);
    assert_eq!(entry.get::<_, String>(1), r#"{"status": "Active"}"#);
    assert_eq!(entry.get::<_, i32>(2), 1);
    let id: i64 = entry.get(3);
    for call in [
        "select string_agg(column_name, ' ') from rowhouse.record_blame('equipment'::regclass, '{BFM-001}')".to_owned(),
        format!("select recorded::text from rowhouse.record_as_of('equipment'::regclass, '{{BFM-001}}', {id} - 1)"),
        "select string_agg(new_values::text || old_values::text, ' ') from rowhouse.my_changes(null, 10)".to_owned(),
        "select old_values::text from rowhouse.deleted_records('equipment'::regclass, null, 5)".to_owned(),
        "select r.old_values::text from rowhouse.deleted_records('equipment'::regclass, null, 5) d,
             rowhouse.what_went('equipment'::regclass,
                       jsonb_build_array(jsonb_build_object('id', d.id, 'key', d.record_key))) r".to_owned(),
    ] {
        let rows = theo.run(&call).await?;
        let text: Option<String> = rows[0].get(0);
        assert!(!text.unwrap_or_default().contains("cost"), "{call}");
    }
    let asked = theo
        .refused("select * from rowhouse.record_history('equipment'::regclass, '{BFM-001}', 'cost', null, 5, true)")
        .await;
    assert_eq!(asked.state, "RH403", "{asked:?}");
    Ok(())
}

/// A restrictive policy of the owner's own hides rows from the shared login: their past as well, and
/// nothing is told of deleted rows, because nobody knows what it would have said of them.
#[tokio::test]
async fn a_policy_that_hides_a_row_hides_its_past() -> Outcome {
    let plant = Plant::open().await?;
    plant
        .owner
        .batch_execute(
            "update equipment set status = 'x' where bfm in ('BFM-001', 'BFM-003', 'BFM-004');
             delete from equipment where bfm = 'BFM-004';
             create policy secret on equipment as restrictive using (bfm <> 'BFM-001')",
        )
        .await?;
    let theo = plant.seat("theo").await?;
    let rows = |bfm: &str| {
        format!(
            "select * from rowhouse.record_history('equipment'::regclass, '{{{bfm}}}', null, null, 10, true)"
        )
    };
    assert_eq!(theo.run(&rows("BFM-001")).await?.len(), 0);
    assert_eq!(theo.run(&rows("BFM-003")).await?.len(), 1);
    assert_eq!(theo.run(&rows("BFM-004")).await?.len(), 0, "nobody knows");
    let bin = theo.refused(&format!("select * from {}", CALLS[3])).await;
    assert_eq!(bin.state, "RH403", "{bin:?}");
    let strange = theo.run(&rows("BFM-001'' or true --")).await?;
    assert_eq!(strange.len(), 0);
    Ok(())
}

//! What the shared login may do on adopted tables, and that it may not do more.

use rowhouse::db::adopt::Options;

use super::site::{Outcome, Site};

#[tokio::test]
async fn nothing_is_open_without_a_session() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "sale", "part", "part_note"])
        .await?;
    let nobody = site.connect(&site.roles.client_name()).await?;
    let tries = [
        ("select id from machine", "RH401"),
        ("set app.shop = 1; select id from sale", "RH401"),
        ("update sale set shop = 2", "RH401"),
        ("insert into machine (name) values ('x')", "RH401"),
        (
            "select rowhouse.record_delete('machine'::regclass, array['1'], 1, '1')",
            "RH401",
        ),
        ("delete from machine", "42501"),
        ("truncate machine", "42501"),
        ("begin; lock table machine in row exclusive mode", "42501"),
        ("select * from journal", "42501"),
        ("copy machine (name) from stdin", "0A000"),
    ];
    for (sql, code) in tries {
        let said = nobody.batch_execute(sql).await.expect_err(sql);
        assert_eq!(said.code().map(|code| code.code()), Some(code), "{sql}");
        nobody.batch_execute("rollback").await?;
    }
    Ok(())
}

#[tokio::test]
async fn verbs_are_given_by_table() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "numbered", "part", "part_note"])
        .await?;
    site.owner
        .batch_execute(
            "delete from rowhouse_private.permission where role_id = 2;
             insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb) values
                 (1, 2, 'machine'::regclass, 'view'), (1, 2, 'machine'::regclass, 'delete'),
                 (1, 2, 'numbered'::regclass, 'insert'), (1, 2, 'part'::regclass, 'view')",
        )
        .await?;
    let anna = site.person().await?;
    assert_eq!(anna.run("select count(*) from machine").await, ["3"]);
    assert_eq!(
        anna.run("update machine set name = 'x' returning 1").await,
        [""; 0]
    );
    let refused = anna
        .try_run("insert into machine (name) values ('x')")
        .await
        .unwrap_err();
    assert!(
        refused.starts_with("42501 new row violates row-level security policy"),
        "{refused}"
    );
    // May insert without seeing.
    anna.run("insert into numbered (n) values (7)").await;
    assert_eq!(anna.run("select count(*) from numbered").await, ["0"]);
    let refused = anna
        .try_run("insert into numbered (n) values (8) returning n")
        .await
        .unwrap_err();
    assert!(
        refused.starts_with("42501 new row violates row-level security policy"),
        "{refused}"
    );
    // Deleting asks for what the foreign keys would do.
    let delete = "select rowhouse.record_delete('machine'::regclass, array['3'], 1, (select xmin::text from machine where id = 3))";
    let refused = anna.try_run(delete).await.unwrap_err();
    assert_eq!(
        refused,
        "RH403 This would also delete rows of public.part, which your roles do not let you."
    );
    Ok(())
}

#[tokio::test]
async fn cascades_are_followed_and_recorded() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "part"]).await?;
    let anna = site.person().await?;
    let delete = "select rowhouse.record_delete('machine'::regclass, array['1'], 1, (select xmin::text from machine where id = 1))";
    let refused = anna.try_run(delete).await.unwrap_err();
    assert_eq!(
        refused,
        "RH403 This would also update rows of public.part_note, which is not adopted."
    );
    let rename = "update machine set id = 10 where id = 1 returning id";
    let refused = anna.try_run(rename).await.unwrap_err();
    assert_eq!(
        refused,
        "RH403 This would also update rows of public.part_note, which is not adopted."
    );
    site.adopt(&["part_note"]).await?;
    assert_eq!(anna.run(rename).await, ["10"]);
    let delete = "select rowhouse.record_delete('machine'::regclass, array['10'], 2, (select xmin::text from machine where id = 10))";
    assert_eq!(anna.run(delete).await, ["1"]);
    let told = site
        .rows("select table_name, verb, record_key, username from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    let expected = [
        "public.machine|update|{1}|anna",
        "public.part|update|{1,A}|anna",
        "public.part|update|{1,B}|anna",
        "public.part_note|update|{1}|anna",
        "public.machine|delete|{10}|anna",
        "public.part|delete|{10,A}|anna",
        "public.part|delete|{10,B}|anna",
        "public.part_note|update|{1}|anna",
    ];
    let mut sorted = told.clone();
    sorted.sort();
    let mut wanted = expected.map(str::to_owned);
    wanted.sort();
    assert_eq!(sorted, wanted, "{told:#?}");
    Ok(())
}

#[tokio::test]
async fn serials_and_identities_draw_their_numbers() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine", "part_note", "reading", "part"])
        .await?;
    let anna = site.person().await?;
    assert_eq!(
        anna.run("insert into machine (name) values ('new') returning id, rowhouse_version")
            .await,
        ["4|1"]
    );
    assert_eq!(
        anna.run("insert into part_note (note) values ('n') returning note_id")
            .await,
        ["2"]
    );
    assert_eq!(
        anna.run("insert into reading (day) values ('2024-02-02') returning id")
            .await,
        ["1"]
    );
    assert_eq!(
        anna.run("insert into reading (id, day) values (9, '2024-02-02') returning id")
            .await,
        ["9"]
    );
    let refused = anna
        .try_run("insert into part_note (note_id) overriding system value values (9)")
        .await;
    assert_eq!(
        refused,
        Err("42501 permission denied for table part_note".into())
    );
    let refused = anna.try_run("select setval('machine_id_seq', 1)").await;
    assert_eq!(
        refused,
        Err("42501 permission denied for sequence machine_id_seq".into())
    );
    Ok(())
}

#[tokio::test]
async fn an_old_snapshot_cannot_write() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt(&["machine"]).await?;
    let anna = site.person().await?;
    anna.client
        .batch_execute("set default_transaction_isolation = 'repeatable read'")
        .await?;
    let refused = anna
        .try_run("update machine set name = 'x' where id = 1")
        .await
        .unwrap_err();
    assert!(refused.starts_with("RH4"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn deleting_runs_triggers_on_the_owners_path_not_the_callers() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "create function count_machines() returns trigger language plpgsql as $$
             begin perform count(*) from machine; return old; end $$;
             create trigger count_machines before delete on numbered for each row execute function count_machines();
             revoke execute on function count_machines() from public",
        )
        .await?;
    site.adopt(&["numbered", "machine"]).await?;
    let anna = site.person().await?;
    anna.client
        .batch_execute("create temp table machine (a int); set search_path = pg_temp")
        .await?;
    let delete = "select rowhouse.record_delete('public.numbered'::regclass, array['1.5'], 1, \
                  (select xmin::text from public.numbered where n = 1.5))";
    assert_eq!(anna.run(delete).await, ["1"]);
    assert_eq!(anna.run("show search_path").await, ["pg_temp"]);
    for (arguments, said) in [
        (
            "'public.numbered'::regclass, array['1.5', 'x'], 1, '1'",
            "RH422 The key does not fit the table.",
        ),
        (
            "'public.numbered'::regclass, array[null], 1, '1'",
            "RH422 The key does not fit the table.",
        ),
        (
            "'public.numbered'::regclass, array['1'], 1, null",
            "RH422 A delete names the version it means.",
        ),
        (
            "'public.part'::regclass, array['1', 'A'], 1, '1'",
            "RH422 This table is not adopted.",
        ),
    ] {
        let refused = anna
            .try_run(&format!("select rowhouse.record_delete({arguments})"))
            .await;
        assert_eq!(refused, Err(said.to_owned()));
    }
    Ok(())
}

#[tokio::test]
async fn a_forced_table_binds_its_owner_too() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt_with(
        &["machine"],
        Options {
            force: true,
            ..Default::default()
        },
    )
    .await?;
    let flags = site
        .rows("select relrowsecurity, relforcerowsecurity from pg_class where relname = 'machine'")
        .await?;
    assert_eq!(flags, ["t|t"]);
    assert_eq!(
        site.person()
            .await?
            .run("select count(*) from machine")
            .await,
        ["3"]
    );
    Ok(())
}

//! Tables whose own triggers need rights that the shared login must not have are written through a
//! function of their owner.

use rowhouse::db::adopt::{Options, failing, trial, undo};

use super::site::{Outcome, Site, assert_same};

fn through() -> Options {
    Options {
        through: vec!["public.ticket".into()],
        ..Default::default()
    }
}

/// A call of the writing function on a ticket.
fn write(verb: &str, id: u32, version: u32, xmin: &str, columns: &str, values: &str) -> String {
    format!(
        "select row_version, row_xmin, row_values from rowhouse.record_write('ticket'::regclass, '{verb}', \
         array['{id}'], {version}, {xmin}, array[{columns}]::text[], array[{values}]::text[], '{{}}', array['id', 'title'])"
    )
}

#[tokio::test]
async fn its_triggers_get_their_rights_and_nobody_else_does() -> Outcome {
    let mut site = Site::new().await?;
    let before = site.dump()?;
    let plan = site.plan_with(&["ticket"], Options::default()).await?;
    assert_eq!(
        failing(&trial(&mut site.owner, &plan).await?),
        ["public.ticket"]
    );
    // The trial drew number 2, as rolled-back transactions do.
    let plan = site.adopt_with(&["ticket"], through()).await?;
    assert!(plan.findings().any(|one| one.code == "through-owner"));
    let anna = site.person().await?;
    let direct = anna.try_run("update ticket set title = 'x'").await;
    assert_eq!(
        direct,
        Err("42501 permission denied for table journal".into())
    );

    let xmin = "(select xmin::text from ticket where id = 1)";
    let done = anna
        .run(&write(
            "update",
            1,
            1,
            xmin,
            "'title'",
            "'it''s \\ \"new\"'",
        ))
        .await;
    let xmin_now = anna
        .run("select xmin from ticket where id = 1")
        .await
        .remove(0);
    assert_eq!(
        done,
        [format!("2|{xmin_now}|{{1,\"it's \\\\ \\\"new\\\"\"}}")]
    );
    assert_eq!(
        anna.run(&write("update", 1, 1, xmin, "'title'", "'late'"))
            .await,
        [""; 0]
    );
    let done = anna
        .run(&write("insert", 1, 1, "null", "'title'", "null"))
        .await;
    assert_eq!(done.len(), 1);
    assert!(done[0].ends_with("{3,NULL}"), "{done:?}");
    assert_eq!(
        anna.run(&write("insert", 1, 1, "null", "", "")).await.len(),
        1
    );
    assert_eq!(
        anna.run(&write("delete", 1, 2, xmin, "", "")).await.len(),
        1
    );
    let journal = site.rows("select line from journal").await?;
    assert_eq!(
        journal,
        ["INSERT 1", "UPDATE 1", "INSERT 3", "INSERT 4", "DELETE 1"]
    );
    let told = site
        .rows("select verb, username from rowhouse_trail.entry where kind = 'record' order by id")
        .await?;
    assert_eq!(
        told,
        ["update|anna", "insert|anna", "insert|anna", "delete|anna"]
    );
    undo(&mut site.owner, "ticket").await?;
    assert_same(&before, &site.dump()?);
    assert_eq!(
        site.rows("select proname from pg_proc where proname ~ '^write_[0-9]'")
            .await?,
        [""; 0]
    );
    Ok(())
}

#[tokio::test]
async fn it_asks_what_a_statement_would_have_asked() -> Outcome {
    let mut site = Site::new().await?;
    site.adopt_with(&["ticket", "machine"], through()).await?;
    let anna = site.person().await?;
    let xmin = "(select xmin::text from ticket where id = 1)";
    let version = write("update", 1, 1, xmin, "'rowhouse_version'", "'9'");
    assert_eq!(
        anna.try_run(&version).await,
        Err("RH403 Nobody may update rowhouse_version here.".into())
    );
    let unknown = write("update", 1, 1, xmin, "'title; drop table ticket'", "'9'");
    assert!(anna.try_run(&unknown).await.is_err());
    let other = version.replace("'ticket'", "'machine'");
    assert_eq!(
        anna.try_run(&other).await,
        Err("RH422 This table is written directly.".into())
    );
    let verb = write("truncate", 1, 1, xmin, "", "");
    assert_eq!(
        anna.try_run(&verb).await,
        Err("RH422 A change is an insert, an update or a delete.".into())
    );
    let blind = write("update", 1, 1, "null", "'title'", "'x'");
    assert_eq!(
        anna.try_run(&blind).await,
        Err("RH422 The key does not fit the table.".into())
    );
    let refused = site
        .connect(&site.roles.client_name())
        .await?
        .batch_execute(&verb.replace("truncate", "insert"))
        .await;
    assert_eq!(
        refused.unwrap_err().code().map(|code| code.code()),
        Some("RH401")
    );
    site.owner
        .batch_execute(
            "delete from rowhouse_private.permission where role_id = 2 and verb = 'insert'",
        )
        .await?;
    let denied = anna
        .try_run(&write("insert", 1, 1, "null", "'title'", "'x'"))
        .await;
    assert_eq!(
        denied,
        Err("RH403 Your roles do not let you insert here.".into())
    );
    Ok(())
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_can_own_the_function() -> Outcome {
    let mut site = Site::new().await?;
    site.owner
        .batch_execute(
            "do $$ begin create role plant_owner login; exception when duplicate_object then null; end $$;
             alter table ticket owner to plant_owner; alter table journal owner to plant_owner;
             grant usage on schema rowhouse_private to plant_owner",
        )
        .await?;
    let before = site
        .rows("select nspacl from pg_namespace where nspname = 'rowhouse_private'")
        .await?;
    let plan = site.plan_with(&["ticket"], through()).await?;
    assert_eq!(trial(&mut site.owner, &plan).await?, []);
    site.adopt_with(&["ticket"], through()).await?;
    let after = site
        .rows("select nspacl from pg_namespace where nspname = 'rowhouse_private'")
        .await?;
    assert_eq!(before, after);
    let owner = site
        .rows("select proowner::regrole, prosecdef from pg_proc where proname ~ '^write_[0-9]'")
        .await?;
    assert_eq!(owner, ["plant_owner|t"]);
    Ok(())
}
